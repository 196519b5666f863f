import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, salesforce } from './simulator-bench.ts';
import { externalId } from './simulator-org.ts';

test('a contact is made, read, changed, deleted and found again among the deleted', async () => {
  const { conn } = await salesforce();
  const made = await conn.create('Contact', {
    FirstName: ' Ann',
    LastName: 'Lee ',
    Email: 'ann@example.com',
    MailingCity: 'Ulm',
  });
  assert.ok(made.success);
  assert.match(made.id, /^003[0-9A-Za-z]{15}$/);
  const read = await conn.retrieve('Contact', made.id);
  assert.deepEqual([read.FirstName, read.LastName, read.Name, read.Title], ['Ann', 'Lee', 'Ann Lee', null]);
  assert.equal((read.MailingAddress as { city: string }).city, 'Ulm');
  assert.equal(read.IsDeleted, false);
  await conn.update('Contact', { Id: made.id, Title: 'CEO', FirstName: null });
  const { records } = await conn.query<{ Name: string; Title: string }>(
    `SELECT Name, Title FROM Contact WHERE Email = 'ANN@example.com'`,
  );
  assert.deepEqual(
    records.map(({ Name, Title }) => [Name, Title]),
    [['Lee', 'CEO']],
  );
  await conn.destroy('Contact', made.id);
  assert.equal(await codeOf(conn.retrieve('Contact', made.id)), 'ENTITY_IS_DELETED');
  const all = await conn.query('SELECT Id FROM Contact WHERE IsDeleted = true', { scanAll: true });
  assert.deepEqual(
    all.records.map(({ Id }) => Id),
    [made.id],
  );
});

test('W3 a collection answers each record in its order, and a bad one fails alone', async () => {
  const { conn } = await salesforce();
  const results = await conn.create('Contact', [
    { LastName: 'One' },
    { FirstName: 'Nobody' },
    { LastName: 'Three', Email: 'nonsense' },
    { LastName: 'Four', Title: 'x'.repeat(129) },
    { LastName: 'Five', AccountId: '001000000000001' },
    { LastName: 'Six' },
  ]);
  assert.deepEqual(
    results.map((result) =>
      result.success ? 'done' : (result.errors[0] as unknown as { statusCode: string }).statusCode,
    ),
    [
      'done',
      'REQUIRED_FIELD_MISSING',
      'INVALID_EMAIL_ADDRESS',
      'STRING_TOO_LONG',
      'INVALID_CROSS_REFERENCE_KEY',
      'done',
    ],
  );
  assert.equal(
    await codeOf(conn.create('Contact', [{ LastName: 'A' }, { LastName: 'B', Birthdate: 'yesterday' }])),
    'JSON_PARSER_ERROR',
  );
  assert.equal(
    (await conn.query('SELECT COUNT() FROM Contact')).totalSize,
    2,
    'a body that cannot be read saves nothing',
  );
  const ids = results.flatMap(({ id }) => id ?? []);
  const updated = await conn.update(
    'Contact',
    [...ids, '003000000000009'].map((Id) => ({ Id, Department: 'Sales' })),
  );
  assert.deepEqual(
    updated.map(({ success }) => success),
    [true, true, false],
  );
  const removed = await conn.destroy('Contact', [ids[0] ?? '', ids[0] ?? '']);
  assert.deepEqual(
    removed.map(({ success }) => success),
    [true, false],
  );
  const many = await conn.retrieve('Contact', ids, { fields: ['LastName', 'Department'] });
  assert.deepEqual(
    many.map((row) => row?.Department ?? null),
    [null, 'Sales'],
  );
});

test('W2 an external id is unique, names the record that has it, and upserts find it', async () => {
  const { conn } = await salesforce({ customFields: { Contact: [externalId('Sync_Id__c')] } });
  const first = await conn.create('Contact', { LastName: 'Lee', Sync_Id__c: 'a1' });
  const [second] = await conn.create('Contact', [{ LastName: 'Lee', Sync_Id__c: 'A1' }]);
  assert.ok(second && !second.success);
  assert.match(
    second.errors[0]?.message ?? '',
    new RegExp(`duplicates value on record with id: ${first.id?.slice(0, 15)}`),
  );
  const results = await conn.upsert(
    'Contact',
    [
      { Sync_Id__c: 'a1', LastName: 'Li' },
      { Sync_Id__c: 'b2', LastName: 'Wu' },
    ],
    'Sync_Id__c',
  );
  assert.deepEqual(
    results.map(({ success, id }) => [success, id === first.id]),
    [
      [true, true],
      [true, false],
    ],
  );
  assert.equal((await conn.query('SELECT COUNT() FROM Contact')).totalSize, 2);
});

test('long answers are read on by their address, and every record comes once', async () => {
  const { conn } = await salesforce({ records: 4500 });
  const first = await conn.query('SELECT Id FROM Contact ORDER BY Id');
  assert.deepEqual([first.done, first.records.length, first.totalSize], [false, 2000, 4500]);
  const all = await conn.query('SELECT Id FROM Contact', { autoFetch: true, maxFetch: 10_000 });
  assert.equal(new Set(all.records.map(({ Id }) => Id)).size, 4500);
  assert.equal(await codeOf(conn.queryMore('/services/data/v62.0/query/01ggKnothing-2000')), 'INVALID_QUERY_LOCATOR');
});

test('queries filter by and, or, not, lists and patterns, through lookups and in order; wrong ones are refused', async () => {
  const { conn } = await salesforce();
  const [acme, bolt] = await conn.create('Account', [
    { Name: 'Acme', NumberOfEmployees: 5 },
    { Name: 'Bolt', NumberOfEmployees: 50 },
  ]);
  await conn.create('Contact', [
    { LastName: "O'Hara", AccountId: acme?.id },
    { LastName: 'Berg', AccountId: bolt?.id },
    { LastName: 'Åberg' },
  ]);
  const names = async (where: string) =>
    (await conn.query(`SELECT LastName FROM Contact WHERE ${where} ORDER BY LastName DESC`)).records.map(
      ({ LastName }) => LastName,
    );
  assert.deepEqual(await names(`LastName = 'o\\'hara' OR Account.Name = 'Bolt'`), ["O'Hara", 'Berg']);
  assert.deepEqual(await names(`LastName LIKE '%berg' AND (NOT AccountId = null)`), ['Berg']);
  assert.deepEqual(await names(`Account.NumberOfEmployees >= 5 AND LastName NOT IN ('Berg', 'x')`), ["O'Hara"]);
  assert.deepEqual(
    await names(`SystemModstamp > 2020-01-01T00:00:00Z AND AccountId IN ('${acme?.id?.slice(0, 15)}')`),
    ["O'Hara"],
  );
  assert.equal(await codeOf(conn.query('SELECT Nonsense FROM Contact')), 'INVALID_FIELD');
  assert.equal(await codeOf(conn.query('SELECT Id FROM Nonsense')), 'INVALID_TYPE');
  assert.equal(await codeOf(conn.query('SELECT Id FROM Contact WHERE')), 'MALFORMED_QUERY');
  assert.equal(await codeOf(conn.query(`SELECT Id FROM Contact WHERE CreatedDate > 'yesterday'`)), 'INVALID_FIELD');
});

test('object types and fields are described, custom ones too', async () => {
  const { conn } = await salesforce({
    customObjects: [{ name: 'Project__c', label: 'Project', labelPlural: 'Projects', fields: [externalId('Code__c')] }],
  });
  const { sobjects } = await conn.describeGlobal();
  assert.deepEqual(
    sobjects.filter(({ custom }) => custom).map(({ name, keyPrefix }) => [name, keyPrefix]),
    [['Project__c', 'a00']],
  );
  const { fields } = await conn.describe('Contact');
  const by = (name: string) => fields.find((field) => field.name === name);
  assert.deepEqual([by('LastName')?.nillable, by('LastName')?.length], [false, 80]);
  assert.deepEqual(
    [by('Name')?.createable, by('AccountId')?.referenceTo, by('Email')?.type],
    [false, ['Account'], 'email'],
  );
  const { fields: own } = await conn.describe('project__c');
  assert.deepEqual(
    own.filter(({ externalId }) => externalId).map(({ name, unique, idLookup }) => [name, unique, idLookup]),
    [['Code__c', true, true]],
  );
});

test('the calls left of the day are told with each answer, and a day that is used up by 403', async () => {
  const { conn, simulator } = await salesforce();
  await conn.query('SELECT Id FROM Account');
  assert.deepEqual(conn.limitInfo.apiUsage, { used: 1, limit: 100_000 });
  simulator.admin.fault({ kind: '429' });
  assert.equal(await codeOf(conn.query('SELECT Id FROM Account')), 'REQUEST_LIMIT_EXCEEDED');
});
