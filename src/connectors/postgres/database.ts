import { Socket } from 'node:net';
import pg from 'pg';
import { Failure } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { Broken, Rejected, troubleOf, unreachable } from './sqlstate.ts';

/** The longest a read may take, in seconds; the server itself stops it then. */
const READ_SECONDS = 25;
/** The longest a statement waits for somebody else's lock, in seconds. */
const LOCK_SECONDS = 2;
/** How long after its own limit the server may take to say so, before the connection is given up, in seconds. */
const PATIENCE_SECONDS = 3;
const CONNECT_SECONDS = 10;
const MOST_CONNECTIONS = 5;
/** How often a read, or the begin of a transaction, is tried when connections turn out to be broken. */
const MOST_TRIES = 2;
/** pg_current_snapshot and its 64-bit numbers came with 13. */
const OLDEST_VERSION = 130_000;

/** A row: each column as PostgreSQL writes it. */
export type Row = (string | null)[];

/** Runs one statement. */
export interface Run {
  rows(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Hands over each row as it comes, so that nobody holds them all. */
  each(sql: string, values: unknown[], take: (row: Row) => void): Promise<void>;
}

/** The account's database, as this connector uses it. */
export interface Database {
  /** 'user@host:5432/name'. */
  place: string;
  /** Statements that change nothing. They run again from the start when the connection breaks. Throws `Failure`. */
  read<T>(work: (run: Run) => Promise<T>): Promise<T>;
  /**
   * One transaction of at most so many seconds. Throws `Rejected` where PostgreSQL refused a statement: then nothing was
   * done. Throws `Failure` otherwise: with `sent: 'unknown'` only where the connection broke while it committed.
   */
  write<T>(seconds: number, work: (run: Run) => Promise<T>): Promise<T>;
}

/** The database of a session: a pool of connections that lives as long as the session. Statements count where they are asked for. */
export async function database(s: Session): Promise<Database> {
  const pool = await s.resource('database', () => open(s));
  return databaseOf(s, pool);
}

/** What `pg` needs to connect to the account's database. Throws `Failure` where the address is none. */
export function addressOf(s: Session): { connectionString: string; place: string } {
  // A socket's address often has no host: postgres://user@/database?host=/run/postgresql.
  const text = (s.secrets.url ?? '').trim().replace(/^(postgres(?:ql)?:\/\/(?:[^/@]*@)?)(?=\/)/, '$1localhost');
  const url = URL.parse(text);
  const parts = url && decoded([url.username, url.hostname, url.pathname, url.password]);
  if (!url || !parts || !/^postgres(ql)?:$/.test(url.protocol)) {
    const form = 'postgres://user:password@host:5432/database, with %25 for a % and %40 for an @ in the password';
    throw new Failure('unauthorized', `the address of the database is not one: it looks like ${form}`);
  }
  // sslmode shall mean what it means to every other PostgreSQL program.
  if (!url.searchParams.has('uselibpqcompat')) url.searchParams.set('uselibpqcompat', 'true');
  const [user, host, path] = parts;
  const at = url.searchParams.get('host') ?? (host || 'localhost');
  return { connectionString: url.href, place: `${user}@${at}:${url.port || '5432'}${path}` };
}

/** How each connection to the account's database is made. Throws as `addressOf` does. */
export function connectionOf(s: Session): pg.ClientConfig {
  return {
    connectionString: addressOf(s).connectionString,
    connectionTimeoutMillis: CONNECT_SECONDS * 1000,
    keepAlive: true,
    application_name: 'syncline',
    ...(s.address ? { stream: () => checkedSocket(s) } : {}),
  };
}

function decoded(parts: string[]): string[] | null {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return null;
  }
}

async function open(s: Session): Promise<{ value: pg.Pool; close(): Promise<void> }> {
  const pool = new pg.Pool({ ...connectionOf(s), max: MOST_CONNECTIONS, onConnect: prepare });
  // An idle connection that breaks is dropped by the pool; nobody needs to hear of it.
  pool.on('error', () => {});
  const { place, read } = databaseOf(s, pool);
  try {
    const [row] = await read((run) => run.rows(`select current_setting('server_version_num')`));
    if (Number(row?.[0]) < OLDEST_VERSION) {
      throw new Failure('unauthorized', `the server at ${place} is older than PostgreSQL 13; connect a newer one`);
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
  return { value: pool, close: () => pool.end() };
}

function databaseOf(s: Session, pool: pg.Pool): Database {
  return {
    place: addressOf(s).place,
    read: (work) => reading(s, pool, work),
    write: (seconds, work) => writing(s, pool, seconds, work),
  };
}

/** A socket that connects only where the session lets it: to the address that was checked, whatever the name says then. */
function checkedSocket(s: Session): Socket {
  const socket = new Socket();
  const connect = socket.connect.bind(socket);
  const checked = (port: number | string, host?: string) => {
    // A path is a socket on this machine.
    const found = s.address?.(typeof port === 'number' && host ? host : 'localhost') ?? Promise.resolve(host ?? '');
    found.then(
      (address) => connect(Number(port), address),
      (error: Error) => socket.destroy(error),
    );
    return socket;
  };
  return Object.assign(socket, { connect: checked }) as Socket;
}

async function prepare(client: pg.ClientBase): Promise<void> {
  // A connection that breaks while it is in use tells its statement; without a listener it would end the process too.
  client.on('error', () => {});
  await client.query(
    `set statement_timeout = '${READ_SECONDS}s'; set lock_timeout = '${LOCK_SECONDS}s'; set datestyle = 'ISO';` +
      ` set extra_float_digits = 1; set bytea_output = 'hex'; set jit = off;` +
      ` set idle_in_transaction_session_timeout = '60s'`,
  );
}

async function reading<T>(s: Session, pool: pg.Pool, work: (run: Run) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const client = await connect(s, pool);
    try {
      const result = await inTime(s, READ_SECONDS, work(runOn(s, client)));
      client.release();
      return result;
    } catch (error) {
      const broken = error instanceof Broken;
      client.release(broken);
      if (broken && tries < MOST_TRIES) continue;
      throw broken || error instanceof Rejected ? troubleOf(error, 'no') : error;
    }
  }
}

async function writing<T>(s: Session, pool: pg.Pool, seconds: number, work: (run: Run) => Promise<T>): Promise<T> {
  const end = s.clock.monotonic() + seconds * 1000;
  for (let tries = 1; ; tries++) {
    const client = await connect(s, pool);
    const run = runOn(s, client);
    const left = Math.max(1, Math.ceil(end - s.clock.monotonic()));
    let stage: 'begin' | 'work' | 'commit' = 'begin';
    const transact = async () => {
      await run.rows(`begin; set local statement_timeout = ${left}; set local lock_timeout = '${LOCK_SECONDS}s'`);
      stage = 'work';
      const done = await work(run);
      stage = 'commit';
      await run.rows('commit');
      return done;
    };
    try {
      const result = await inTime(s, left / 1000, transact());
      client.release();
      return result;
    } catch (error) {
      const broken = error instanceof Broken;
      if (!broken) await run.rows('rollback').catch(() => {});
      client.release(broken);
      // The compiler does not see that the work above moves the stage.
      const at = stage as 'begin' | 'work' | 'commit';
      if (broken && at === 'begin' && tries < MOST_TRIES) continue;
      throw broken ? troubleOf(error, at === 'commit' ? 'unknown' : 'no') : error;
    }
  }
}

async function connect(s: Session, pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw unreachable(error, addressOf(s).place);
  }
}

/** Gives the connection up where the server does not answer: its own limits have run out by then. */
async function inTime<T>(s: Session, seconds: number, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = s.clock.sleep((seconds + PATIENCE_SECONDS) * 1000, done.signal).then(() => {
    throw new Broken(new Error(`no answer within ${seconds + PATIENCE_SECONDS} s`));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
    // Whichever lost the race has nobody left to tell.
    work.catch(() => {});
    late.catch(() => {});
  }
}

function runOn(s: Session, client: pg.PoolClient): Run {
  return {
    async rows(sql, values = []) {
      s.count(1);
      try {
        const result = await client.query<Row>({ text: sql, values, rowMode: 'array', types: asText });
        return result.rows ?? [];
      } catch (error) {
        throw told(error);
      }
    },
    async each(sql, values, take) {
      s.count(1);
      const config: pg.QueryArrayConfig = { text: sql, values, rowMode: 'array', types: asText };
      const query = new pg.Query(config);
      const ended = new Promise<void>((resolve, reject) => {
        query.on('row', take);
        query.on('end', () => resolve());
        query.on('error', (error: Error) => reject(told(error)));
      });
      client.query(query);
      await ended;
    },
  };
}

/** Values stay as PostgreSQL writes them: no number is rounded and no date moved on its way. */
const asText = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

/** After these the connection is gone, although the server could still say so: shutdown, crash, time-outs, database dropped. */
const farewells = /^(57P0[1-5]|25P0[34]|08|53300)/;

function told(error: unknown): Error {
  const code = (error as { code?: string }).code ?? '';
  return error instanceof pg.DatabaseError && !farewells.test(code) ? new Rejected(error) : new Broken(error);
}
