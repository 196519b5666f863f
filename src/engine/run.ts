import type { ObjectType } from '../connector/contract.ts';
import { Failure } from '../connector/contract.ts';
import type { Decision, Intent, Moment } from '../model/decision.ts';
import type { Pair } from '../model/link.ts';
import type { Rules } from '../model/rules.ts';
import type { Side, Two } from '../model/value.ts';
import type { Changes, Feed, Horizon, Pause, ScanPlace, Sync, Tally } from '../store/store.ts';
import { begin } from './begin.ts';
import { confirm } from './confirm.ts';
import { countDue } from './count.ts';
import { decide } from './decide.ts';
import { type Access, blame, type Engine, type Hold, keep, take } from './engine.ts';
import { matchFirst } from './first-match.ts';
import { looked } from './look.ts';
import { plan, type Settle } from './plan.ts';
import { type Reach, type ReadReport, read } from './read.ts';
import { chunks, readDirect } from './read-again.ts';
import { recover } from './resolve.ts';
import type { FeedNeeds } from './rulebook.ts';
import { emptyTally, takeTally } from './tally.ts';
import { endRun, notBegun, type Use } from './use.ts';
import { write } from './write.ts';

/** Pairs that are planned at once: the bound of a run's memory (S2). */
const PAGE_PAIRS = 1_000;
/** W7: how often a page is read again and decided again before what is still unsettled waits for the next run. */
const MOST_REREADS = 3;
/** A run yields after so many pages, so that no sync starves another. */
const MOST_PAGES_A_RUN = 100_000;
/** A sync is due again after this long when nothing calls for it earlier (seconds). */
const IDLE_SECONDS = 60;

/** A sync's run under way. */
export interface Run {
  engine: Engine;
  hold: Hold;
  id: string;
  sync: Sync;
  rules: Rules;
  moment: Moment;
  /** D3: the asking number at its start. */
  asked: number;
  /** Work up to here was counted; null: none was due; undefined: it is to be counted yet. */
  until: Horizon | null | undefined;
  sides: Two<RunSide>;
  tally: Tally;
  /** Everything added up, over the whole run. */
  total: Tally;
  /** The page's decisions that still have writes on their way, by intent; `later`: work that is made once all are done. */
  open: Map<Intent, { left: number; spoilt: 'no' | 'yes'; later: NonNullable<Changes['work']> }>;
  use: Use;
}

/** One side of a run. */
export interface RunSide {
  access: Access;
  type: ObjectType;
  feed: Feed;
  needs: FeedNeeds;
}

/** How a run ended. */
export interface RunReport {
  id: string;
  /** quiet: nothing is due. paused: a brake asks. unread: a feed was not listed yet. failed: an account cannot be used now. */
  end: 'quiet' | 'paused' | 'unread' | 'failed';
  tally: Tally;
  pause: Pause | null;
  failure: Failure | null;
}

/** A sync whose feeds are being listed for the first time is looked at again after this long (seconds). */
const UNREAD_SECONDS = 2;

/** Reads one feed (read); `nextSeconds` tells when it is due again. Null while another worker does. */
export async function runFeed(
  engine: Engine,
  feed: string,
  reach: Reach = 'changes',
  nextSeconds: (seen: ReadReport) => number = () => IDLE_SECONDS,
): Promise<ReadReport | null> {
  const hold = await take(engine, 'feed', feed);
  if (!hold) return null;
  let next = IDLE_SECONDS;
  try {
    const seen = await read(engine, hold, feed, reach);
    next = nextSeconds(seen);
    return seen;
  } catch (error) {
    if (error instanceof Failure) next = error.retrySeconds ?? IDLE_SECONDS;
    throw error;
  } finally {
    await release(engine, hold, next);
  }
}

/**
 * Plans and writes what is due for one sync: read, detect, match, merge, plan, write, confirm. Feeds are read by
 * {@link runFeed}; here only single records are read again. Null while another worker has the sync.
 */
export async function runSync(engine: Engine, syncId: string): Promise<RunReport | null> {
  const hold = await take(engine, 'sync', syncId);
  if (!hold) return null;
  let next = IDLE_SECONDS;
  try {
    const run = await begin(engine, hold, syncId).catch((error: unknown) => notBegun(engine, syncId, error));
    if (run === 'unread') {
      next = UNREAD_SECONDS;
      return report(engine.random.uuid(), emptyTally(), 'unread');
    }
    const end = await walk(run);
    await endRun(run, end.end, end.failure?.message ?? null);
    if (end.end === 'quiet') next = 0;
    if (end.end === 'failed') next = end.failure?.retrySeconds ?? IDLE_SECONDS;
    return end;
  } finally {
    await release(engine, hold, next);
  }
}

/** The whole of a run, top to bottom. */
async function walk(run: Run): Promise<RunReport> {
  try {
    await recover(run);
    if (run.sync.progress.phase === 'new')
      await progress(run, { ...run.sync.progress, phase: 'matching', version: run.sync.version, first: 'yes' });
    if (run.sync.progress.phase === 'matching') await matchFirst(run);
    const first = run.sync.progress.phase === 'scanning' && run.sync.progress.first === 'yes';
    const pause = first ? null : await countDue(run);
    if (pause) return await paused(run, pause);
    if (run.sync.progress.phase === 'scanning') await scan(run);
    const later = await drain(run);
    if (later) return await paused(run, later);
    const { approved: _, paused: __, plan: ___, ...rest } = run.sync.progress;
    await progress(run, { ...rest, asked: run.asked });
    return report(run.id, run.total, 'quiet');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...report(run.id, run.total, 'failed'), failure: error };
  }
}

/** Everything there is, in keyset order: first syncs and re-plans. */
async function scan(run: Run): Promise<void> {
  let after: ScanPlace | null = run.sync.progress.scan ?? null;
  do {
    const page: { pairs: Pair[]; next: ScanPlace | null } = await run.engine.store.scan(run.sync.id, after, PAGE_PAIRS);
    await carryOut(run, page.pairs);
    after = page.next;
    await progress(run, { ...run.sync.progress, scan: after });
  } while (after);
  // What is due from here on came after the start: nobody was shown it, nor need be.
  const { scan: _, first: __, plan: ___, ...rest } = run.sync.progress;
  await progress(run, { ...rest, phase: 'live' });
  run.until = undefined;
}

/** Work rows until none is due. What comes while it runs is counted before it is written, as what was there was (G4). */
async function drain(run: Run): Promise<Pause | null> {
  for (let pages = 0; pages < MOST_PAGES_A_RUN; pages++) {
    if (run.until === null) return null;
    const pairs = run.until ? await run.engine.store.due(run.sync.id, PAGE_PAIRS, 0, run.until) : [];
    if (pairs.length > 0) await carryOut(run, pairs);
    else {
      const pause = await countDue(run);
      if (pause) return pause;
    }
  }
  return null;
}

async function paused(run: Run, pause: Pause): Promise<RunReport> {
  await progress(run, { ...run.sync.progress, paused: pause });
  return report(run.id, run.total, 'paused', pause);
}

/** One page: decide, read again what must be fresh, settle, write, confirm. */
export async function carryOut(run: Run, pairs: Pair[]): Promise<void> {
  const { engine, hold } = run;
  run.use.looked += pairs.length;
  const fresh = { a: new Set<string>(), b: new Set<string>() };
  let todo = pairs;
  for (let round = 0; todo.length > 0; round++) {
    await keep(engine, hold);
    const decisions = await looked(run, await decide(run, todo));
    const planned = plan(run.rules, decisions, { fresh, sizes: sizesOf(run) });
    await settle(run, planned.settle, decisions);
    note(run, decisions);
    for (const batch of planned.batches) {
      const sent = await write(run, batch);
      await confirm(run, sent, null);
      if (sent.failure) throw sent.failure;
    }
    run.open.clear();
    if (round === MOST_REREADS) return putOff(run, planned.again);
    await readAgain(run, planned.reread, fresh);
    todo = planned.again.length === 0 ? [] : await engine.store.load(run.sync.id, recordsOf(planned.again));
  }
}

/** What still cannot be decided after several looks waits for the next run. */
async function putOff(run: Run, decisions: Decision[]): Promise<void> {
  const work = decisions.flatMap(({ pair }) =>
    (['a', 'b'] as const).flatMap((side) => {
      const row = pair.work[side];
      const record = row?.record ?? pair[side]?.id;
      if (!record) return [];
      const again = {
        side,
        record,
        reason: 'unsettled',
        delaySeconds: IDLE_SECONDS,
        attempts: (row?.attempts ?? 0) + 1,
      };
      return [row ? { ...again, seq: row.seq } : again];
    }),
  );
  if (work.length > 0) await run.engine.store.commit(run.hold.lease, { work });
}

async function settle(run: Run, settle: Settle, decisions: Decision[]): Promise<void> {
  const { linked, conflicts, landed, ...rest } = settle;
  const history = landed.map((each) => ({ ...each, op: 'update' as const, run: run.id }));
  const changes = { ...rest, history };
  run.tally.linked += linked;
  run.tally.conflicts += conflicts;
  const empty = Object.values(changes).every((part) => part.length === 0);
  if (!empty) await run.engine.store.commit(run.hold.lease, { ...changes, tally: takeTally(run) });
  for (const decision of decisions) {
    const creates = decision.writes.a?.op === 'create' || decision.writes.b?.op === 'create';
    if (!creates && decision.change !== 'none') decision.change = 'stored';
  }
}

/** Remembers which intents belong together, so that work is acknowledged with the last of them. */
function note(run: Run, decisions: Decision[]): void {
  for (const { writes } of decisions) {
    const intents = [writes.a?.intent, writes.b?.intent].filter((intent) => intent !== undefined);
    const state = { left: intents.length, spoilt: 'no' as const, later: [] };
    for (const intent of intents) run.open.set(intent, state);
  }
}

async function readAgain(run: Run, ids: Two<string[]>, fresh: Two<Set<string>>): Promise<void> {
  for (const side of ['a', 'b'] as const) {
    const { access, type, feed, needs } = run.sides[side];
    for (const some of chunks(ids[side], type.reads.byIdsMost)) {
      await keep(run.engine, run.hold);
      await blame(feed.account, () => readDirect(run.engine, access, feed, type, needs, some));
      for (const id of some) fresh[side].add(id);
    }
  }
}

function recordsOf(decisions: Decision[]): Two<string[]> {
  const ids = { a: [] as string[], b: [] as string[] };
  for (const { pair, link } of decisions) {
    const a = pair.a?.id ?? link?.ids.a;
    const b = pair.b?.id ?? link?.ids.b;
    // Both: two that were only just matched are no pair to the store yet.
    if (a) ids.a.push(a);
    if (b) ids.b.push(b);
  }
  return ids;
}

function sizesOf(run: Run): Two<{ create: number; update: number; archive: number; delete: number }> {
  const sizes = (side: Side) => {
    const { writes } = run.sides[side].type;
    return {
      create: writes?.create?.size ?? 1,
      update: writes?.update?.size ?? 1,
      archive: writes?.archive?.size ?? 1,
      delete: writes?.delete?.size ?? 1,
    };
  };
  return { a: sizes('a'), b: sizes('b') };
}

/** Saves where the sync stands. */
export async function progress(run: Run, next: Sync['progress']): Promise<void> {
  run.sync.progress = next;
  await run.engine.store.saveSync(run.hold.lease, next);
}

function report(id: string, tally: Tally, end: RunReport['end'], pause: Pause | null = null): RunReport {
  return { id, end, tally, pause, failure: null };
}

async function release(engine: Engine, hold: Hold, nextSeconds: number): Promise<void> {
  await engine.store.release(hold.lease, nextSeconds);
}
