import type { AppRecord, ObjectType, Page } from '../connector/contract.ts';
import type { Feed, Observed } from '../store/store.ts';
import type { Access, Engine } from './engine.ts';
import type { FeedNeeds } from './rulebook.ts';

/** The most pages of one pass: an app whose paging never ends is stopped there. */
export const MOST_PAGES = 1_000_000;

/** A feed that is read outside of its own pass: its cursor and its lease are let alone. */
export interface Readable {
  access: Access;
  feed: Pick<Feed, 'id'>;
  type: ObjectType;
  needs: FeedNeeds;
}

/** Reads these records by their ids into the mirror; answers which were asked. Anyone may: the asking number keeps order (R3). */
export async function readDirect(
  engine: Engine,
  access: Access,
  feed: Pick<Feed, 'id'>,
  type: ObjectType,
  needs: FeedNeeds,
  ids: string[],
): Promise<void> {
  const asked = await engine.store.ask();
  const page = await type.reads.byIds(access.session, ids, needs.fields);
  const seen: Observed = { ...(await observed(engine, page, type, needs, asked)), how: 'direct', clean: ids };
  await engine.store.observe(feed.id, seen);
  await followSurvivors(engine, feed.id, page);
}

/**
 * Lists once more into the mirror what changed since a cursor, or everything where there is none or the app no longer knows
 * it. The feed's own cursor stays where it is.
 */
export async function relist(
  engine: Engine,
  { access, feed, type, needs }: Readable,
  since: string | undefined,
  keep: () => Promise<void>,
): Promise<void> {
  let resume: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    await keep();
    const asked = await engine.store.ask();
    const page = await type.reads.page(access.session, {
      ...(since === undefined ? {} : { since }),
      ...(resume === undefined ? {} : { resume }),
      fields: needs.fields,
    });
    if (page.expired) return relist(engine, { access, feed, type, needs }, undefined, keep);
    await engine.store.observe(feed.id, await observed(engine, page, type, needs, asked));
    await followSurvivors(engine, feed.id, page);
    resume = page.resume;
    if (resume === undefined) return;
  }
}

/** A2: the record that another was merged into must be known before the link can follow it. */
export async function followSurvivors(engine: Engine, feed: string, page: Page): Promise<void> {
  const survivors = (page.gone ?? []).flatMap((gone) => (gone.survivorId === undefined ? [] : [gone.survivorId]));
  if (survivors.length === 0) return;
  const known = new Set((await engine.store.records(feed, survivors)).map((seen) => seen.id));
  const unknown = survivors.filter((id) => !known.has(id));
  if (unknown.length > 0) await engine.store.mark(feed, unknown);
}

/** A page that has just come, as the mirror takes it. */
export async function observed(
  engine: Engine,
  page: Page,
  type: ObjectType,
  needs: FeedNeeds,
  asked: number,
): Promise<Observed> {
  return {
    asked,
    arrived: await engine.store.ask(),
    how: type.reads.freshOnList ? 'direct' : 'index',
    ordered: type.reads.orderedVersions,
    records: page.records.map((record) => withKeys(record, needs)),
    gone: (page.gone ?? []).map((gone) => ({
      id: gone.id,
      how: gone.how,
      ...(gone.survivorId === undefined ? {} : { survivor: gone.survivorId }),
    })),
    fields: needs.fields,
  };
}

function withKeys(record: AppRecord, needs: FeedNeeds): Observed['records'][number] {
  return { ...record, keys: needs.keys(record.values) };
}

/** A list in parts of at most so many. */
export function chunks<T>(list: T[], most: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += most) parts.push(list.slice(at, at + most));
  return parts;
}
