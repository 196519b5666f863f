import { openSession } from '../../src/connector/open-session.ts';
import { connectors, simulators } from '../../src/connectors/registry.ts';
import { schemaOf } from '../../src/engine/rulebook.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemHttp } from '../../src/lib/http.ts';
import { silentLog } from '../../src/lib/log.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { Schema } from '../../src/model/field.ts';
import { testPostgres } from '../partners/postgres.ts';
import { missingTryton, startTryton } from '../partners/tryton.ts';

/** All object types of all apps that can be had here, as their connectors describe them in an account. */
export async function appSchemas(): Promise<Schema[]> {
  const there = connectors.map(({ app }) => app.name).filter((app) => app !== 'tryton' || missingTryton() === false);
  return (await Promise.all(there.map(schemasOf))).flat();
}

/** An account of an app, for as long as a test needs it. */
interface Account {
  settings: Record<string, string>;
  secrets: Record<string, string>;
  stop(): Promise<void>;
}

async function schemasOf(app: string): Promise<Schema[]> {
  const connector = must(connectors.find((one) => one.app.name === app));
  const { settings, secrets, stop } = await accountOf(app);
  const parts = { account: app, settings, secrets, http: systemHttp, clock: systemClock, random: seededRandom(1) };
  const session = openSession(connector, { ...parts, log: silentLog });
  const types = typeof connector.objects === 'function' ? await connector.objects(session) : connector.objects;
  const schemas = types.map(async (type) =>
    schemaOf(app, type, typeof type.fields === 'function' ? await type.fields(session) : type.fields),
  );
  try {
    return await Promise.all(schemas);
  } finally {
    await session.close();
    await stop();
  }
}

/** carddav describes its one object without asking anybody. */
async function accountOf(app: string): Promise<Account> {
  const start = simulators[app];
  if (start) {
    const simulator = await (await start())({ port: 0, clock: systemClock, records: 0, seed: 1, http: systemHttp });
    return { ...simulator.account, stop: () => simulator.stop() };
  }
  if (app === 'tryton') return startTryton();
  if (app !== 'postgres') return { settings: {}, secrets: {}, stop: async () => {} };
  const database = await testPostgres();
  await database.query(tables);
  return { settings: {}, secrets: { url: database.url }, stop: () => database.close() };
}

/** Tables as somebody may have them. */
const tables = `
  create table customers (
    id bigint generated always as identity primary key, first_name text, last_name text, email text, phone text,
    company text, street text, city text, zip text, country text, updated_at timestamptz default now());
  create table companies (
    id bigint generated always as identity primary key, name text, domain text, phone text, city text, country text);
  create table products (
    id bigint generated always as identity primary key, name text, sku text, price numeric(12, 2), description text);
  create table deals (
    id bigint generated always as identity primary key, name text, amount numeric(12, 2), stage text, close_date date);
  create table invoices (
    id bigint generated always as identity primary key, number text, total numeric(12, 2), currency text, date date,
    due_date date);
  create table orders (
    id bigint generated always as identity primary key, number text, name text, total numeric(12, 2), currency text,
    date date);
  create table tasks (
    id bigint generated always as identity primary key, subject text, notes text, status text, due timestamptz)`;
