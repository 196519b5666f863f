import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf, hubspot } from './simulator-bench.ts';

test('a batch create with a trace id on every input fails only its bad items', async () => {
  const { crm, simulator } = await hubspot();
  const { created } = simulator.admin.edit('contacts', { create: [{ email: 'there@example.com' }] });
  const values: Record<string, string>[] = [
    { email: 'one@example.com' },
    { email: 'not an address' },
    { email: 'two@example.com', colour: 'red' },
    { email: 'There@example.com' },
    { email: 'three@example.com', lifecyclestage: 'king', hs_object_id: '5' },
    { email: 'four@example.com' },
  ];
  const inputs = values.map((properties, index) => ({ properties, associations: [], objectWriteTraceId: `t${index}` }));
  const reply = await crm.contacts.batchApi.create({ inputs });
  assert.deepEqual(
    new Set(reply.results.map(({ objectWriteTraceId, properties }) => `${objectWriteTraceId} ${properties.email}`)),
    new Set(['t0 one@example.com', 't5 four@example.com']),
  );
  assert.ok('errors' in reply && reply.errors);
  assert.equal(reply.numErrors, 4);
  const byTrace = new Map(reply.errors.map((error) => [String(error.context.objectWriteTraceId), error]));
  assert.match(byTrace.get('t1')?.message ?? '', /INVALID_EMAIL/);
  assert.match(byTrace.get('t2')?.message ?? '', /Property \\"colour\\" does not exist.*PROPERTY_DOESNT_EXIST/);
  assert.deepEqual([byTrace.get('t3')?.category, byTrace.get('t3')?.context.existingId], ['CONFLICT', created]);
  assert.match(byTrace.get('t4')?.message ?? '', /INVALID_OPTION.*READ_ONLY_VALUE/);
});

test('without trace ids one bad item fails the whole batch', async () => {
  const { crm, simulator } = await hubspot();
  const inputs = [{ email: 'one@example.com' }, { email: 'bad' }].map((properties) => ({
    properties,
    associations: [],
  }));
  const failure = await failureOf(crm.contacts.batchApi.create({ inputs }));
  assert.deepEqual([failure.code, failure.body.category], [400, 'VALIDATION_ERROR']);
  assert.equal(simulator.admin.records('contacts').length, 0);
  const many = Array.from({ length: 101 }, () => ({ properties: {}, associations: [] }));
  assert.equal((await failureOf(crm.contacts.batchApi.create({ inputs: many }))).code, 400);
});

test('batches of updates, upserts, reads and archives', async () => {
  const { crm } = await hubspot();
  const upserted = await crm.contacts.batchApi.upsert({
    inputs: ['a', 'b'].map((name) => ({
      id: `${name}@example.com`,
      idProperty: 'email',
      properties: { firstname: name },
    })),
  });
  assert.deepEqual(
    upserted.results.map(({ _new }) => _new),
    [true, true],
  );
  const ids = upserted.results.map(({ id }) => id);
  const again = await crm.contacts.batchApi.upsert({
    inputs: [{ id: 'A@example.com', idProperty: 'email', properties: { firstname: 'A' } }],
  });
  assert.deepEqual([again.results[0]?._new, ids.includes(again.results[0]?.id ?? '')], [false, true]);

  const updated = await crm.contacts.batchApi.update({
    inputs: [
      { id: ids[0] ?? '', properties: { phone: '1' } },
      { id: '999', properties: { phone: '2' } },
    ],
  });
  assert.equal(updated.results.length, 1);
  assert.ok('errors' in updated && updated.errors);
  assert.deepEqual([updated.errors[0]?.category, updated.errors[0]?.context.ids], ['OBJECT_NOT_FOUND', ['999']]);
  const twice = { inputs: [ids[0], ids[0]].map((id) => ({ id: id ?? '', properties: { phone: '3' } })) };
  assert.match((await failureOf(crm.contacts.batchApi.update(twice))).body.message ?? '', /Duplicate IDs/);

  const read = { properties: ['phone'], propertiesWithHistory: [], inputs: [...ids, '999'].map((id) => ({ id })) };
  const found = await crm.contacts.batchApi.read(read);
  assert.deepEqual(new Set(found.results.map(({ id }) => id)), new Set(ids));
  await crm.contacts.batchApi.archive({ inputs: [...ids, '999'].map((id) => ({ id })) });
  assert.equal((await crm.contacts.batchApi.read(read)).results.length, 0);
});
