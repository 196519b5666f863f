import assert from 'node:assert/strict';
import { makeSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Random } from '../../src/lib/random.ts';
import { serve } from '../../src/simulator/serve.ts';
import type { SimReply } from '../../src/simulator/sim-reply.ts';
import type { SimRequest } from '../../src/simulator/sim-request.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { type TestPostgres, testPostgres } from '../partners/postgres.ts';
import type { FileContent } from '../scenarios/installation.ts';
import { startTap, type Tap } from './tap.ts';

/** Two apps with people at work in both, and what must be true of them in the end. */
export interface World {
  file: FileContent;
  /** Called when a call has reached HubSpot, and says what becomes of it. */
  onCall: (request: SimRequest) => CallFate;
  /** Tells of each commit in the shop. */
  shopTap: Tap;
  /** People add and edit; no field is ever edited on both sides. */
  edit(random: Random): Promise<void>;
  /** Throws where somebody stands twice. */
  checkTwins(): Promise<void>;
  /** Throws where the two sides differ, or an edit was lost. Returns how many pairs there are. */
  checkEqual(): Promise<number>;
  stop(): Promise<void>;
}

/** refuse: the connection breaks before the call is carried out. drop: it is carried out, and the answer never comes. */
export type CallFate = 'pass' | 'refuse' | 'drop';

/** How long HubSpot takes for an answer: long enough that a moment in between can be met. */
export const hubspotLatencyMilliseconds = { atLeast: 20, atMost: 120 };

/** Records on each side at first; half of them are on both. */
const startRecords = 200;
/** What people do between two runs, on each side. */
const newPerRound = 4;
const editsPerRound = 12;

/** The fields that are edited in HubSpot, and those in the shop: a column each. */
const editedInHubSpot = { jobtitle: 'job_title', city: 'city' };
const editedInShop = { company: 'company', zip: 'postcode' };

/** HubSpot's simulator and a table on a real server. */
export async function makeWorld(): Promise<World> {
  const simulator = makeSimulator({ clock: systemClock, settings: { limits: 'off' } });
  simulator.admin.set({ latencyMilliseconds: hubspotLatencyMilliseconds });
  const handle: ServedSimulator['handle'] = (request) => {
    const fate = world.onCall(request);
    if (fate === 'pass') return simulator.handle(request);
    const reply: SimReply = fate === 'drop' ? simulator.handle(request) : { status: 0, headers: {}, body: '' };
    return { ...reply, broken: 'dropped', delayMilliseconds: 0 };
  };
  const hubspot = await serve({ ...simulator, handle }, { port: 0 });
  const shop = await testPostgres();
  await shop.query(
    `create table customers (id bigint generated always as identity primary key, email text, first_name text,
      last_name text, company text, job_title text, city text, postcode text)`,
  );
  const socket = new URL(shop.url);
  const shopTap = await startTap(`${decodeURIComponent(socket.hostname)}/.s.PGSQL.${socket.port}`);
  const url = `postgres://postgres@127.0.0.1:${shopTap.port}${socket.pathname}`;
  const people = new People(hubspot, shop);
  await people.begin();
  const world: World = {
    file: fileOf(hubspot, url),
    onCall: () => 'pass',
    shopTap,
    edit: (random) => people.work(random),
    checkTwins: () => people.checkTwins(),
    checkEqual: () => people.checkEqual(),
    async stop() {
      await shopTap.stop();
      await hubspot.stop();
      await shop.close();
    },
  };
  return world;
}

function fileOf(hubspot: ServedSimulator, url: string): FileContent {
  const { account } = hubspot;
  const settings = { ...account.settings, callsPerTenSeconds: 100_000, searchesPerSecond: 1_000, searchLagSeconds: 1 };
  return {
    accounts: { crm: { ...account, settings }, shop: { app: 'postgres', secrets: { url } } },
    syncs: {
      people: {
        a: { account: 'crm', object: 'contacts' },
        b: { account: 'shop', object: 'public.customers' },
        brakes: { create: 'off', update: 'off', empty: 'off', archive: 'off' },
      },
    },
  };
}

/** Those who work in both apps, and what they remember of it. */
class People {
  readonly #hubspot: ServedSimulator;
  readonly #shop: TestPostgres;
  /** What was last written to a field, by address and column. */
  readonly #written = new Map<string, Record<string, string>>();
  #made = 0;

  constructor(hubspot: ServedSimulator, shop: TestPostgres) {
    this.#hubspot = hubspot;
    this.#shop = shop;
  }

  /** Some are only in HubSpot, some only in the shop, some in both. */
  async begin(): Promise<void> {
    const all = Array.from({ length: startRecords * 1.5 }, () => this.#newAddress());
    const create = all
      .slice(0, startRecords)
      .map((email) => ({ email, firstname: 'Ann', lastname: `Other ${email.split('@')[0]}` }));
    this.#hubspot.admin.edit('contacts', { create });
    await this.#makeInShop(all.slice(startRecords / 2));
  }

  /** Nobody makes contacts in HubSpot: beside new ones, a create whose outcome is unknown is a person's to judge (W2). */
  async work(random: Random): Promise<void> {
    await this.#makeInShop(Array.from({ length: newPerRound }, () => this.#newAddress()));
    const ids = new Map(this.#hubspot.admin.records('contacts').map(({ id, values }) => [String(values.email), id]));
    const update = some(random, [...ids.keys()]).map((email) => ({
      id: must(ids.get(email)),
      values: this.#note(email, editedInHubSpot, random),
    }));
    this.#hubspot.admin.edit('contacts', { update });
    const { rows } = await this.#shop.query('select email from customers order by id');
    for (const email of some(
      random,
      rows.map((row) => row.email),
    )) {
      const [[name, text] = []] = Object.entries(this.#note(email, editedInShop, random));
      const column = editedInShop[name as keyof typeof editedInShop];
      await this.#shop.query(`update customers set ${column} = $1 where email = $2`, [text, email]);
    }
  }

  async checkTwins(): Promise<void> {
    const addresses = this.#hubspot.admin.records('contacts').map(({ values }) => String(values.email));
    assert.equal(new Set(addresses).size, addresses.length, 'somebody stands in HubSpot twice');
    const { rows } = await this.#shop.query('select email from customers group by email having count(*) > 1');
    assert.deepEqual(rows, [], 'somebody stands in the shop twice');
  }

  async checkEqual(): Promise<number> {
    await this.checkTwins();
    const columns = { firstname: 'first_name', lastname: 'last_name', ...editedInHubSpot, ...editedInShop };
    const { rows } = await this.#shop.query('select * from customers order by email');
    const shown = new Map(this.#hubspot.admin.records('contacts').map(({ values }) => [String(values.email), values]));
    assert.equal(rows.length, shown.size, 'one side has more people than the other');
    for (const row of rows) {
      const values = must(shown.get(row.email), `${row.email} in HubSpot`);
      for (const [name, column] of Object.entries(columns)) {
        assert.equal(row[column] ?? '', values[name] ?? '', `${column} of ${row.email} differs`);
        const written = this.#written.get(row.email)?.[column];
        if (written !== undefined) assert.equal(row[column], written, `an edit of ${column} of ${row.email} was lost`);
      }
    }
    return rows.length;
  }

  #newAddress(): string {
    return `person${++this.#made}@example.com`;
  }

  async #makeInShop(addresses: string[]): Promise<void> {
    await this.#shop.query(
      `insert into customers (email, first_name, last_name)
        select email, 'Ann', 'Other ' || split_part(email, '@', 1) from unnest($1::text[]) email`,
      [addresses],
    );
  }

  /** A new value for one of these fields; it is remembered. */
  #note(email: string, fields: Record<string, string>, random: Random): Record<string, string> {
    const [name, column] = must(Object.entries(fields)[Math.floor(random.next() * Object.keys(fields).length)]);
    const text = `${column} ${Math.floor(random.next() * 1e9)}`;
    this.#written.set(email, { ...this.#written.get(email), [column]: text });
    return { [name]: text };
  }
}

function some(random: Random, addresses: string[]): string[] {
  return Array.from({ length: editsPerRound }, () => must(addresses[Math.floor(random.next() * addresses.length)]));
}
