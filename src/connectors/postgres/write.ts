import { Failure, type Refusal, type WriteResult } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { type Database, database } from './database.ts';
import { isClash, isPassing, Rejected } from './sqlstate.ts';
import type { Table } from './table.ts';

/** The most records of a batch. */
export const BATCH_ROWS = 1000;
/** The longest a whole batch may take, in seconds; what is left then is for later. */
const BATCH_SECONDS = 24;
/** The longest one statement for several records may take, in seconds: so that there is time left for smaller ones. */
const LOT_SECONDS = 10;
/** A statement gets no less than this, in seconds. */
const LEAST_SECONDS = 2;
/** The longest the texts of one statement are together, in characters. */
const LOT_CHARACTERS = 16_000_000;
/** How often a statement is sent that others' transactions got in the way of. */
const MOST_CLASHES = 3;

/** A record to write: its place in the batch and the length of its texts. */
export interface Item {
  at: number;
  characters: number;
}

/** What is the same about creating, updating and deleting. */
export interface Work<I extends Item> {
  table: Table;
  /** Writes a lot in one transaction, or throws and has done nothing. By place; what is left out counts as not found. */
  attempt(db: Database, lot: I[], seconds: number, locks: Locks): Promise<Map<number, WriteResult>>;
  /** Why this one was refused. */
  explain(db: Database, item: I, error: Rejected): Promise<Refusal>;
}

/** What to do about rows that somebody else has locked: wait for a little while, or leave them out. */
export type Locks = 'wait' | 'skip';

/**
 * Writes lots one after the other, each as one statement. A lot that PostgreSQL refuses for a record's sake is halved
 * until that record stands alone (W3). `early` holds results that were clear before anything was sent.
 */
export async function writeLots<I extends Item>(
  s: Session,
  early: Map<number, WriteResult>,
  lots: I[][],
  work: Work<I>,
): Promise<WriteResult[]> {
  const results = new Map(early);
  const writing: Writing<I> = {
    s,
    work,
    db: await database(s),
    results,
    end: s.clock.monotonic() + BATCH_SECONDS * 1000,
  };
  for (const [index, lot] of lots.entries()) {
    try {
      await settle(writing, lot);
    } catch (error) {
      // What earlier lots did must be told, so the failure is told record by record.
      if (!(error instanceof Failure) || results.size === early.size) throw error;
      const left = lots.slice(index).flat();
      for (const { at } of left) if (!results.has(at)) results.set(at, later(error.message));
      break;
    }
  }
  return [...results].sort(([one], [other]) => one - other).map(([, result]) => result);
}

interface Writing<I extends Item> {
  s: Session;
  work: Work<I>;
  db: Database;
  results: Map<number, WriteResult>;
  /** When the batch must have ended, in monotonic milliseconds. */
  end: number;
}

async function settle<I extends Item>(
  writing: Writing<I>,
  lot: I[],
  locks: Locks = 'wait',
  clashes = 0,
): Promise<void> {
  const { s, work, db, results, end } = writing;
  const left = (end - s.clock.monotonic()) / 1000;
  const seconds = lot.length === 1 ? left : Math.min(left, LOT_SECONDS);
  const tell = (result: WriteResult) => {
    for (const { at } of lot) results.set(at, result);
  };
  if (left < LEAST_SECONDS) return tell(later('the batch took too long, and this record was not sent'));
  try {
    for (const [at, result] of await work.attempt(db, lot, seconds, locks)) results.set(at, result);
  } catch (error) {
    if (error instanceof Failure && error.sent === 'unknown') return tell({ unknown: error.message });
    if (!(error instanceof Rejected)) throw error;
    if (isClash(error.code) && clashes < MOST_CLASHES) return settle(writing, lot, locks, clashes + 1);
    if (error.code === lockNotAvailable && locks === 'wait') return settle(writing, lot, 'skip', clashes);
    const isSlow = error.code === queryCanceled && lot.length > 1;
    if (isPassing(error.code) && !isSlow)
      return tell(later(`PostgreSQL could not take it now (${error.code}); it is sent again`));
    const [first] = lot;
    if (!first) return;
    if (lot.length === 1 || concernsAll(error, work.table))
      return tell({ refused: await work.explain(db, first, error) });
    const half = lot.length >> 1;
    await settle(writing, lot.slice(0, half), locks);
    await settle(writing, lot.slice(half), locks);
  }
}

/** Records in lots: those that one statement can write, by their signature, and no more than fit. */
export function lotsOf<I extends Item>(items: I[], table: Table, most: number, signature: (item: I) => string): I[][] {
  const open = new Map<string, { lot: I[]; characters: number }>();
  const lots: I[][] = [];
  for (const item of items) {
    const name = signature(item);
    const length = Math.max(item.characters, table.rowBytes);
    let group = open.get(name);
    if (!group || group.lot.length >= most || group.characters + length > LOT_CHARACTERS) {
      group = { lot: [], characters: 0 };
      open.set(name, group);
      lots.push(group.lot);
    }
    group.lot.push(item);
    group.characters += length;
  }
  return lots;
}

/** How often an id came before: the second time it goes into another lot, for a statement writes a row once. */
export function turnOf(turns: Map<string, number>, id: string): number {
  const turn = turns.get(id) ?? 0;
  turns.set(id, turn + 1);
  return turn;
}

/** Nothing was done for now; it is tried again later. */
export function later(message: string): WriteResult {
  return { refused: { kind: 'unavailable', message } };
}

const lockNotAvailable = '55P03';
const queryCanceled = '57014';

/** No right, no such column, a trigger in the way: halving would only ask the same again. */
function concernsAll({ code }: Rejected, table: Table): boolean {
  // Row-level security refuses single rows by the same code as a missing right.
  return code === '42501' ? !table.hidesRows : /^(42|3F|0A|27)/.test(code);
}
