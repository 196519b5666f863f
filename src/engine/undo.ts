import type { Decision, Intent, Op } from '../model/decision.ts';
import type { Link, Pair } from '../model/link.ts';
import { across, type Side, type Values } from '../model/value.ts';
import type { HistoryRow } from '../store/store.ts';
import { Busy, holding } from './acts.ts';
import { begin } from './begin.ts';
import { confirm } from './confirm.ts';
import { draft, newLink } from './decision.ts';
import { detect, editedSince, isLive } from './detect.ts';
import { type Engine, keep } from './engine.ts';
import { chunks, readDirect } from './read-again.ts';
import { type Back, bare, restoreFields } from './restore-fields.ts';
import type { Run } from './run.ts';
import { endRun } from './use.ts';
import { write } from './write.ts';

/** History rows that are undone in one step. */
export const UNDO_PAGE = 500;
/** The most rows of one undo. */
const MOST_ROWS = 10_000_000;

/** What is undone: a whole run, all writes of a link, or one field of a link (by its name on the side it was written). */
export interface UndoScope {
  run?: string;
  link?: string;
  field?: string;
}

/** What an undo did. `kept`: writes that were not undone since somebody edited the value later. */
export interface UndoReport {
  run: string;
  undone: number;
  kept: number;
}

/**
 * U1: restores what stood there before each write, newest first, as a three-way merge: a value that somebody edited since
 * is left alone. An undo is a run like any other: it is in the history and can be undone. `watch` hears how far it is.
 */
export async function undo(
  engine: Engine,
  syncId: string,
  scope: UndoScope,
  watch: (report: UndoReport) => Promise<void> = async () => {},
): Promise<UndoReport> {
  return holding(engine, syncId, async (hold) => {
    const run = await begin(engine, hold, syncId);
    if (run === 'unread') throw new Busy(syncId);
    const report: UndoReport = { run: run.id, undone: 0, kept: 0 };
    let before: string | undefined;
    for (let rows = 0; rows < MOST_ROWS; rows += UNDO_PAGE) {
      const { field: _, ...which } = scope;
      const page = await engine.store.history({
        sync: syncId,
        ...which,
        most: UNDO_PAGE,
        ...(before ? { before } : {}),
      });
      const theirs = page.filter((row) => row.run !== run.id);
      await takeBackPage(run, theirs, scope.field, report);
      await watch(report);
      run.use.looked += theirs.length;
      if (page.length < UNDO_PAGE) {
        await endRun(run, 'undo', null);
        return report;
      }
      before = page.at(-1)?.id;
    }
    return report;
  });
}

/** Rows of one record, or of one link, are undone one after the other, newest first; others go together. */
async function takeBackPage(
  run: Run,
  rows: HistoryRow[],
  field: string | undefined,
  report: UndoReport,
): Promise<void> {
  let rest = rows.filter((row) => isMeant(row, field));
  while (rest.length > 0) {
    const met = new Set<string>();
    const now = rest.filter((row) => {
      const keys = [`${row.side} record ${row.record}`, `${row.side} link ${row.link}`];
      const isFree = keys.every((key) => !met.has(key));
      for (const key of keys) met.add(key);
      return isFree;
    });
    rest = rest.filter((row) => !now.includes(row));
    await takeBackRows(run, now, field, report);
  }
}

/** Is this a write that the undo is about? */
export function isMeant({ op, after }: HistoryRow, field: string | undefined): boolean {
  if (field !== undefined) return op === 'update' && after[field] !== undefined;
  return op !== 'link' && op !== 'unlink';
}

async function takeBackRows(
  run: Run,
  rows: HistoryRow[],
  field: string | undefined,
  report: UndoReport,
): Promise<void> {
  for (const side of ['a', 'b'] as const) {
    const own = rows.filter((row) => row.side === side);
    if (own.length === 0) continue;
    await readFresh(run, side, own);
    const pairs = await run.engine.store.load(run.sync.id, { a: [], b: [], [side]: own.map((row) => row.record) });
    const byRecord = new Map(
      pairs.flatMap((pair) => (pair[side] ? [[pair[side].id, settled(run, pair)] as const] : [])),
    );
    const links = await run.engine.store.links(
      run.sync.id,
      own.map((row) => row.link),
    );
    const byId = new Map(links.map((link) => [link.id, link]));
    const backs = own.map((row) => ({ row, pair: byRecord.get(row.record) ?? null, link: byId.get(row.link) ?? null }));
    let done = 0;
    for (const op of ['create', 'update', 'archive', 'delete'] as const) {
      done += await send(run, side, op, await intentsOf(run, side, op, backs, field));
    }
    report.undone += done;
    report.kept += own.length - done;
  }
}

/** A write that nobody had seen since is judged first, by what the record shows now. */
function settled(run: Run, pair: Pair): Pair {
  return pair.link ? { ...pair, link: detect(run.rules, pair, run.moment.salt).link } : pair;
}

async function readFresh(run: Run, side: Side, rows: HistoryRow[]): Promise<void> {
  const { access, type, feed, needs } = run.sides[side];
  for (const ids of chunks(
    rows.map((row) => row.record),
    type.reads.byIdsMost,
  )) {
    await keep(run.engine, run.hold);
    await readDirect(run.engine, access, feed, type, needs, ids);
  }
}

/** The writes of kind `op` that take these rows back. */
export async function intentsOf(
  run: Run,
  side: Side,
  op: Op,
  backs: Back[],
  field: string | undefined,
): Promise<Intent[]> {
  const intents: Intent[] = [];
  const removal: Op = run.rules.can[side].archive ? 'archive' : 'delete';
  for (const back of backs) {
    const { row } = back;
    if (op === 'update' && row.op === 'update') intents.push(...restoreFields(run, side, back, field));
    if (op === removal && run.rules.can[side][removal] && row.op === 'create' && field === undefined)
      intents.push(...removeMade(run, side, back));
    if (op === 'create' && (row.op === 'archive' || row.op === 'delete') && field === undefined) {
      intents.push(await makeAgain(run, side, back));
    }
  }
  return intents;
}

/** A record that the sync made goes again, unless somebody edited it since; its partner is left alone from then on. */
function removeMade(run: Run, side: Side, { row, pair }: Back): Intent[] {
  const seen = pair?.[side] ?? null;
  const link = pair?.link;
  if (!link || !seen || !isLive(seen) || link.ids[side] !== row.record) return [];
  if (editedSince(run.rules, link, side, seen, run.moment.salt)) return [];
  return [{ ...bare(link, seen), before: seen.values, afterwards: 'leave' }];
}

/**
 * A record that was removed is made again as it was. Where its partner was kept and left alone (by an undo), the two are a
 * pair again; else the record is left alone, so that it is not made across as well.
 */
async function makeAgain(run: Run, side: Side, { row, link }: Back): Promise<Intent> {
  const { feed } = run.sides[side];
  const schema = await run.engine.rulebook.schema(feed.account, feed.object);
  const values: Values = {};
  for (const { name, writable } of [...schema.fields, ...schema.associations]) {
    const value = row.before[name] ?? null;
    if (value !== null && writable !== 'never') values[name] = value;
  }
  const rule = Object.fromEntries(Object.keys(values).map((name) => [name, 'undo']));
  const own = await linkAgain(run, side, link);
  const slots: Intent['slots'] = {};
  for (const { slot, fields } of run.rules.mappings) {
    const written = fields[side].map((name) => values[name] ?? null);
    // W2: by what was written an unresolved create is known; what was agreed across stays.
    slots[slot] = { written, before: written.map(() => null), source: own.base[across(side)][slot] ?? 0 };
  }
  return { ...bare(own, null), values, rule, slots, claims: [`undo:${side}:${row.id}`] };
}

async function linkAgain(run: Run, side: Side, link: Link | null): Promise<Link> {
  if (link?.held === 'left' && link.ids[side] === null) {
    const again = { ...link, generation: link.generation + 1, problem: null };
    const isAlone = link.ids[across(side)] === null;
    return isAlone ? { ...again, status: 'excluded' } : { ...again, status: 'in-sync', held: null };
  }
  const [id] = await run.engine.store.linkIds(1);
  return { ...newLink(id as string, { a: null, b: null }), status: 'excluded', held: 'left' };
}

/** A record that is made again, on a new row or (then of a later generation) on the one that is there. */
function asNew(link: Link): Decision {
  const isKept = link.generation > 0;
  return draft({ link: isKept ? link : null, a: null, b: null, work: { a: null, b: null } }, link, 'none');
}

async function send(run: Run, side: Side, op: Op, intents: Intent[]): Promise<number> {
  const { writes } = run.sides[side].type;
  const size = writes?.[op]?.size ?? 1;
  let done = 0;
  for (const some of chunks(intents, size)) {
    const items = some.map((intent) => ({
      intent,
      decision: op === 'create' ? asNew(intent.link) : null,
    }));
    const sent = await write(run, { side, op, items });
    done += sent.items.filter(({ outcome }) => outcome.is === 'done').length;
    await confirm(run, sent, null);
    if (sent.failure) throw sent.failure;
  }
  return done;
}
