import { existsSync } from 'node:fs';
import { after, test } from 'node:test';
import { type Connection, testPostgres } from '../../../test/partners/postgres.ts';
import { conformance, type Rig } from '../../connector/conformance.ts';
import { systemClock } from '../../lib/clock.ts';
import { systemHttp } from '../../lib/http.ts';
import type { Value, Values } from '../../model/value.ts';
import { startTestServer, type TestDatabase, type TestServer } from '../../store/test-server.ts';
import { connector } from './connector.ts';

const postgres15 = '/usr/lib/postgresql/15/bin';

conformance('postgres on the embedded PostgreSQL', () => shopRig());

if (existsSync(postgres15)) {
  let server: Promise<TestServer> | undefined;
  let database: Promise<TestDatabase> | undefined;
  after(async () => (await server)?.stop());
  conformance('postgres on PostgreSQL 15', async () => {
    server ??= startTestServer(postgres15);
    database ??= (await server).database();
    return shopRig((await database).connection);
  });
} else {
  test('postgres on PostgreSQL 15', (t) => {
    if (process.env.CI) throw new Error(`${postgres15} is not there: apt-get install postgresql-15`);
    t.skip(`${postgres15} is not there: apt-get install postgresql-15`);
  });
}

const schema = `
  create type stage as enum ('lead', 'customer');
  create table companies (id uuid primary key default gen_random_uuid(), name text not null);
  create table people (
    id uuid primary key default gen_random_uuid(), email text unique, note text, amount numeric, born date,
    seen timestamptz, stage stage, company_id uuid references companies
  )`;

/** An account on a database of its own, with a table that has a column of each common type. */
async function shopRig(connection?: Connection): Promise<Rig> {
  const shop = await testPostgres(connection);
  await shop.query(schema);
  const relay = await shop.relay();
  return {
    connector,
    settings: {},
    secrets: { url: relay.url },
    http: systemHttp,
    clock: systemClock,
    time: 'real',
    object: 'public.people',
    record: (n) => ({ email: `ann.${n}@example.com`, note: `note ${n}` }),
    fields: { text: 'note', number: 'amount', date: 'born', datetime: 'seen', select: 'stage' },
    bad: { values: { stage: 'partner' }, category: 'unknown-option' },
    person: personAt(shop.query),
    settle: async () => {},
    faults: {
      breakBefore: async () => relay.breakBefore(),
      cutAnswer: async () => relay.cutAnswer(),
      loseAnswer: async () => relay.loseCommit(),
    },
    association: {
      name: 'company_id',
      async makeFar(count) {
        const { rows } = await shop.query(
          `insert into companies (name) select 'Company ' || n from generate_series(1, $1) n returning id`,
          [count],
        );
        return rows.map((row) => row.id);
      },
    },
    cannot: {
      merge: 'a database does not merge rows',
      throttle: 'a database has no rate limits',
      webhooks: 'it has none; it is listened to',
      'old notices': 'it has no webhooks',
      'documented errors': 'its answers are not HTTP; sqlstate.ts classifies them',
    },
    stop: shop.close,
  };
}

function personAt(
  query: (sql: string, values?: unknown[]) => Promise<{ rows: Record<string, Value>[] }>,
): Rig['person'] {
  const edit = async (ids: string[], values: Values) => {
    const sets = Object.keys(values).map((name, index) => `${name} = $${index + 2}`);
    await query(`update people set ${sets.join(', ')} where id = any($1)`, [ids, ...Object.values(values)]);
  };
  return {
    async make(records) {
      const ids: string[] = [];
      for (const record of records) {
        const names = Object.keys(record);
        const { rows } = await query(
          `insert into people (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')}) returning id`,
          Object.values(record),
        );
        ids.push(String(rows[0]?.id));
      }
      return ids;
    },
    edit: (id, values) => edit([id], values),
    async remove(id) {
      await query('delete from people where id = $1', [id]);
    },
    show: async (id) => (await query('select * from people where id = $1', [id])).rows[0] ?? null,
    count: async () => Number((await query('select count(*) as n from people')).rows[0]?.n),
    tie: (ids) => edit(ids, { note: 'tied' }),
  };
}
