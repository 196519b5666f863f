import { pathToFileURL } from 'node:url';
import type { ObjectType, UpdateItem } from '../src/connector/contract.ts';
import type { OpenSession } from '../src/connector/open-session.ts';
import { startTestServer } from '../src/store/test-server.ts';
import { postgresOn, type TestPostgres } from '../test/partners/postgres-database.ts';
import { create, objectOn, passOver } from '../test/partners/postgres-passes.ts';

/** Rows in the table, and rows that are written. `bench/postgres-connector.ts [rows] [written]`. */
const defaultRows = 300_000;
const defaultWritten = 20_000;
const batch = 1000;

/** One figure: how long something took, and for how many rows. */
export interface Figure {
  name: string;
  milliseconds: number;
  rows: number;
}

/** The postgres connector alone on a server of its own: listing, passes, reads by id, writes. */
async function measurePostgresConnector(rows = defaultRows, written = defaultWritten): Promise<Figure[]> {
  const server = await startTestServer();
  try {
    const shop = await postgresOn((await server.database()).connection);
    const figures = await measure(shop, rows, written);
    await shop.close();
    return figures;
  } finally {
    await server.stop();
  }
}

const columns = ['id', 'email', 'first_name', 'last_name', 'phone', 'company', 'updated_at'];

async function measure(shop: TestPostgres, rows: number, written: number): Promise<Figure[]> {
  await shop.query(`
    create table contacts (id int primary key, email text, first_name text, last_name text, phone text, company int,
      updated_at timestamptz default now());
    create table keyed (id uuid primary key, email text, first_name text, last_name text, phone text, company int,
      updated_at timestamptz default now());
    insert into contacts select n, 'p' || n || '@example.com', 'First' || n, 'Last' || n, '+49 30 ' || n, 1 + n % 1000
      from generate_series(1, ${rows}) n;
    insert into keyed select gen_random_uuid(), email, first_name, last_name, phone, company from contacts;
    create table empty (like contacts including all)`);
  for (const table of ['contacts', 'keyed']) await shop.query(`vacuum analyze ${table}`);
  const session = shop.session();
  const [contacts, keyed, empty] = [
    await objectOn(session, 'public.contacts'),
    await objectOn(session, 'public.keyed'),
    await objectOn(session, 'public.empty'),
  ];
  const figures: Figure[] = [];
  const time = async <T>(name: string, count: number, work: () => Promise<T>): Promise<T> => {
    const begin = performance.now();
    const result = await work();
    figures.push({ name, milliseconds: performance.now() - begin, rows: count });
    return result;
  };
  const list = (object: ObjectType, fields: string[], since?: string) => passOver(session, object, fields, since);
  await list(contacts, columns);
  const first = await time('full listing, integer key', rows, () => list(contacts, columns));
  await time('full listing, random UUID key', rows, () => list(keyed, columns));
  await time('listing of ids and versions', rows, () => list(contacts, []));
  await time('pass, nothing happened in the cluster', 0, () => list(contacts, columns, first.until));
  await shop.query('update keyed set company = company where email = $1', ['p1@example.com']);
  await time('pass, others wrote (looks through all rows)', 0, () => list(contacts, columns, first.until));
  await shop.query('update contacts set phone = phone where id % 100 = 0');
  const share = await time('pass, 1 % changed', rows / 100, () => list(contacts, columns, first.until));
  await shop.query('update contacts set phone = phone');
  await time('pass, all changed', rows, () => list(contacts, columns, share.until));
  await writes(session, empty, written, time);
  return figures;
}

type Time = <T>(name: string, count: number, work: () => Promise<T>) => Promise<T>;

async function writes(session: OpenSession, table: ObjectType, count: number, time: Time): Promise<void> {
  const starts = Array.from({ length: count / batch }, (_, index) => index * batch);
  const record = (n: number) => ({
    ...{
      id: String(n),
      email: `p${n}@example.com`,
      first_name: `First${n}`,
      last_name: `Last${n}`,
      phone: `+49 30 ${n}`,
    },
    ...{ company: '7', updated_at: '2026-11-23T10:42:00.000Z' },
  });
  const range = (start: number) => Array.from({ length: batch }, (_, index) => start + index);
  await time('create', count, async () => {
    for (const start of starts) await create(session, table, range(start).map(record));
  });
  const items: UpdateItem[] = [];
  await time('read by id', count, async () => {
    for (const start of starts) {
      const page = await table.reads.byIds(session, range(start).map(String), columns);
      for (const { id, version } of page.records) items.push({ id, version, before: {}, values: { phone: 'new' } });
    }
  });
  await time('conditional update of one field', count, async () => {
    for (const start of starts) await table.writes?.update?.send(session, items.slice(start, start + batch));
  });
  await time('delete', count, async () => {
    for (const start of starts)
      await table.writes?.delete?.send(
        session,
        range(start).map((id) => ({ id: String(id) })),
      );
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [rows, written] = process.argv.slice(2).map(Number);
  for (const { name, milliseconds, rows: count } of await measurePostgresConnector(rows, written)) {
    const rate = count > 0 ? `${Math.round((count / milliseconds) * 1000).toLocaleString('en')} rows/s` : '';
    console.log(`${name.padEnd(48)} ${milliseconds.toFixed(0).padStart(7)} ms  ${rate}`);
  }
}
