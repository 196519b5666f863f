import type { Plant } from '../planted.ts';
import { all, apps, nothingUnique, rates, workers } from './conditions.ts';
import { instead, spoilAnswers, spoilReads, spoilWrites } from './spoil.ts';

/** Bugs in how records are made, and in what becomes of creates whose outcome is unknown. */
export const creatingPlants: Plant[] = [
  {
    name: 'a create without an answer is sent again',
    about: 'W2: every app counts as one that knows idempotency keys',
    seed: 29,
    connector: spoilWrites(({ create }) =>
      create ? { create: { ...create, safety: [{ by: 'idempotency-key', hours: 24 }, ...create.safety] } } : {},
    ),
  },
  {
    name: 'a repeated create gets a new key',
    about: 'W2 X1: the app cannot know it for the same',
    seed: 10,
    engine: spoilAnswers((store) => ({
      openBatches: async (sync) => {
        const batches = await store.openBatches(sync);
        return batches.map((batch) => ({ ...batch, items: batch.items.map(({ token: _, ...item }) => item) }));
      },
    })),
  },
  {
    name: 'open batches are forgotten',
    about: 'W2: after a crash nobody looks for what was sent',
    seed: 1,
    engine: spoilAnswers(() => ({ openBatches: async () => [] })),
  },
  {
    name: 'what a create made is taken for a person’s',
    about: 'X3: new records are not held back while a create is unresolved',
    seed: 11,
    conditions: all(nothingUnique, rates({ write: 0.3 })),
    engine: spoilAnswers(() => ({ barrier: async () => null })),
  },
  {
    name: 'an index is believed at once',
    about: 'W2: what a search does not show yet counts as not made',
    seed: 46,
    conditions: all(nothingUnique, apps({ freshOnList: false, indexLagSeconds: 60 }), rates({ write: 0.3 })),
    connector: spoilReads(() => ({ overlapSeconds: 0 })),
  },
  {
    name: 'archived records are not looked among',
    about: 'P6: what a person archived meanwhile is made again',
    seed: 59,
    conditions: all(nothingUnique, rates({ write: 0.3 })),
    engine: spoilAnswers((store) => ({
      arrivals: async (...ask) => (await store.arrivals(...ask)).filter((seen) => !seen.gone),
    })),
  },
  {
    name: 'creates claim nothing',
    about: 'W6: two syncs write one record at the same time',
    seed: 204,
    conditions: workers(3),
    store: (store) =>
      instead(store, {
        commit: (lease, { open, ...changes }) => {
          const bare = open && { ...open, items: open.items.map((item) => ({ ...item, claims: [] })) };
          return store.commit(lease, { ...changes, ...(bare ? { open: bare } : {}) });
        },
      }),
  },
  {
    name: 'nothing is written down before it is sent',
    about: 'W1: intents are not stored',
    seed: 1,
    engine: spoilAnswers((store) => ({
      commit: (lease, { open: _, ...changes }) => store.commit(lease, changes),
    })),
  },
];
