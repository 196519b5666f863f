import type { Intent, Op } from '../model/decision.ts';
import { tuple } from '../model/hash.ts';
import type { Pair } from '../model/link.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Value, type Values } from '../model/value.ts';
import type { HistoryRow } from '../store/store.ts';
import { Busy } from './acts.ts';
import { begin } from './begin.ts';
import { confirm } from './confirm.ts';
import { draft, newLink } from './decision.ts';
import { editedSince, hashSide, isLive } from './detect.ts';
import { type Engine, keep, take } from './engine.ts';
import { chunks, readDirect } from './read.ts';
import type { Run } from './run.ts';
import { takeTally } from './tally.ts';
import { write } from './write.ts';

/** History rows that are undone in one step. */
const UNDO_PAGE = 500;
/** The most rows of one undo. */
const MOST_ROWS = 10_000_000;

/** A record that is made again has no pair yet. */
const NOBODY: Pair = { link: null, a: null, b: null, work: { a: null, b: null } };

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

/** A write to be taken back, with the pair it was made on. */
interface Back {
  row: HistoryRow;
  pair: Pair | null;
}

/**
 * U1: restores what stood there before each write, newest first, as a three-way merge: a value that somebody edited since
 * is left alone. An undo is a run like any other: it is in the history and can be undone.
 */
export async function undo(engine: Engine, syncId: string, scope: UndoScope): Promise<UndoReport> {
  const hold = await take(engine, 'sync', syncId);
  if (!hold) throw new Busy(syncId);
  try {
    const run = await begin(engine, hold, syncId);
    if (run === 'unread') return { run: '', undone: 0, kept: 0 };
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
      if (page.length < UNDO_PAGE) return report;
      before = page.at(-1)?.id;
    }
    return report;
  } finally {
    await engine.store.release(hold.lease, 0);
  }
}

/** Rows of one record are undone one after the other, newest first; different records go together. */
async function takeBackPage(
  run: Run,
  rows: HistoryRow[],
  field: string | undefined,
  report: UndoReport,
): Promise<void> {
  let rest = rows.filter((row) => row.op !== 'link' && row.op !== 'unlink');
  while (rest.length > 0) {
    const met = new Set<string>();
    const now = rest.filter((row) => {
      const key = `${row.side} ${row.record}`;
      if (met.has(key)) return false;
      met.add(key);
      return true;
    });
    rest = rest.filter((row) => !now.includes(row));
    await takeBackRows(run, now, field, report);
  }
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
    const byRecord = new Map(pairs.flatMap((pair) => (pair[side] ? [[pair[side].id, pair] as const] : [])));
    const backs = own.map((row) => ({ row, pair: byRecord.get(row.record) ?? null }));
    let done = 0;
    for (const op of ['create', 'update', 'archive', 'delete'] as const) {
      done += await send(run, side, op, await intentsOf(run, side, op, backs, field));
    }
    report.undone += done;
    report.kept += own.length - done;
  }
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
async function intentsOf(run: Run, side: Side, op: Op, backs: Back[], field: string | undefined): Promise<Intent[]> {
  const intents: Intent[] = [];
  const removal: Op = run.rules.can[side].archive ? 'archive' : 'delete';
  for (const back of backs) {
    const { row } = back;
    if (op === 'update' && row.op === 'update') intents.push(...restoreFields(run, side, back, field));
    if (op === removal && row.op === 'create' && field === undefined) intents.push(...removeMade(run, side, back));
    if (op === 'create' && (row.op === 'archive' || row.op === 'delete') && field === undefined) {
      const [id] = await run.engine.store.linkIds(1);
      intents.push(makeAgain(side, row, id as string));
    }
  }
  return intents;
}

function restoreFields(run: Run, side: Side, { row, pair }: Back, field: string | undefined): Intent[] {
  const seen = pair?.[side] ?? null;
  const link = pair?.link;
  if (!link || !seen || !isLive(seen) || link.ids[side] !== row.record) return [];
  const intent = bare(link, seen);
  for (const mapping of run.rules.mappings) {
    const names = mapping.fields[side].filter(
      (name) => row.after[name] !== undefined && (field === undefined || name === field),
    );
    const now = tuple(seen.values, mapping.fields[side]);
    if (names.length === 0 || !now) continue;
    const left = mapping.fields[side].map((name, index) => row.after[name] ?? (now[index] as Value));
    const based = link.base[side][mapping.slot] === hashSide(mapping, side, now, seen.values, run.moment.salt);
    if (!based && !mapping.isEcho(side, left, now)) continue;
    const written = mapping.fields[side].map((name, index) =>
      names.includes(name) ? (row.before[name] ?? null) : (now[index] as Value),
    );
    const other = pair[across(side)];
    const theirs = other && tuple(other.values, mapping.fields[across(side)]);
    intent.slots[mapping.slot] = {
      written,
      before: now,
      source: theirs ? hashSide(mapping, across(side), theirs, (other as Seen).values, run.moment.salt) : 0,
    };
    mapping.fields[side].forEach((name, index) => {
      if (!names.includes(name)) return;
      intent.values[name] = written[index] as Value;
      intent.before[name] = now[index] as Value;
      intent.rule[name] = 'undo';
    });
  }
  if (field === undefined) restoreEdges(run, side, row, seen, pair[across(side)], intent);
  return Object.keys(intent.slots).length + Object.keys(intent.edgeSlots).length > 0 ? [intent] : [];
}

function restoreEdges(run: Run, side: Side, row: HistoryRow, seen: Seen, other: Seen | null, intent: Intent): void {
  for (const mapping of run.rules.associations) {
    const { name } = mapping.ends[side];
    const edge = row.edges[name];
    const now = seen.values[name];
    if (!edge || !Array.isArray(now)) continue;
    const ids = now as string[];
    const add = edge.remove.filter((id) => !ids.includes(id));
    const remove = edge.add.filter((id) => ids.includes(id));
    if (add.length + remove.length === 0) continue;
    const theirs = other?.values[mapping.ends[across(side)].name];
    const source = Array.isArray(theirs) ? (theirs as string[]) : [];
    const after = [...ids.filter((id) => !remove.includes(id)), ...add];
    intent.edges[name] = { add, remove };
    intent.edgeSlots[mapping.slot] = { add, remove, after, source };
  }
}

/** A record that the sync made goes again, unless somebody edited it since; its partner is left alone from then on. */
function removeMade(run: Run, side: Side, { row, pair }: Back): Intent[] {
  const seen = pair?.[side] ?? null;
  const link = pair?.link;
  if (!link || !seen || !isLive(seen) || link.ids[side] !== row.record) return [];
  if (editedSince(run.rules, link, side, seen, run.moment.salt)) return [];
  return [{ ...bare(link, seen), before: seen.values, afterwards: 'leave' }];
}

/** A record that the sync removed is made again as it was, and left alone. */
function makeAgain(side: Side, row: HistoryRow, id: string): Intent {
  const values: Values = {};
  for (const [name, value] of Object.entries(row.before)) if (value !== null) values[name] = value;
  const link = { ...newLink(id, { a: null, b: null }), status: 'excluded' as const, held: 'left' as const };
  const rule = Object.fromEntries(Object.keys(values).map((name) => [name, 'undo']));
  const made: Intent = { ...bare(link, null), values, rule };
  return { ...made, claims: [`undo:${side}:${row.id}`] };
}

function bare(link: Intent['link'], seen: Seen | null): Intent {
  return {
    link,
    target: seen?.id ?? null,
    source: null,
    values: {},
    edges: {},
    before: {},
    slots: {},
    edgeSlots: {},
    rule: {},
    claims: seen ? [`id:${seen.id}`] : [],
    work: [],
    attempts: 0,
    ...(seen?.version === undefined ? {} : { version: seen.version }),
  };
}

async function send(run: Run, side: Side, op: Op, intents: Intent[]): Promise<number> {
  const { writes } = run.sides[side].type;
  const size = writes?.[op]?.size ?? 1;
  let done = 0;
  for (const some of chunks(intents, size)) {
    const items = some.map((intent) => ({
      intent,
      decision: op === 'create' ? draft(NOBODY, intent.link, 'insert') : null,
    }));
    const sent = await write(run, { side, op, items });
    done += sent.items.filter(({ outcome }) => outcome.is === 'done').length;
    await confirm(run, sent, null);
    if (sent.failure) throw sent.failure;
  }
  takeTally(run);
  return done;
}
