import pg from 'pg';
import { type OpenSession, openSession, type SessionParts } from '../../src/connector/open-session.ts';
import { connector } from '../../src/connectors/postgres/connector.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemHttp } from '../../src/lib/http.ts';
import { silentLog } from '../../src/lib/log.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { listenBetween } from './between.ts';

/** An empty database on a real server, with people at it and ways to reach it. */
export interface TestPostgres {
  /** Its address by the server's socket. */
  url: string;
  /** Runs statements as the database's owner, on a connection of its own. */
  query(sql: string, values?: unknown[]): Promise<pg.QueryResult>;
  /** One more connection, for transactions that stay open. */
  client(): Promise<pg.Client>;
  /** A session of the connector on it, as this user. */
  session(parts?: Partial<SessionParts> & { user?: string }): OpenSession;
  /** Its address through a relay that breaks connections on demand. */
  relay(): Promise<Relay>;
  close(): Promise<void>;
}

/** How to reach a server: where its databases are made. */
export type Connection = pg.ClientConfig;

/** Makes an empty database on this server. */
export async function postgresOn(base: Connection): Promise<TestPostgres> {
  const name = `shop_${++made}`;
  const run = async (database: string, sql: string) => {
    const client = new pg.Client({ ...base, database });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await run('postgres', `create database ${name} template template0`);
  const pool = new pg.Pool({ ...base, database: name, max: 1 });
  pool.on('error', () => {});
  const closing: (() => Promise<void>)[] = [];
  const urlOf = (user: string) => `postgres://${user}@${encodeURIComponent(String(base.host))}:${base.port}/${name}`;
  return {
    url: urlOf('postgres'),
    query: (sql, values) => pool.query(sql, values),
    async client() {
      const client = new pg.Client({ ...base, database: name });
      client.on('error', () => {});
      await client.connect();
      closing.push(() => client.end());
      return client;
    },
    session({ user = 'postgres', ...parts } = {}) {
      const session = sessionOn(urlOf(user), parts);
      closing.push(() => session.close());
      return session;
    },
    async relay() {
      const relay = await startRelay(`${base.host}/.s.PGSQL.${base.port}`, name);
      closing.push(relay.stop);
      return relay;
    },
    async close() {
      for (const end of closing) await end().catch(() => {});
      await pool.end();
      await run('postgres', `drop database ${name} with (force)`);
    },
  };
}

/** A session of the connector. */
export function sessionOn(url: string, parts: Partial<SessionParts> = {}): OpenSession {
  return openSession(connector, {
    account: 'shop',
    settings: {},
    secrets: { url },
    http: systemHttp,
    clock: systemClock,
    random: seededRandom(1),
    log: silentLog,
    ...parts,
  });
}

let made = 0;

/** Something between the connector and the server that does one harm, once, when told to. */
export interface Relay {
  url: string;
  /** The next statement breaks the connection before the server sees it. */
  breakBefore(): void;
  /** The next answer breaks off. */
  cutAnswer(): void;
  /** The next transaction is committed and its answer never comes. */
  loseCommit(): void;
  stop(): Promise<void>;
}

async function startRelay(socketPath: string, database: string): Promise<Relay> {
  let harm: 'break' | 'cut' | 'lose' | null = null;
  const arm = (next: typeof harm) => {
    harm = next;
  };
  const { port, stop } = await listenBetween(socketPath, () => {
    let isLosing = false;
    return {
      up(data) {
        const broken = harm === 'break';
        if (harm === 'lose' && data.includes('commit\0')) isLosing = true;
        if (broken || isLosing) harm = null;
        return broken ? 'end' : 'pass';
      },
      down(data) {
        if (isLosing) return 'end';
        if (harm !== 'cut') return 'pass';
        harm = null;
        return data.subarray(0, data.length >> 1);
      },
    };
  });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/${database}`,
    breakBefore: () => arm('break'),
    cutAnswer: () => arm('cut'),
    loseCommit: () => arm('lose'),
    stop,
  };
}
