import assert from 'node:assert/strict';
import { type HubSpotOptions, startSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { SyncSummary } from '../../src/server/api.ts';
import type { SimRecord, SimValues } from '../../src/simulator/sim-record.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { type TestPostgres, testPostgres } from '../partners/postgres.ts';
import { type Installation, install, type Ran, type Switches } from './installation.ts';

/** A row of the shop's table `customers`. */
export type Row = Record<string, string | number | null>;

/** HubSpot's contacts and a table of customers, with people at both, and an installation that joins them by one sync. */
export interface Shop {
  hubspot: ServedSimulator;
  database: TestPostgres;
  installation: Installation;
  /** A new contact; answers its id. */
  contact(values: SimValues): string;
  edit(id: string, values: SimValues): void;
  /** A contact's values, or undefined where it is gone. */
  values(id: string): SimValues | undefined;
  contacts(): SimRecord[];
  /** A new row; answers its id. */
  row(values: Row): Promise<string>;
  change(id: string, values: Row): Promise<void>;
  /** The row with this id, or with this e-mail address. */
  read(idOrEmail: string): Promise<Row | undefined>;
  rows(): Promise<Row[]>;
  /** `sync --yes` with these keys of the sync, and further switches. */
  run(sync?: object, switches?: Switches): Promise<Ran>;
  /** Runs until nothing is written, and says what the first run did. */
  settle(sync?: object): Promise<SyncSummary>;
  file(sync?: object): { accounts: object; syncs: object };
  /** The problems of records, by e-mail address or name. */
  problems(): Promise<Record<string, string>>;
  /** Empties both sides and the state, for the next test: servers are slow to start, tables are not. */
  clear(): Promise<void>;
  /** Forgets the state alone, as one who lost the data directory. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** What a sync's side did where it did nothing. */
export const nothing = { created: 0, updated: 0, archived: 0, deleted: 0 };

/** The fields that the tests speak of. */
export const mappings = [
  { a: 'email', b: 'email' },
  { a: 'firstname', b: 'first_name' },
  { a: 'lastname', b: 'last_name' },
  { a: 'phone', b: 'phone' },
  { a: 'city', b: 'city' },
];

const brakes = { create: 'off', update: 'off', empty: 'off', archive: 'off' };

/** Opens a shop. */
export async function openShop(options: Partial<HubSpotOptions> = {}): Promise<Shop> {
  const database = await testPostgres();
  await database.query(`create table customers (id uuid primary key default gen_random_uuid(), email text,
    first_name text, last_name text, phone text, city text, stage text, title text, town text, born date, owner text)`);
  let hubspot = await startHubSpot(options);
  let installation = await install();
  const run: Shop['run'] = (sync, switches) => installation.sync(shop.file(sync) as never, switches);
  const shop: Shop = {
    database,
    ...contactsOf(() => hubspot),
    ...customersOf(database),
    get hubspot() {
      return hubspot;
    },
    get installation() {
      return installation;
    },
    file: (sync = {}) => ({
      accounts: { crm: hubspot.account, shop: { app: 'postgres', secrets: { url: database.url } } },
      syncs: { people: { ...ends, mappings, brakes, ...sync } },
    }),
    run,
    async settle(sync) {
      const first = await run(sync);
      const { a, b } = (await run(sync)).only;
      assert.deepEqual([a, b], [nothing, nothing], 'the second run has nothing left to write');
      return first.only;
    },
    problems: () => problemsIn(installation),
    async clear() {
      await database.query('truncate customers');
      await hubspot.stop();
      hubspot = await startHubSpot(options);
      installation = await install();
    },
    async forget() {
      installation = await install();
    },
    async close() {
      await hubspot.stop();
      await database.close();
    },
  };
  return shop;
}

const ends = { a: { account: 'crm', object: 'contacts' }, b: { account: 'shop', object: 'public.customers' } };

function contactsOf(hubspot: () => ServedSimulator): Pick<Shop, 'contact' | 'edit' | 'values' | 'contacts'> {
  const contacts = () =>
    hubspot()
      .admin.records('contacts')
      .filter((record) => record.archivedAt === undefined);
  return {
    contacts,
    contact(values) {
      const before = new Set(contacts().map(({ id }) => id));
      hubspot().admin.edit('contacts', { create: [values] });
      return must(contacts().find(({ id }) => !before.has(id))).id;
    },
    edit: (id, values) => void hubspot().admin.edit('contacts', { update: [{ id, values }] }),
    values: (id) => contacts().find((record) => record.id === id)?.values,
  };
}

function customersOf(database: TestPostgres): Pick<Shop, 'row' | 'change' | 'read' | 'rows'> {
  const one = async (sql: string, values: unknown[]) => (await database.query(sql, values)).rows[0];
  return {
    async row(values) {
      const names = Object.keys(values);
      const places = names.map((_, n) => `$${n + 1}`);
      const sql = `insert into customers (${names.join(', ')}) values (${places.join(', ')}) returning id`;
      return (await one(sql, Object.values(values))).id;
    },
    async change(id, values) {
      const sets = Object.keys(values).map((name, n) => `${name} = $${n + 2}`);
      await database.query(`update customers set ${sets.join(', ')} where id = $1`, [id, ...Object.values(values)]);
    },
    read: (key) => one('select * from customers where id::text = $1 or email = $1', [key]),
    rows: async () => (await database.query('select * from customers order by email, id')).rows,
  };
}

function startHubSpot(options: Partial<HubSpotOptions>): Promise<ServedSimulator> {
  return startSimulator({ port: 0, clock: systemClock, settings: { limits: 'off' }, ...options });
}

async function problemsIn({ db }: Installation): Promise<Record<string, string>> {
  const found = await db.rows<{ name: string; category: string }>(
    `select coalesce(a.content ->> 'email', b.content ->> 'email', a.content ->> 'lastname', b.content ->> 'last_name', l.a_id, l.b_id)
        as name, l.problem ->> 'category' as category
      from syncline.link l join syncline.sync s on s.id = l.sync
        left join syncline.record a on a.feed = s.a_feed and a.id = l.a_id
        left join syncline.record b on b.feed = s.b_feed and b.id = l.b_id
      where l.problem is not null`,
  );
  return Object.fromEntries(found.map(({ name, category }) => [name, category]));
}
