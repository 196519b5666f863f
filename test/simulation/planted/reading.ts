import type { Plant } from '../planted.ts';
import { all, apps, rates, workers } from './conditions.ts';
import { spoilAnswers, spoilPages, spoilReads } from './spoil.ts';

/** Bugs in how apps are read and the mirror is kept. */
export const readingPlants: Plant[] = [
  {
    name: 'the cursor is the newest seen',
    about: 'R1: it does not stay behind by what the app shows late',
    seed: 2,
    connector: spoilPages((page, _, { reads }) =>
      page.until === undefined ? page : { ...page, until: String(Number(page.until) + reads.overlapSeconds * 1000) },
    ),
  },
  {
    name: 'the cursor stays behind by half',
    about: 'R1: the overlap is shorter than the lag of the index',
    seed: 2,
    connector: spoilPages((page, _, { reads }) =>
      page.until === undefined ? page : { ...page, until: String(Number(page.until) + reads.overlapSeconds * 500) },
    ),
  },
  {
    name: 'ties at the border of a page are skipped',
    about: 'R1: the next page is asked for by "later than" where "at or after" is meant',
    seed: 6,
    connector: spoilPages((page, ask) =>
      page.resume === undefined || ask.since === undefined
        ? page
        : { ...page, resume: JSON.stringify({ ...JSON.parse(page.resume), id: '\uffff' }) },
    ),
  },
  {
    name: 'an expired cursor is no news',
    about: 'R1: the refusal of an old cursor is taken for an empty page',
    seed: 6,
    connector: spoilPages((page, ask) => (page.expired ? { records: [], until: ask.since as string } : page)),
  },
  {
    name: 'the cursor moves before its records are stored',
    about: 'R1: two transactions instead of one',
    seed: 80,
    conditions: rates({ crash: 0.012 }),
    engine: spoilAnswers((store) => ({
      observe: async (feed, seen, move) => {
        if (move) await store.saveFeed(move.lease, move.progress);
        return store.observe(feed, seen);
      },
    })),
  },
  {
    name: 'absent is empty',
    about: 'D2: a field that the app did not show counts as cleared',
    seed: 53,
    connector: spoilPages((page, { fields }) => {
      const blank = Object.fromEntries(fields.map((name) => [name, null]));
      return {
        ...page,
        records: page.records.map((record) => ({ ...record, values: { ...blank, ...record.values } })),
      };
    }),
  },
  {
    name: 'the app filters',
    about: 'F1: a listing leaves out what a filter does not let in, so nobody learns of it',
    seed: 1,
    connector: spoilReads((reads) => ({
      page: async (s, ask) => {
        const page = await reads.page(s, ask);
        const isOut = (value: unknown) => /carl|dora/i.test(String(value));
        return { ...page, records: page.records.filter(({ values }) => !Object.values(values).some(isOut)) };
      },
    })),
  },
  {
    name: 'an index counts as fresh',
    about: 'R3: what lags behind replaces what is newer',
    seed: 9,
    conditions: apps({ freshOnList: false, indexLagSeconds: 60 }),
    connector: spoilReads(() => ({ freshOnList: true })),
  },
  {
    name: 'versions that have no order are compared',
    about: 'R3: an etag that happens to sort lower counts as older',
    seed: 223,
    conditions: apps({ versions: 'opaque', freshOnList: false }),
    connector: spoilReads(() => ({ orderedVersions: true })),
  },
  {
    name: 'a call is numbered when it is answered',
    about: 'R3: a slow answer beats a newer one',
    seed: 53,
    conditions: all(workers(3), rates({ read: 0.15, stall: 0.02 }), apps({ freshOnList: true, conditional: false })),
    engine: spoilAnswers((store) => ({
      observe: async (feed, seen, move) => store.observe(feed, { ...seen, asked: await store.ask() }, move),
    })),
  },
  {
    name: 'what is dirty is not read',
    about: 'R3: notices and doubts are noted, and nobody looks',
    seed: 1,
    engine: spoilAnswers(() => ({ dirty: async () => [] })),
  },
  {
    name: 'nothing is swept',
    about: 'R2: what cursors missed is never found',
    seed: 2,
    engine: spoilAnswers((store) => ({
      feed: async (id) => {
        const feed = await store.feed(id);
        const now = await store.now();
        return feed.progress.listed ? { ...feed, progress: { ...feed.progress, sweptAt: now, comparedAt: now } } : feed;
      },
    })),
  },
  {
    name: 'who is not listed is gone',
    about: 'G1: what a listing does not show counts as deleted, without a look',
    seed: 17,
    conditions: all(rates({ lie: 0.05 }), apps({ deletions: 'compared' })),
    connector: spoilReads((reads) => {
      let listing = new Set<string>();
      let missing = new Set<string>();
      return {
        page: async (s, ask) => {
          const page = await reads.page(s, ask);
          if (ask.since !== undefined) return page;
          const before = ask.resume === undefined ? listing : new Set<string>();
          if (ask.resume === undefined) {
            listing = new Set();
            missing = before;
          }
          for (const { id } of page.records) {
            listing.add(id);
            missing.delete(id);
          }
          return page;
        },
        byIds: async (s, ids, fields) => {
          const page = await reads.byIds(s, ids, fields);
          const lost = page.records.filter(({ id }) => missing.has(id));
          const gone = [...(page.gone ?? []), ...lost.map(({ id }) => ({ id, how: 'missing' as const }))];
          return { ...page, records: page.records.filter(({ id }) => !missing.has(id)), gone };
        },
      };
    }),
  },
  {
    name: 'a merged record is a deleted one',
    about: 'A2: nobody asks for the record that survived',
    seed: 2,
    connector: spoilPages((page) => ({ ...page, gone: (page.gone ?? []).map(({ id, how }) => ({ id, how })) })),
  },
];
