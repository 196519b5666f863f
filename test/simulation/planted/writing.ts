import type { Values } from '../../../src/model/value.ts';
import type { Changes, Lease, Store } from '../../../src/store/store.ts';
import { sameContent } from '../memory/state.ts';
import type { Plant } from '../planted.ts';
import type { World } from '../world.ts';
import { all, apps, rates, workers } from './conditions.ts';
import { instead, spoilAnswers, spoilMappings, spoilResults, spoilWrites } from './spoil.ts';

/** Record → what its app last answered to a write of it. */
type Images = Map<string, { image?: Values; version?: string }>;

const answered = new WeakMap<World, Images>();

/** Bugs in how writes are sent, answered for, and acknowledged. */
export const writingPlants: Plant[] = [
  {
    name: 'answers are taken in the wrong order',
    about: 'W3: results belong to other records than they are given to',
    seed: 1,
    connector: spoilResults((results) => [...results].reverse()),
  },
  {
    name: 'a refused record counts as done',
    about: 'W3: an answer of 207 is an answer of 200',
    seed: 2,
    connector: spoilWrites(({ update }) =>
      update
        ? {
            update: {
              ...update,
              send: async (s, items) => {
                const results = await update.send(s, items);
                return results.map((each, at) =>
                  'refused' in each ? { done: (items[at] as { id: string }).id } : each,
                );
              },
            },
          }
        : {},
    ),
  },
  {
    name: 'one bad record fails its batch',
    about: 'W3: whoever was sent along is refused too',
    seed: 66,
    conditions: apps({ bad: 'per-item' }),
    connector: spoilResults((results) => {
      const bad = results.find((each) => 'refused' in each && each.refused.kind === 'invalid');
      return bad ? results.map(() => bad) : results;
    }),
  },
  {
    name: 'updates are blind',
    about: 'W7: every app counts as one that checks versions',
    seed: 1,
    connector: spoilWrites(({ update }) => (update ? { update: { ...update, conditional: true } } : {})),
  },
  {
    name: 'the base is what was sent',
    about: 'P1 D1: not what the app then showed',
    seed: 1,
    connector: spoilResults((results, values) =>
      results.map((each, at) => ('done' in each ? { ...each, image: { ...each.image, ...values[at] } } : each)),
    ),
  },
  {
    name: 'a whole answer is believed',
    about: 'P2: an edit that came along with it is taken for known',
    seed: 69,
    conditions: apps({ image: 'full', conditional: false, freshOnList: true }),
    connector: (whole, world) => {
      const images: Images = answered.get(world) ?? new Map();
      answered.set(world, images);
      return spoilResults((results) => {
        for (const each of results) if ('done' in each && each.image) images.set(each.done, each);
        return results;
      })(whole);
    },
    store: (store, world) =>
      instead(store, {
        commit: (lease, changes) => {
          const whole = (side: 'a' | 'b') => {
            const seen = changes.images?.[side];
            if (!seen) return null;
            const records = seen.records.map((record) => {
              const { image, version } = answered.get(world)?.get(record.id) ?? {};
              const values = { ...record.values, ...image };
              return version === undefined ? { ...record, values } : { ...record, values, version };
            });
            return { ...seen, records };
          };
          return store.commit(
            lease,
            changes.images ? { ...changes, images: { a: whole('a'), b: whole('b') } } : changes,
          );
        },
      }),
  },
  {
    name: 'a delete is done when it is planned',
    about: 'P4: its work is acknowledged, and its batch not kept, before it is sent',
    seed: 15,
    store: (store) =>
      instead(store, {
        commit: (lease, { open, ...changes }) => {
          if (!open || (open.op !== 'archive' && open.op !== 'delete'))
            return store.commit(lease, { ...changes, ...(open ? { open } : {}) });
          const done = open.items.flatMap((item) => item.work);
          return store.commit(lease, { ...changes, done: [...(changes.done ?? []), ...done] });
        },
      }),
  },
  {
    name: 'work is done whatever came meanwhile',
    about: 'W4: what is acknowledged is not what was planned',
    seed: 359,
    conditions: all(workers(3), rates({ stall: 0.02, crash: 0 })),
    store: (store) =>
      instead(store, {
        commit: async (lease, changes) =>
          store.commit(lease, { ...changes, done: await asItStandsNow(store, lease, changes.done ?? []) }),
      }),
  },
  {
    name: 'an update under way is forgotten',
    about: 'W1: what an app made of an unanswered update is taken for a person’s edit',
    seed: 16,
    store: (store) =>
      instead(store, {
        commit: (lease, changes) => store.commit(lease, { ...changes, update: (changes.update ?? []).map(forgetful) }),
        openBatches: async (sync) => (await store.openBatches(sync)).filter((batch) => batch.op !== 'update'),
      }),
  },
  {
    name: 'an echo must be exact',
    about: 'D1: what an app trims or rounds is taken for a person’s edit',
    seed: 7,
    engine: spoilMappings(() => ({ isEcho: (_, written, now) => sameContent(written, now) })),
  },
  {
    name: 'anything is an echo',
    about: 'P5: whatever stands there after an unanswered write is taken for it',
    seed: 29,
    engine: spoilMappings(() => ({ isEcho: () => true })),
  },
  {
    name: 'an old lease commits',
    about: 'S1: no transaction asks whether its lease was taken by another',
    seed: 14,
    store: (store) => {
      const last = new Map<string, Lease>();
      const newest = (lease: Lease) => ({
        ...lease,
        epoch: last.get(`${lease.kind} ${lease.id}`)?.epoch ?? lease.epoch,
      });
      return instead(store, {
        claim: async (...ask) => {
          const lease = await store.claim(...ask);
          if (lease) last.set(`${lease.kind} ${lease.id}`, lease);
          return lease;
        },
        renew: (lease, seconds) => store.renew(newest(lease), seconds),
        commit: (lease, changes) => store.commit(newest(lease), changes),
        saveSync: (lease, progress) => store.saveSync(newest(lease), progress),
        stamp: (lease, batch, at) => store.stamp(newest(lease), batch, at),
      });
    },
  },
  {
    name: 'a lease is only thought to be longer',
    about: 'S1: it is not lengthened in the database, so calls go on that another worker’s may overtake',
    seed: 36,
    engine: spoilAnswers(() => ({ renew: async (lease) => lease })),
  },
  {
    name: 'unchanged fields are written too',
    about: 'M6: a write holds all that is mapped and known',
    seed: 16,
    engine: spoilAnswers((store) => ({
      commit: (lease, changes) => {
        for (const item of changes.open?.items ?? []) {
          const known = Object.entries(item.link.pending).length > 0 ? item.before : {};
          for (const [name, value] of Object.entries(known)) item.values[name] ??= value;
        }
        return store.commit(lease, changes);
      },
    })),
  },
];

type Done = NonNullable<Changes['done']>;

async function asItStandsNow(store: Store, lease: Lease, done: Done): Promise<Done> {
  const of = (side: 'a' | 'b') => done.filter((row) => row.side === side).map((row) => row.record);
  const seqs = new Map<string, number>();
  for (const { work } of await store.load(lease.id, { a: of('a'), b: of('b') })) {
    if (work.a) seqs.set(`a ${work.a.record}`, work.a.seq);
    if (work.b) seqs.set(`b ${work.b.record}`, work.b.seq);
  }
  return done.map((row) => ({ ...row, seq: seqs.get(`${row.side} ${row.record}`) ?? row.seq }));
}

function forgetful(link: NonNullable<Changes['update']>[number]) {
  const kept = (side: 'a' | 'b') => (link.pending[side]?.op === 'update' ? null : link.pending[side]);
  return { ...link, pending: { a: kept('a'), b: kept('b') } };
}
