import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type Http, systemHttp } from '../../src/lib/http.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { type TestPostgres, testPostgres } from '../partners/postgres.ts';
import { type FileContent, type Installation, install } from './installation.ts';

const contacts = '/crm/v3/objects/contacts';
const nothing = { created: 0, updated: 0, archived: 0, deleted: 0 };
const long = 'x'.repeat(300_000);

/** Values that a table cannot take, by what is wrong with them; the field, the value, and the problem of its record. */
const badContacts: [string, string, string, string][] = [
  ['nul', 'lastname', 'a\u0000b', 'invalid-value'],
  ['half', 'lastname', 'a\ud800b', 'invalid-value'],
  ['bytes', 'lastname', 'M\u00fcller', 'invalid-value'],
  ['nan', 'score', 'NaN', 'invalid-value'],
  ['infinite', 'score', 'Infinity', 'invalid-value'],
  ['year0', 'date_of_birth', '0000-01-01', 'invalid-value'],
  ['february', 'date_of_birth', '2026-02-30', 'invalid-value'],
  ['words', 'date_of_birth', 'yesterday', 'invalid-value'],
  ['long', 'city', 'a city of more than twenty letters', 'too-long'],
];
/** And such as it can. */
const goodContacts: [string, string, string][] = [
  ['huge', 'lastname', long],
  ['year9999', 'date_of_birth', '9999-12-31'],
  ['year1', 'date_of_birth', '0001-01-01'],
  ['emoji', 'lastname', 'Å👩‍👩‍👧\u202e'],
];
/** Rows that HubSpot, or nobody, can take. */
const badRows: [string, string, string][] = [
  ['row-nan', 'revenue', `'NaN'`],
  ['row-infinite', 'born', `'infinity'`],
  ['row-bc', 'born', `'0044-03-15 BC'`],
  ['row-10000', 'born', `'10000-01-01'`],
  ['row-long', 'last_name', `repeat('x', 300000)`],
];
const goodRows: [string, string, string][] = [
  ['row-9999', 'born', `'9999-12-31'`],
  ['row-fine', 'revenue', `'12.50'`],
];

suite('bad data is a problem of its record, the rest goes on, and nothing is lost or half-written', () => {
  let hubspot: ServedSimulator;
  let shop: TestPostgres;
  let installation: Installation;
  let file: FileContent;
  before(async () => {
    hubspot = await startSimulator({ port: 0, clock: systemClock, settings: { limits: 'off' } });
    const reply = await fetch(`${hubspot.url}/crm/v3/properties/contacts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hubspot.account.secrets.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'score',
        label: 'Score',
        type: 'number',
        fieldType: 'number',
        groupName: 'contactinformation',
      }),
    });
    assert.ok(reply.ok, await reply.text());
    shop = await testPostgres();
    await shop.query(`create table customers (id uuid primary key default gen_random_uuid(), email text, last_name text,
      born date, revenue numeric, city varchar(20))`);
    installation = await install();
    file = fileOf(hubspot, shop);
    const create = [...badContacts, ...goodContacts].map(([name]) => ({ email: `${name}@example.com` }));
    hubspot.admin.edit('contacts', { create });
    for (const [name, column, value] of [...badRows, ...goodRows])
      await shop.query(`insert into customers (email, ${column}) values ('${name}@example.com', ${value})`);
  });
  after(async () => {
    await hubspot?.stop();
    await shop?.close();
  });

  const bad = badContacts.map(([name, field, value]): [string, string, string] => [name, field, value]);
  const row = async (name: string) =>
    (await shop.query('select * from customers where email = $1', [`${name}@example.com`])).rows[0];
  const contact = (name: string) =>
    hubspot.admin.records('contacts').find(({ values }) => values.email === `${name}@example.com`);
  const problems = async () => {
    const found = await installation.db.rows<{ email: string; category: string; message: string }>(
      `select split_part(coalesce(a.content ->> 'email', b.content ->> 'email'), '@', 1) as email,
          l.problem ->> 'category' as category, l.problem ->> 'message' as message
        from syncline.link l join syncline.sync s on s.id = l.sync
          left join syncline.record a on a.feed = s.a_feed and a.id = l.a_id
          left join syncline.record b on b.feed = s.b_feed and b.id = l.b_id
        where l.problem is not null`,
    );
    return new Map(found.map(({ email, category, message }) => [email, { category, message }]));
  };

  test('values that cannot be taken: each a named problem of its record, with what to do, and the others arrive', async () => {
    const ran = await installation.sync(file, { http: mangled([...bad, ...goodContacts]) });
    assert.equal(ran.exit, 1);
    assert.equal(ran.only.failing, badContacts.length + badRows.length, JSON.stringify(ran.only));
    const said = await problems();
    for (const [name, , value, category] of badContacts) {
      assert.equal(said.get(name)?.category, category, `${name}: ${said.get(name)?.message}`);
      assert.match(said.get(name)?.message ?? '', /correct it|shorten it/, name);
      assert.ok(!said.get(name)?.message.includes(value), `${name}: the value is in the message`);
      assert.equal(await row(name), undefined, `${name} is half there`);
    }
    for (const [name] of badRows) {
      assert.match(said.get(name)?.category ?? '', /^(invalid-value|too-long)$/, `${name}: ${said.get(name)?.message}`);
      assert.equal(contact(name), undefined, `${name} is half there`);
    }
    assert.equal(ran.only.inSync, goodContacts.length + goodRows.length);
    assert.equal((await row('huge')).last_name, long);
    assert.equal((await row('emoji')).last_name, 'Å👩‍👩‍👧\u202e');
    assert.equal(must(contact('row-9999')).values.date_of_birth, '9999-12-31');
  });

  test('a bad value of a field leaves what both sides had, and once it is corrected the record goes on', async () => {
    const id = must(contact('emoji')).id;
    hubspot.admin.edit('contacts', { update: [{ id, values: { city: 'Lund' } }] });
    const ran = await installation.sync(file, { http: mangled([...bad, ['emoji', 'lastname', 'b\u0000']]) });
    assert.equal(ran.exit, 1);
    assert.equal((await problems()).get('emoji')?.category, 'invalid-value');
    assert.equal((await row('emoji')).last_name, 'Å👩‍👩‍👧\u202e');
    const corrected = ['emoji', ...bad.map(([name]) => name)].map((name) => must(contact(name)).id);
    hubspot.admin.edit('contacts', { update: corrected.map((each) => ({ id: each, values: { lastname: 'Ek' } })) });
    for (const [name, column] of badRows)
      await shop.query(`update customers set ${column} = null where email = '${name}@example.com'`);
    const later = await installation.sync(file);
    assert.equal(later.exit, 0, JSON.stringify([later.only, [...(await problems())]]));
    assert.deepEqual([(await row('emoji')).last_name, (await row('emoji')).city], ['Ek', 'Lund']);
    assert.equal(later.only.b.created, badContacts.length);
    assert.equal(later.only.a.created, badRows.length);
  });

  for (const kind of ['truncated', 'bad-json', '500-before', 'drop-before'] as const) {
    test(`a page that comes ${kind} once is asked for again`, async () => {
      const id = must(contact('row-fine')).id;
      hubspot.admin.edit('contacts', { update: [{ id, values: { city: kind } }] });
      hubspot.admin.fault({ kind, match: { path: `${contacts}*` } });
      const ran = await installation.sync(file);
      assert.equal(ran.exit, 0, ran.notes.join());
      assert.equal((await row('row-fine')).city, kind);
      assert.equal(hubspot.admin.state().faults.length, 0, 'the fault struck');
    });
  }

  test('pages that never come whole end the sync at its account, nothing is written, and the next run has it all', async () => {
    const id = must(contact('row-fine')).id;
    hubspot.admin.edit('contacts', {
      update: [{ id, values: { city: 'Later' } }],
      create: [{ email: 'new@example.com' }],
    });
    hubspot.admin.fault({ kind: 'bad-json', match: { path: `${contacts}*` }, times: 100 });
    const rows = (await shop.query('select xmin, * from customers order by id')).rows;
    const ran = await installation.sync(file);
    hubspot.admin.clearFaults();
    assert.equal(ran.exit, 1);
    assert.match(ran.notes.join(), /accounts\.crm: HubSpot \(crm\).*JSON.*not finished: people/);
    assert.deepEqual((await shop.query('select xmin, * from customers order by id')).rows, rows);
    assert.equal((await installation.sync(file)).exit, 0);
    assert.equal((await row('row-fine')).city, 'Later');
    assert.ok(await row('new'));
  });

  test('G1 listings that come back empty delete nothing on the other side', async () => {
    const removing = {
      ...(file as object),
      syncs: { people: { ...syncOf(), deletions: { a: 'delete', b: 'archive' } } },
    };
    assert.equal((await installation.sync(removing)).exit, 0);
    hubspot.admin.fault({ kind: 'empty', match: { path: `${contacts}*` }, times: 2 });
    const ran = await installation.sync(removing);
    hubspot.admin.clearFaults();
    assert.deepEqual([ran.only.a, ran.only.b], [nothing, nothing]);
    assert.equal((await installation.sync(removing)).exit, 0);
  });
});

/** The real network, where HubSpot's answers show these records as an app should not. */
function mangled(records: [string, string, string][]): Http {
  return {
    async request(request) {
      const reply = await systemHttp.request(request);
      const text = Buffer.from(reply.body).toString();
      if (!text.startsWith('{')) return reply;
      const answer = JSON.parse(text) as { results?: { properties?: Record<string, string> }[] };
      for (const { properties } of answer.results ?? []) {
        const [, field, value] = records.find(([name]) => properties?.email === `${name}@example.com`) ?? [];
        if (properties && field && value) properties[field] = value;
      }
      return { ...reply, body: brokenBytes(Buffer.from(JSON.stringify(answer))) };
    },
  };
}

/** An umlaut as one byte, as it is in Latin-1 and never in UTF-8. */
function brokenBytes(bytes: Buffer): Buffer {
  const at = bytes.indexOf('Müller');
  return at < 0 ? bytes : Buffer.concat([bytes.subarray(0, at + 1), Buffer.from([0xfc]), bytes.subarray(at + 3)]);
}

function syncOf() {
  const mapped = {
    email: 'email',
    lastname: 'last_name',
    date_of_birth: 'born',
    score: 'revenue',
    city: 'city',
  };
  return {
    a: { account: 'crm', object: 'contacts' },
    b: { account: 'shop', object: 'public.customers' },
    mappings: Object.entries(mapped).map(([a, b]) => ({ a, b })),
    brakes: { create: 'off', update: 'off', empty: 'off', archive: 'off' },
  };
}

function fileOf(hubspot: ServedSimulator, shop: TestPostgres): FileContent {
  return {
    accounts: { crm: hubspot.account, shop: { app: 'postgres', secrets: { url: shop.url } } },
    syncs: { people: syncOf() },
  };
}
