import type { Op } from '../model/decision.ts';
import type { Pair } from '../model/link.ts';
import type { Side, Two, Values } from '../model/value.ts';
import type { HistoryRow } from '../store/store.ts';
import { detect } from './detect.ts';
import type { Engine } from './engine.ts';
import type { Back } from './restore-fields.ts';
import type { Run, RunSide } from './run.ts';
import { emptyTally } from './tally.ts';
import { intentsOf, isMeant, UNDO_PAGE, type UndoScope } from './undo.ts';
import { noUse } from './use.ts';

/** Writes that a preview looks at; of a larger run it tells of the newest so many. */
const MOST_PREVIEWED = 20_000;

/** What an undo would do with one write. */
export interface UndoStep {
  row: HistoryRow;
  /** restore: values go back. remove: the made record goes. make-again: the removed record comes back. keep: it was changed since. */
  does: 'restore' | 'remove' | 'make-again' | 'keep';
  /** The values that would go back, by field; what was edited since is not among them. */
  back: Values;
}

/** What an undo would do, without doing any of it. */
export interface UndoPreview {
  counts: Record<UndoStep['does'], number>;
  /** The newest writes, at most as many as were asked for. */
  steps: UndoStep[];
  /** Whether all writes were looked at. */
  complete: 'no' | 'yes';
}

/**
 * U1 as {@link undo} would carry it out now, by the mirror: nothing is read again, locked or written. What changes in an
 * app before the undo is done survives it all the same.
 */
export async function previewUndo(
  engine: Engine,
  syncId: string,
  scope: UndoScope,
  mostSteps: number,
): Promise<UndoPreview> {
  const run = await groundOf(engine, syncId);
  const preview: UndoPreview = {
    counts: { restore: 0, remove: 0, 'make-again': 0, keep: 0 },
    steps: [],
    complete: 'no',
  };
  const undone = new Map<string, Values>();
  const { field, ...which } = scope;
  let before: string | undefined;
  for (let rows = 0; rows < MOST_PREVIEWED; rows += UNDO_PAGE) {
    const page = await engine.store.history({ sync: syncId, ...which, most: UNDO_PAGE, ...(before ? { before } : {}) });
    for (const step of await stepsOf(
      run,
      page.filter((row) => isMeant(row, field)),
      field,
      undone,
    )) {
      preview.counts[step.does]++;
      if (preview.steps.length < mostSteps) preview.steps.push(step);
    }
    if (page.length < UNDO_PAGE) return { ...preview, complete: 'yes' };
    before = page.at(-1)?.id;
  }
  return preview;
}

/** What the pure part of an undo stands on: a run that holds no lease and is never begun. */
async function groundOf(engine: Engine, syncId: string): Promise<Run> {
  const sync = await engine.store.sync(syncId);
  const rules = await engine.rulebook.rules(sync);
  const sideOf = async (side: Side): Promise<RunSide> => {
    const feed = await engine.store.feed(sync.feeds[side]);
    const access = await engine.open(feed.account);
    return {
      access,
      feed,
      type: await engine.rulebook.objectType(feed.account, feed.object),
      needs: await engine.rulebook.needs(feed),
    };
  };
  return {
    engine,
    hold: { lease: { kind: 'sync', id: syncId, epoch: 0, ttlSeconds: 0 }, until: 0 },
    id: '',
    sync,
    rules,
    moment: { now: await engine.store.now(), lastAsked: sync.progress.asked ?? 0, salt: sync.salt },
    asked: 0,
    until: null,
    sides: { a: await sideOf('a'), b: await sideOf('b') },
    tally: emptyTally(),
    total: emptyTally(),
    open: new Map(),
    use: noUse(),
  };
}

async function stepsOf(
  run: Run,
  rows: HistoryRow[],
  field: string | undefined,
  undone: Map<string, Values>,
): Promise<UndoStep[]> {
  const backs = await backsOf(run, rows);
  const steps: UndoStep[] = [];
  for (const row of rows) {
    const back = backs.get(row) as Back;
    const key = `${row.side} ${row.record}`;
    const step = await stepOf(run, { ...back, pair: laidOver(back.pair, row.side, undone.get(key)) }, field);
    if (step.does === 'restore') undone.set(key, { ...undone.get(key), ...step.back });
    steps.push(step);
  }
  return steps;
}

async function backsOf(run: Run, rows: HistoryRow[]): Promise<Map<HistoryRow, Back>> {
  const { store } = run.engine;
  const records: Two<string[]> = { a: [], b: [] };
  for (const row of rows) records[row.side].push(row.record);
  const byRecord = new Map<string, Pair>();
  for (const loaded of await store.load(run.sync.id, records)) {
    const pair = laidOver(laidOver(loaded, 'a', unseen(run, loaded, 'a')), 'b', unseen(run, loaded, 'b')) as Pair;
    const link = pair.link && detect(run.rules, pair, run.moment.salt).link;
    for (const side of ['a', 'b'] as const) if (pair[side]) byRecord.set(`${side} ${pair[side].id}`, { ...pair, link });
  }
  const links = await store.links(run.sync.id, [...new Set(rows.map((row) => row.link))]);
  const byId = new Map(links.map((link) => [link.id, link]));
  return new Map(
    rows.map((row) => [
      row,
      { row, pair: byRecord.get(`${row.side} ${row.record}`) ?? null, link: byId.get(row.link) ?? null },
    ]),
  );
}

/** What was written last and not seen since: the undo itself would read it first. */
function unseen(run: Run, { link, ...seen }: Pair, side: Side): Values | undefined {
  const pending = link?.pending[side];
  if (pending?.state !== 'accepted' || (seen[side]?.answered ?? 0) > pending.asked) return undefined;
  const values: Values = {};
  for (const { slot, fields } of run.rules.mappings) {
    fields[side].forEach((name, index) => {
      const written = pending.slots[slot]?.written[index];
      if (written !== undefined) values[name] = written;
    });
  }
  return values;
}

/** The record as it stands once newer writes are taken back. */
function laidOver(pair: Pair | null, side: Side, values: Values | undefined): Pair | null {
  const seen = pair?.[side];
  if (!pair || !seen || !values) return pair;
  return { ...pair, [side]: { ...seen, values: { ...seen.values, ...values } } };
}

async function stepOf(run: Run, back: Back, field: string | undefined): Promise<UndoStep> {
  const { row } = back;
  for (const op of ['update', 'create', 'archive', 'delete'] as Op[]) {
    const [intent] = await intentsOf(run, row.side, op, [back], field);
    if (!intent) continue;
    const does = op === 'update' ? 'restore' : op === 'create' ? 'make-again' : 'remove';
    return { row, does, back: does === 'remove' ? {} : intent.values };
  }
  return { row, does: 'keep', back: {} };
}
