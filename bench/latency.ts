import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startSimulator } from '../src/connectors/hubspot/simulator.ts';
import { connectors } from '../src/connectors/registry.ts';
import { systemClock } from '../src/lib/clock.ts';
import { systemHttp } from '../src/lib/http.ts';
import { silentLog } from '../src/lib/log.ts';
import { systemRandom } from '../src/lib/random.ts';
import { startServer } from '../src/server/start.ts';
import { startTestServer, type TestDatabase } from '../src/store/test-server.ts';

/** Changes a second, and for how many seconds. */
const RATE = 20;
const SECONDS = 30;
const RECORDS = 600;
/** The poll's interval, in seconds. */
const EVERY_SECONDS = 10;
const PATIENCE_MILLISECONDS = 120_000;

/** The app's number in HubSpot's simulator. */
const APP_ID = '3900417';

/**
 * `npm run latency`: how long a change in HubSpot (its simulator) takes until it stands in a PostgreSQL table, with
 * notices under 20 changes a second, and by polling. The table's own trigger notes when it was written.
 */
async function main(): Promise<void> {
  const server = await startTestServer();
  try {
    const notice = await measure(server, 'notices');
    print(`notice → written, ${RATE} changes/s`, notice, 'p50 < 1,000 ms, p95 < 3,000 ms');
    const poll = await measure(server, 'polling');
    print(`poll → written, every ${EVERY_SECONDS} s`, poll, `most < ${(EVERY_SECONDS + 1) * 1000} ms`);
  } finally {
    await server.stop();
  }
}

async function measure(
  server: Awaited<ReturnType<typeof startTestServer>>,
  how: 'notices' | 'polling',
): Promise<number[]> {
  const app = await startSimulator({ port: 0, records: RECORDS, seed: 1, clock: systemClock, http: systemHttp });
  const [own, shop] = [await server.database(), await server.database()];
  const client = new pg.Client(shop.connection);
  await client.connect();
  await client.query(TABLE);
  const folder = await mkdtemp(join(tmpdir(), 'syncline-latency-'));
  const syncline = await startServer(
    { connectors, http: systemHttp, clock: systemClock, random: systemRandom, log: silentLog },
    {
      dataDirectory: folder,
      port: 0,
      openDatabase: async () => ({ db: own.db, connection: own.connection, close: async () => {} }),
      alone: 'yes',
      key: undefined,
      file: { text: file(app.account, shop, how), environment: {}, consent: 'yes' },
    },
  );
  try {
    await until(async () => (await count(client, 'select from contact')) === RECORDS);
    if (how === 'notices') {
      await until(async () => (await own.db.rows(`select from hook where state = 'on'`)).length === 1);
    }
    const sent = await change(`${app.account.settings.baseUrl}/__sim/records/contacts`, how);
    await until(async () => (await count(client, `select from seen`)) >= sent.size);
    const seen = await client.query<{ city: string; at: string }>('select city, min(at) as at from seen group by city');
    return seen.rows.map(({ city, at }) => Number(at) - (sent.get(city) ?? 0)).sort((one, other) => one - other);
  } finally {
    await syncline.stop();
    await app.stop();
    await client.end();
    await shop.close();
    await own.close();
    await rm(folder, { recursive: true });
  }
}

const TABLE = `
  create table contact (id bigint generated always as identity primary key, email text unique, first_name text, city text,
    updated_at timestamptz not null default now());
  create table seen (city text, at double precision);
  create function note() returns trigger language plpgsql as $$ begin
    new.updated_at = clock_timestamp();
    if new.city is distinct from old.city then
      insert into seen values (new.city, extract(epoch from clock_timestamp()) * 1000);
    end if;
    return new;
  end $$;
  create trigger note before update on contact for each row execute function note();`;

function file(account: { settings: object; secrets: object }, shop: TestDatabase, how: 'notices' | 'polling'): string {
  const { host, port, database, user } = shop.connection;
  const url = `postgres://${user}@${encodeURIComponent(String(host))}:${port}/${database}`;
  const secrets = { ...account.secrets, webhookSecret: 'secret-0001-simulated', developerKey: 'a-key' };
  const crm = how === 'notices' ? { ...account, settings: { ...account.settings, appId: APP_ID }, secrets } : account;
  return JSON.stringify({
    accounts: { crm, shop: { app: 'postgres', secrets: { url } } },
    syncs: {
      contacts: {
        a: { account: 'crm', object: 'contacts' },
        b: { account: 'shop', object: 'public.contact' },
        direction: 'a-to-b',
        require: [],
        mappings: ['email', 'city'].map((name) => ({ a: name, b: name })),
        every: how === 'notices' ? '10m' : `${EVERY_SECONDS}s`,
        brakes: { create: 'off', update: 'off', empty: 'off', archive: 'off' },
      },
    },
  });
}

/** Changes one contact after the other at the rate; answers when each was, by the value it was given. */
async function change(url: string, how: string): Promise<Map<string, number>> {
  const { records } = (await (await fetch(url)).json()) as { records: { id: string }[] };
  const sent = new Map<string, number>();
  const from = performance.now();
  for (let n = 0; n < RATE * SECONDS; n++) {
    await systemClock.sleep(Math.max(0, from + (n * 1000) / RATE - performance.now()));
    const city = `${how} ${n}`;
    const body = JSON.stringify({ update: [{ id: records[n % records.length]?.id, values: { city } }] });
    sent.set(city, Date.now());
    await fetch(url, { method: 'POST', body });
  }
  return sent;
}

async function count(client: pg.Client, query: string): Promise<number> {
  return (await client.query(query)).rowCount ?? 0;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const from = performance.now();
  while (!(await holds())) {
    if (performance.now() - from > PATIENCE_MILLISECONDS) throw new Error('it did not happen in time');
    await systemClock.sleep(50);
  }
}

function print(name: string, times: number[], aim: string): void {
  const at = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  process.stdout.write(
    `${name}: ${times.length} changes, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms (aim: ${aim})\n`,
  );
}

await main();
