import { hashSide, isLive } from '../../../src/engine/detect.ts';
import { tuple } from '../../../src/model/hash.ts';
import type { Pair } from '../../../src/model/link.ts';
import type { Rules } from '../../../src/model/rules.ts';
import type { HistoryRow } from '../../../src/store/store.ts';
import type { Plant } from '../planted.ts';
import { associated, braked, grouped, matchedByEmail, undone } from './conditions.ts';
import { instead, spoilAnswers, spoilMappings, spoilRules } from './spoil.ts';

/** Bugs in what is decided about records: by direction, rule, filter, policy, match and association. */
export const judgingPlants: Plant[] = [
  {
    name: 'one way is both ways',
    about: 'M9: a sync writes its source',
    seed: 2,
    engine: spoilRules((rules) => ({
      writes: { a: true, b: true },
      mappings: rules.mappings.map((each) => ({ ...each, writes: { a: true, b: true } })),
    })),
  },
  {
    name: 'the later change wins',
    about: 'M4 D3: whatever the rule says, the time decides',
    seed: 460,
    engine: spoilMappings(() => ({ wins: 'latest' })),
  },
  {
    name: 'the default app wins with nothing',
    about: 'M4 M1: an empty value stands against a full one',
    seed: 3,
    engine: spoilMappings(() => ({ isEmpty: () => false })),
  },
  {
    name: 'a deletion always goes across',
    about: 'G1: the policy is not asked',
    seed: 3,
    engine: spoilRules(() => ({ deletions: { a: 'delete', b: 'delete' } })),
  },
  {
    name: 'a deletion beats an edit',
    about: 'G2: nobody looks whether the other record was edited',
    seed: 3,
    conditions: ({ world }) => {
      for (const { settings } of world.syncs) settings.deletions = { a: 'archive', b: 'delete' };
    },
    engine: (engine) => {
      const unedited = async (sync: string, pairs: Pair[]) => {
        const known = await engine.store.sync(sync);
        const rules = await engine.rulebook.rules(known);
        return pairs.map((pair) => asUnedited(rules, pair, known.salt));
      };
      const { store } = engine;
      return {
        ...engine,
        store: instead(store, {
          due: async (sync, ...rest) => unedited(sync, await store.due(sync, ...rest)),
          load: async (sync, ids) => unedited(sync, await store.load(sync, ids)),
        }),
      };
    },
  },
  {
    name: 'who lost a partner stays bound',
    about: 'P7: a link whose other end is gone does not free its mate',
    seed: 542,
    conditions: matchedByEmail,
    engine: spoilAnswers((store) => ({
      candidates: async (...ask) => {
        const found = await store.candidates(...ask);
        for (const each of [...found.values()].flat().flatMap(({ across, twins }) => [...across, ...twins]))
          if (each.stage === 'gone') each.link ??= '0';
        return found;
      },
    })),
  },
  {
    name: 'who has a partner counts as free',
    about: 'F2 X2: a newcomer takes another’s partner away',
    seed: 66,
    conditions: matchedByEmail,
    engine: spoilAnswers((store) => ({
      candidates: async (...ask) => {
        const found = await store.candidates(...ask);
        for (const each of [...found.values()].flat().flatMap(({ across, twins }) => [...across, ...twins]))
          each.link = null;
        return found;
      },
    })),
  },
  {
    name: 'the filter is not asked',
    about: 'F1: every record starts to sync',
    seed: 13,
    engine: spoilRules((rules) => ({
      starts: (side, values) => {
        const scope = rules.starts(side, values);
        return scope.is === 'out' ? { is: 'in' } : scope;
      },
    })),
  },
  {
    name: 'no brake holds',
    about: 'G4: a run changes and removes as many records as are due, and asks nobody',
    seed: 1,
    conditions: braked,
    engine: spoilRules(() => ({ brakes: { create: 'off', update: 'off', empty: 'off', archive: 'off' } })),
  },
  {
    name: 'a group goes field by field',
    about: 'M8: one side wins the street, the other the city',
    seed: 1,
    conditions: grouped,
    engine: spoilMappings(() => ({ group: undefined })),
  },
  {
    name: 'an undo overwrites later edits',
    about: 'U1: whatever stands there now counts as what was written then',
    seed: 1,
    conditions: undone,
    engine: spoilAnswers((store) => ({
      history: async (query) => {
        const rows = await store.history(query);
        const { feeds } = await store.sync(query.sync);
        const standing = async (row: HistoryRow) => {
          const [seen] = await store.records(feeds[row.side], [row.record]);
          const now = Object.keys(row.after).map((name) => [name, seen?.values[name] ?? null]);
          return { ...row, after: Object.fromEntries(now) };
        };
        return Promise.all(rows.map(standing));
      },
    })),
  },
  {
    name: 'an undo gives nothing back',
    about: 'U1: the values that were replaced are not kept',
    seed: 1,
    conditions: undone,
    engine: spoilAnswers((store) => ({
      history: async (query) => (await store.history(query)).map((row) => ({ ...row, before: row.after })),
    })),
  },
  {
    name: 'nobody wakes who waits',
    about: 'A1: an association is left out for ever once its far record came late',
    seed: 51,
    conditions: associated,
    store: (store) => instead(store, { commit: (lease, { waits: _, ...changes }) => store.commit(lease, changes) }),
  },
  {
    name: 'far records keep their ids',
    about: 'A1: an association names a record by its id in the other app',
    seed: 1,
    conditions: associated,
    engine: spoilAnswers(() => ({ partners: async (_, refs) => refs.map((ref) => ref.id) })),
  },
];

/** The pair as if its living record stood as both agreed. */
function asUnedited(rules: Rules, pair: Pair, salt: number): Pair {
  const { link } = pair;
  const kept = isLive(pair.a) ? 'a' : 'b';
  const seen = pair[kept];
  const isAlone = isLive(pair.a) !== isLive(pair.b);
  if (!link || !seen || !isAlone || link.stage === 'open') return pair;
  const base = link.base[kept].slice();
  for (const mapping of rules.mappings) {
    const now = tuple(seen.values, mapping.fields[kept]);
    if (base[mapping.slot] && now) base[mapping.slot] = hashSide(mapping, kept, now, seen.values, salt);
  }
  return {
    ...pair,
    link: { ...link, base: { ...link.base, [kept]: base }, pending: { ...link.pending, [kept]: null } },
  };
}
