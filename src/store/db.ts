import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { builderOver } from './builder.ts';
import type { Tables } from './tables.ts';

/** Where statements run: the pool, one transaction, or a scratch transaction that is rolled back at its end. */
export interface Sql {
  /**
   * The rows of a statement. `text` is a constant of the code: it is prepared once per connection and kept, so texts
   * that are put together at run time go through `build`.
   */
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Typed queries (Kysely) that run in the same place. */
  readonly build: Kysely<Tables>;
  /** The store's clock as a value for `moment($n)` in SQL: null for the database's own. */
  time(): number | null;
}

/** Where transactions begin. */
export interface Db extends Sql {
  /**
   * Runs `work` in a transaction (read committed). It may run again from the start where PostgreSQL ended it for a
   * deadlock, so it must do nothing but SQL.
   */
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  /** Runs `work` in a transaction that is rolled back at its end; transactions inside are savepoints. */
  scratch<Result>(work: (db: Db) => Promise<Result>): Promise<Result>;
  /**
   * Runs `work` on a connection of its own, which knows no prepared statement yet and is closed at the end with its
   * temporary tables (see aside.ts). Should it drop, every further statement fails: none ever runs on another one.
   */
  apart<Result>(work: (db: Db) => Promise<Result>): Promise<Result>;
}

/** Codes by which the system or PostgreSQL says that no server answers: refused, broken off, stopping, starting up. */
const AWAY = /^(ECONN|EPIPE|ENOENT|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|08|57P0[1-4])/;

/** Whether an error means that the database does not answer just now. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    AWAY.test(String((error as { code?: string }).code ?? '')) ||
    /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message)
  );
}

/** A transaction under way. */
export interface Tx extends Sql {
  /** COPY … FROM STDIN: `lines` in PostgreSQL's text format. */
  copy(text: string, lines: Iterable<string>): Promise<void>;
}

/**
 * Runs a statement in which whole tables meet. On tables that were filled a moment ago the planner would go through one
 * of them once per row of the other.
 */
export async function wholeTables<Result>(tx: Tx, work: () => Promise<Result>): Promise<Result> {
  await tx.rows('set local enable_nestloop = off');
  const result = await work();
  await tx.rows('set local enable_nestloop = on');
  return result;
}

/** A database over a pool. `now` is a test's clock in milliseconds; without it the database's clock counts. */
export function poolDb(pool: pg.Pool, now?: () => number): Db {
  const time = () => (now ? Math.round(now()) : null);
  const sql = sqlOver((query) => pool.query(query), time);
  const withClient = async <Result>(work: (client: pg.PoolClient) => Promise<Result>) => {
    const client = await pool.connect();
    try {
      return await work(client);
    } finally {
      // The pool itself drops a client whose connection has ended.
      client.release();
    }
  };
  return {
    ...sql,
    transaction: (work) =>
      retrying(() =>
        withClient((client) => enclosed(client, 'begin', 'commit', 'rollback', () => work(txOver(client, time)))),
      ),
    scratch: (work) =>
      withClient((client) => enclosed(client, 'begin', 'rollback', 'rollback', () => work(scratchDb(client, time)))),
    apart: (work) => withOwnClient(pool, (client) => work(clientDb(client, time))),
  };
}

async function withOwnClient<Result>(
  { options }: pg.Pool,
  work: (client: pg.ClientBase) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(options);
  client.on('error', () => {});
  await client.connect();
  try {
    await options.onConnect?.(client);
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** How often a transaction that was ended for a deadlock runs again. */
const MOST_DEADLOCKS = 10;

const deadlock = '40P01';
const serializationFailure = '40001';

async function retrying<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const code = (error as { code?: string }).code;
      if ((code !== deadlock && code !== serializationFailure) || tries === MOST_DEADLOCKS) throw error;
    }
  }
}

async function enclosed<Result>(
  client: pg.ClientBase,
  begin: string,
  end: string,
  undo: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query(begin);
  try {
    const result = await work();
    await client.query(end);
    return result;
  } catch (error) {
    // The connection may be gone: what counts is the first error, and the server rolls back by itself.
    await client.query(undo).catch(() => {});
    throw error;
  }
}

const undoSavepoint = 'rollback to savepoint step; release savepoint step';

/** A scratch transaction on a connection: transactions inside are savepoints. */
function scratchDb(client: pg.ClientBase, time: () => number | null): Db {
  return inTurns(client, time, ['savepoint step', 'release savepoint step', undoSavepoint]);
}

/** A connection for whoever has it alone: transactions are ordinary ones. */
function clientDb(client: pg.ClientBase, time: () => number | null): Db {
  return inTurns(client, time, ['begin', 'commit', 'rollback']);
}

/** One connection serves everybody inside, so calls that overlap take turns: savepoints must nest. */
function inTurns(client: pg.ClientBase, time: () => number | null, [begin, end, undo]: [string, string, string]): Db {
  const inTurn = turns();
  const step = <Result>(last: string, work: () => Promise<Result>) =>
    inTurn(() => enclosed(client, begin, last, undo, work));
  return {
    ...sqlOver((query) => inTurn(() => client.query(query)), time),
    transaction: (work) => retrying(() => step(end, () => work(txOver(client, time)))),
    scratch: (work) => step(undo, () => work(scratchDb(client, time))),
    apart: () => Promise.reject(new Error('this connection is apart already, or in a transaction')),
  };
}

function turns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  };
}

function txOver(client: pg.ClientBase, time: () => number | null): Tx {
  return {
    ...sqlOver((query) => client.query(query), time),
    async copy(text, lines) {
      await pipeline(Readable.from(lines), client.query(copyFrom(text)));
    },
  };
}

type Run = (query: pg.QueryConfig) => Promise<{ rows: unknown[] }>;

function sqlOver(run: Run, time: () => number | null): Sql {
  return {
    async rows<Row>(text: string, values: readonly unknown[] = []) {
      const result = await run({ name: nameOf(text), text, values: values as unknown[] });
      return result.rows as Row[];
    },
    build: builderOver((text, values) => run({ text, values: values as unknown[] })),
    time,
  };
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (!name) {
    name = `s${names.size}`;
    names.set(text, name);
  }
  return name;
}
