import type { ObjectType } from '../connector/contract.ts';
import { Failure } from '../connector/contract.ts';
import { namingOf } from '../model/naming.ts';
import type { Feed, FeedProgress } from '../store/store.ts';
import { type Access, type Engine, type Hold, keep } from './engine.ts';
import { chunks, followSurvivors, MOST_PAGES, observed, readDirect } from './read-again.ts';
import type { FeedNeeds } from './rulebook.ts';

/** R2: how old a complete listing may become before a sweep lists everything again. */
const SWEEP_MILLISECONDS = 24 * 3600_000;
/** After so many pages of a long pass, what notices marked meanwhile is read: nobody's change waits for a whole listing. */
const PAGES_BETWEEN_DIRECT = 10;
/** The most rounds of direct reads in one run; what is left waits for the next. */
const MOST_DIRECT_ROUNDS = 10_000;
/** How often ids are compared where an app does not tell who is gone. */
const COMPARE_MILLISECONDS = 10 * 60_000;
/** Ids looked at in one step when a listing is compared with the mirror. */
const COMPARE_PAGE = 1_000;

/** What a read of a feed saw. */
export interface ReadReport {
  pages: number;
  fresh: number;
  changed: number;
  gone: number;
  /** Whether every record has been listed once. */
  listed: 'no' | 'yes';
}

/** A feed under way: its reader's lease, its app, and what is asked for. */
interface Reading {
  engine: Engine;
  hold: Hold;
  feed: Feed;
  access: Access;
  type: ObjectType;
  needs: FeedNeeds;
  report: ReadReport;
  /** Whether this read has compared a whole listing with the mirror already. */
  compared: 'no' | 'yes';
  /** Whether this read had to begin its pass again because the app no longer knew the place where it stood. */
  lostPlace: 'no' | 'yes';
}

/**
 * How a feed is read once: changes since the cursor (a sweep where one is due); also who is gone, where only a comparison
 * shows it; or everything.
 */
export type Reach = 'changes' | 'changes and removals' | 'everything';

/** Pages of what changed in an account's object type go into the mirror; the cursor moves with them (R1). */
export async function read(engine: Engine, hold: Hold, feedId: string, reach: Reach): Promise<ReadReport> {
  const feed = await engine.store.feed(feedId);
  const access = await engine.open(feed.account, () => hold.until);
  const type = await engine.rulebook.objectType(feed.account, feed.object);
  const needs = await engine.rulebook.needs(feed);
  const report: ReadReport = { pages: 0, fresh: 0, changed: 0, gone: 0, listed: feed.progress.listed ? 'yes' : 'no' };
  const reading: Reading = { engine, hold, feed, access, type, needs, report, compared: 'no', lostPlace: 'no' };
  await choosePass(reading, reach);
  await readPass(reading);
  await compareIds(reading, reach);
  await readDirty(reading);
  return report;
}

/**
 * Continues a pass under way, or begins one: anew where it asked for less than is needed by now, or stopped at an end of
 * its pages (before the first, or after the last: what was staged then is too old to be compared with).
 */
async function choosePass({ engine, hold, feed, type, needs }: Reading, reach: Reach): Promise<void> {
  const { progress } = feed;
  if (progress.pass?.resume !== undefined && covers(progress.pass.fields, needs.fields)) return;
  const now = await engine.store.now();
  const grown = !covers(progress.listed, needs.fields);
  const stale =
    type.reads.cursorDays !== undefined && now - (progress.cursorAt ?? 0) > type.reads.cursorDays * 86_400_000;
  const sweep = now - (progress.sweptAt ?? 0) > SWEEP_MILLISECONDS;
  const list =
    grown || stale || sweep || reach === 'everything' || type.reads.changes === 'none' || progress.cursor === undefined;
  const asked = await engine.store.ask();
  const pass: FeedProgress['pass'] = list
    ? { kind: 'list', asked, began: now, fields: needs.fields }
    : { kind: 'changes', asked, began: now, fields: needs.fields };
  if (!list && progress.cursor !== undefined) pass.since = progress.cursor;
  const naming = namingOf(await engine.rulebook.schema(feed.account, feed.object));
  feed.progress = { ...progress, pass, keyed: needs.specs, naming };
  // What is not asked for from now on will be missing from new records: should it be needed again, all are listed again.
  if (progress.listed) feed.progress.listed = progress.listed.filter((field) => needs.fields.includes(field));
  if (list) await engine.store.clearStage(hold.lease);
  await engine.store.saveFeed(hold.lease, feed.progress);
}

/** Was every field that is needed asked for? */
export function covers(asked: string[] | undefined, needed: string[]): boolean {
  return asked !== undefined && needed.every((field) => asked.includes(field));
}

async function readPass(reading: Reading): Promise<void> {
  const { engine, hold, feed, access, type, needs, report } = reading;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const pass = feed.progress.pass as NonNullable<FeedProgress['pass']>;
    await keep(engine, hold);
    const asked = await engine.store.ask();
    const page = await type.reads
      .page(access.session, {
        ...(pass.since === undefined ? {} : { since: pass.since }),
        ...(pass.resume === undefined ? {} : { resume: pass.resume }),
        fields: needs.fields,
      })
      .catch((error: unknown) => {
        if (isPlaceRefused(reading, error)) return 'place lost' as const;
        throw error;
      });
    if (page === 'place lost') return beginAgain(reading);
    report.pages++;
    if (page.expired) return startOver(reading);
    const shown = (pass.shown ?? 0) + page.records.length;
    const next: FeedProgress = { ...feed.progress, pass: { ...pass, resume: page.resume, shown } };
    const seen = await observed(engine, page, type, needs, asked);
    if (pass.kind === 'list') seen.stage = 'yes';
    count(report, await engine.store.observe(feed.id, seen, { lease: hold.lease, progress: next }));
    feed.progress = next;
    await followSurvivors(engine, feed.id, page);
    if (page.resume === undefined) return finish(reading, page.until);
    if (report.pages % PAGES_BETWEEN_DIRECT === 0) await readDirty(reading);
  }
  throw new Error(`${access.connector.app.label} ${feed.object}: paging did not end after ${MOST_PAGES} pages`);
}

/**
 * Places of a listing run out in some apps (page tokens), or go with the record they name: then the request itself is
 * refused. Once in a read the pass is begun again; kept, such a place would stop the feed for ever.
 */
function isPlaceRefused({ feed, lostPlace }: Reading, error: unknown): boolean {
  if (feed.progress.pass?.resume === undefined || lostPlace === 'yes') return false;
  return error instanceof Failure && ['invalid', 'missing', 'stale'].includes(error.kind);
}

async function beginAgain(reading: Reading): Promise<void> {
  const { feed } = reading;
  reading.lostPlace = 'yes';
  const { pass, ...rest } = feed.progress;
  feed.progress = rest;
  await choosePass(reading, pass?.kind === 'list' ? 'everything' : 'changes');
  await readPass(reading);
}

/** The cursor is too old or unknown: everything is listed again. */
async function startOver(reading: Reading): Promise<void> {
  const { engine, hold, feed } = reading;
  const { cursor: _, pass: __, ...rest } = feed.progress;
  feed.progress = rest;
  await engine.store.saveFeed(hold.lease, feed.progress);
  await choosePass(reading, 'everything');
  await readPass(reading);
}

/** A pass is complete: what a listing did not show is asked for by id (G1), then the cursor moves (R1). */
async function finish(reading: Reading, until: string | undefined): Promise<void> {
  const { engine, hold, feed, needs, report } = reading;
  const pass = feed.progress.pass as NonNullable<FeedProgress['pass']>;
  const now = await engine.store.now();
  if (pass.kind === 'list') {
    await compare(reading);
    reading.compared = 'yes';
    await engine.store.clearStage(hold.lease);
  }
  const { pass: _, ...rest } = feed.progress;
  const progress: FeedProgress = { ...rest, passedAt: pass.began };
  if (until !== undefined) Object.assign(progress, { cursor: until, cursorAt: now });
  if (pass.kind === 'list') {
    // A pass that was begun for more may have been ended for less.
    const listed = pass.fields.filter((field) => needs.fields.includes(field));
    Object.assign(progress, { listed, sweptAt: now, comparedAt: now, size: pass.shown ?? 0 });
  }
  feed.progress = progress;
  await engine.store.saveFeed(hold.lease, progress);
  report.listed = progress.listed ? 'yes' : 'no';
}

/** Where only a comparison shows who is gone: the ids alone are listed, and those the mirror misses are asked for (G1). */
async function compareIds(reading: Reading, reach: Reach): Promise<void> {
  const { engine, hold, feed, access, type } = reading;
  const now = await engine.store.now();
  const last = Math.max(feed.progress.comparedAt ?? 0, feed.progress.sweptAt ?? 0);
  const due = reach !== 'changes' || now - last > COMPARE_MILLISECONDS;
  if (type.reads.deletions !== 'compared' || reading.compared === 'yes' || !feed.progress.listed || !due) return;
  await engine.store.clearStage(hold.lease);
  let resume: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    await keep(engine, hold);
    const page = await type.reads.page(access.session, { fields: [], ...(resume === undefined ? {} : { resume }) });
    await engine.store.stage(
      hold.lease,
      page.records.map((record) => record.id),
    );
    resume = page.resume;
    if (resume === undefined) break;
  }
  await compare(reading);
  await engine.store.clearStage(hold.lease);
  feed.progress = { ...feed.progress, comparedAt: now };
  await engine.store.saveFeed(hold.lease, feed.progress);
}

async function compare(reading: Reading): Promise<void> {
  const { engine, hold, feed, access, type, needs } = reading;
  let after: string | null = null;
  for (;;) {
    const ids: string[] = await engine.store.missing(feed.id, after, COMPARE_PAGE);
    if (ids.length === 0) return;
    for (const some of chunks(ids, type.reads.byIdsMost)) {
      await keep(engine, hold);
      await readDirect(engine, access, feed, type, needs, some);
    }
    after = ids.at(-1) as string;
  }
}

async function readDirty({ engine, hold, feed, access, type, needs }: Reading): Promise<void> {
  for (let round = 0; round < MOST_DIRECT_ROUNDS; round++) {
    const ids = await engine.store.dirty(feed.id, type.reads.byIdsMost);
    if (ids.length === 0) return;
    await keep(engine, hold);
    await readDirect(engine, access, feed, type, needs, ids);
  }
}

function count(report: ReadReport, counts: { fresh: number; changed: number; gone: number }): void {
  report.fresh += counts.fresh;
  report.changed += counts.changed;
  report.gone += counts.gone;
}
