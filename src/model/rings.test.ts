import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRings, type SyncShape } from './rings.ts';

/** 'crm.contacts email' with 'shop.people mail': accounts, objects, fields. */
function sync(
  key: string,
  a: string,
  b: string,
  fields: [string, string][],
  route: SyncShape['route'] = null,
): SyncShape {
  const [accountA = '', objectA = ''] = a.split('.');
  const [accountB = '', objectB = ''] = b.split('.');
  const pairs = fields.map(([x, y]) => ({ a: x.split('+'), b: y.split('+') }));
  return { key, accounts: { a: accountA, b: accountB }, objects: { a: objectA, b: objectB }, pairs, route };
}

const email: [string, string][] = [['email', 'email']];

test('X5 a chain and a star of syncs are no ring', () => {
  assert.deepEqual(
    findRings([sync('1', 'a.x', 'b.x', email), sync('2', 'b.x', 'c.x', email), sync('3', 'b.x', 'd.x', email)]),
    [],
  );
});

test('X5 the sync that closes a ring is refused, and the ring is named', () => {
  const [problem, ...more] = findRings([
    sync('one', 'a.x', 'b.x', email),
    sync('two', 'b.x', 'c.x', email),
    sync('three', 'c.x', 'a.x', email),
  ]);
  assert.deepEqual(more, []);
  assert.deepEqual(problem?.path, ['syncs', 'three']);
  assert.match(problem?.message ?? '', /c x\.email → b x\.email → a x\.email → c x\.email/);
  assert.match(problem?.message ?? '', /two, one, three|one, two, three/);
});

test('X5 a ring is of fields: syncs in a circle that share no field are none', () => {
  const circle = [
    sync('1', 'a.x', 'b.x', email),
    sync('2', 'b.x', 'c.x', email),
    sync('3', 'c.x', 'a.x', [['phone', 'phone']]),
  ];
  assert.deepEqual(findRings(circle), []);
});

test('X5 a ring through a split name, and one inside an account, are rings', () => {
  const split = [
    sync('1', 'a.x', 'b.x', [['first+last', 'name']]),
    sync('2', 'b.x', 'c.x', [['name', 'first+last']]),
    sync('3', 'c.x', 'a.x', [['last', 'last']]),
  ];
  assert.deepEqual(findRings(split)[0]?.path, ['syncs', '3']);
  assert.equal(findRings([sync('1', 'a.x', 'a.x', email)]).length, 1, 'a field with itself');
});

test('X5 two syncs join the same two objects only with records of their own', () => {
  const route = (...values: string[]) => ({ field: 'stage', values });
  const both = (one: SyncShape['route'], two: SyncShape['route']) =>
    findRings([sync('1', 'a.x', 'b.x', email, one), sync('2', 'a.x', 'b.x', email, two)]);
  assert.match(both(null, null)[0]?.message ?? '', /both write a x\.email/);
  assert.equal(both(route('lead'), null).length, 1);
  assert.equal(both(route('lead'), route('lead', 'customer')).length, 1);
  assert.equal(both(route('lead'), { field: 'other', values: ['customer'] }).length, 1);
  assert.deepEqual(both(route('lead'), route('customer')), []);
  const turned = findRings([sync('1', 'a.x', 'b.x', email), sync('2', 'b.x', 'a.x', [['phone', 'phone']])]);
  assert.match(turned[0]?.message ?? '', /both join/);
});

test('X5 a sync that was refused closes no further ring', () => {
  const ring = [
    sync('1', 'a.x', 'b.x', email),
    sync('2', 'b.x', 'c.x', email),
    sync('3', 'c.x', 'a.x', email),
    sync('4', 'c.x', 'd.x', email),
  ];
  assert.deepEqual(
    findRings(ring).map((problem) => problem.path[1]),
    ['3'],
  );
});
