import assert from 'node:assert/strict';
import { test } from 'node:test';
import { act, draftOf, ends, planned } from '../plan-rig.ts';

test('settings in the making are counted live: who would meet, and who may start', async () => {
  const { admin, one, two } = await draftOf({ records: 0 });
  await act(one, {
    create: [{ email: 'ann@x.example', city: 'Lund' }, { email: 'bo@x.example', city: 'Visby' }, { firstname: 'Cy' }],
  });
  await act(two, { create: [{ email: 'Ann@x.example' }, { email: 'dan@x.example', city: 'Umea' }] });
  const matches = await admin.post('/syncs/matches', { key: 'people', settings: ends });
  const { matched, ambiguous, onlyA, onlyB, complete } = matches.body;
  assert.deepEqual([matched, ambiguous, onlyA, onlyB, complete], [1, 0, 2, 1, true]);
  const none = await admin.post('/syncs/matches', { settings: { ...ends, match: 'none' } });
  assert.deepEqual([none.body.matched, none.body.onlyA], [0, 3]);
  const byCity = await admin.post('/syncs/matches', { settings: { ...ends, match: [['city'], ['email']] } });
  assert.equal(byCity.body.matched, 1);
  const filter = { 'a-to-b': { field: 'city', op: 'equals', value: 'lund' } };
  const passing = await admin.post('/syncs/filter-counts', { settings: { ...ends, filter } });
  assert.deepEqual(passing.body, {
    'a-to-b': { pass: 1, total: 3, complete: true },
    'b-to-a': { pass: 2, total: 2, complete: true },
  });
  const oneWay = await admin.post('/syncs/filter-counts', { settings: { ...ends, direction: 'a-to-b' } });
  assert.deepEqual([oneWay.body['b-to-a'], oneWay.body['a-to-b'].pass], [null, 2]);
  await planned(admin);
  assert.equal((await admin.post('/syncs/matches', { settings: ends })).body.matched, 1);
});

test('several that could be one record are counted as ambiguous', async () => {
  const { admin, one, two } = await draftOf({ records: 0 });
  await act(one, {
    create: [
      { email: 'ann@x.example', city: 'Lund' },
      { email: 'bo@x.example', city: 'Lund' },
    ],
  });
  await act(two, { create: [{ email: 'cy@x.example', city: 'Lund' }] });
  const { body } = await admin.post('/syncs/matches', { settings: { ...ends, match: [['city']] } });
  assert.deepEqual([body.matched, body.ambiguous, body.onlyA, body.onlyB], [0, 2, 0, 0]);
});

test('an expression is tried on real records, and a wrong one is told with its place', async () => {
  const { admin, one } = await draftOf({ records: 0 });
  await act(one, { create: [{ email: 'ann@x.example', firstname: 'Ann', city: ' Lund ' }] });
  const ask = { account: 'one', object: 'contacts', field: 'city' };
  const tried = await admin.post('/syncs/try-transform', { ...ask, expression: 'upper(trim(value))' });
  assert.deepEqual([tried.body.items[0].after, tried.body.items[0].name], ['LUND', 'Ann']);
  const wrong = await admin.post('/syncs/try-transform', { ...ask, expression: 'upper(' });
  assert.deepEqual([wrong.status, wrong.body.errors[0].path], [422, 'expression']);
  assert.match(wrong.body.detail, /at character 7/);
  const failing = await admin.post('/syncs/try-transform', { ...ask, expression: 'date(value)' });
  assert.ok(failing.body.items[0].problem);
  assert.equal(
    (await admin.post('/syncs/try-transform', { ...ask, field: 'nowhere', expression: 'value' })).status,
    422,
  );
});

test('a check spells out mappings with options, match rules and what is required, and says what does not fit', async () => {
  const { admin } = await draftOf({ records: 0 });
  const suggested = await admin.post('/syncs/suggest', ends);
  assert.equal(suggested.status, 200);
  assert.equal(suggested.body.settings.every, '5s', 'apps on this machine are read often');
  const { body } = await admin.post('/syncs/check', { key: 'more', settings: { ...ends, direction: 'a-to-b' } });
  const stage = body.mappings.find((each: { a: string[] }) => each.a[0] === 'lifecyclestage');
  assert.deepEqual([stage.options.mapped, stage.options.missing], [stage.options.total, []]);
  assert.deepEqual(body.match[0], [{ a: ['email'], b: ['email'] }]);
  assert.deepEqual(body.require, { a: ['email'], b: ['email'] });
  const wrong = await admin.post('/syncs/check', { key: 'more', settings: { ...ends, match: [['nowhere']] } });
  assert.deepEqual([wrong.status, wrong.body.problems[0].path], [200, 'match.0.0']);
});
