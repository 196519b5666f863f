import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { field, options } from '../../test/model/example.ts';
import type { Field } from './field.ts';
import { keyOfId, keySpec, type Normaliser, normaliserOf } from './keys.ts';
import type { Value, Values } from './value.ts';

const context = { users: { a: [{ id: '1', email: 'Ann@x.se' }], b: [{ id: 'u1', email: 'ann@x.se' }] } };

function keyOf(a: Field, b: Field, by: Normaliser = normaliserOf([a], [b])) {
  return keySpec([{ fields: { a: [a], b: [b] }, by }], context);
}

test('two writings of one thing have one key, by the roles and types of their fields', () => {
  const cases: [Field, Field, Value, Value, Normaliser][] = [
    [field('m', 'email'), field('e'), ' Ann@X.SE ', 'ann@x.se', 'email'],
    [
      field('d', 'text', { means: 'company.domain' }),
      field('w', 'url'),
      'acme.co.uk',
      'https://www.ACME.co.uk/start',
      'domain',
    ],
    [field('p', 'phone'), field('t'), '+46 70-123 45 67', '0046701234567', 'phone'],
    [field('name'), field('title'), ' ÅSA  Ek', 'åsa ek', 'name'],
    [field('c', 'country'), field('land', 'country'), 'SE', 'Sverige', 'country'],
    [field('n', 'number'), field('m', 'money'), '12.50', '12.5', 'number'],
    [field('d', 'date'), field('t', 'datetime'), '2026-11-23', '2026-11-23T10:00:00.000Z', 'date'],
    [
      field('s', 'select', { options: options('lead') }),
      field('t', 'select', { options: [{ value: '7', label: 'LEAD' }] }),
      'lead',
      '7',
      'option',
    ],
    [field('o', 'user'), field('p', 'user'), '1', 'u1', 'user'],
    [field('e', 'list', { of: 'email' }), field('m', 'email'), [{ value: 'A@x' }, { value: 'b@x' }], 'a@x', 'email'],
    [field('y', 'boolean'), field('z', 'boolean'), true, true, 'boolean'],
  ];
  for (const [a, b, x, y, by] of cases) {
    assert.equal(normaliserOf([a], [b]), by);
    const spec = keyOf(a, b);
    const key = spec.key('a', { [a.name]: x });
    assert.ok(key);
    assert.equal(key, spec.key('b', { [b.name]: y }), by);
  }
});

test('a record that lacks a part has no key', () => {
  const spec = keySpec(
    [
      { fields: { a: [field('first'), field('last')], b: [field('name')] }, by: 'name' },
      { fields: { a: [field('zip')], b: [field('zip')] }, by: 'name' },
    ],
    context,
  );
  assert.equal(spec.key('a', { first: 'Ann', last: 'Lee', zip: '10' }), spec.key('b', { name: 'ann  lee', zip: '10' }));
  assert.equal(spec.key('a', { first: 'Ann', last: null, zip: '10' }), spec.key('b', { name: 'Ann', zip: '10' }));
  for (const values of [{}, { first: null, last: '', zip: '10' }, { first: 'Ann', last: 'Lee', zip: ' ' }])
    assert.equal(spec.key('a', values as Values), null);
  assert.notEqual(
    spec.key('b', { name: 'a b', zip: 'c' }),
    spec.key('b', { name: 'a', zip: 'b c' }),
    'parts do not run together',
  );
});

test('a spec’s id names its fields and normalisers, so syncs on one feed share it', () => {
  assert.deepEqual(keyOf(field('email', 'email'), field('e:mail+')).id, { a: 'email:email', b: 'e%3Amail%2B:email' });
  const regional = keySpec([{ fields: { a: [field('p', 'phone')], b: [field('p')] }, by: 'phone' }], {
    ...context,
    region: 'SE',
  });
  assert.deepEqual(regional.id, { a: 'p:phone-SE', b: 'p:phone-SE' });
  assert.equal(regional.key('a', { p: '070-123 45 67' }), '+46701234567');
});

test('a spec may stand only for the records of a side that lack a field', () => {
  const email = field('email', 'email');
  const spec = keySpec([{ fields: { a: [field('name')], b: [field('name')] }, by: 'name' }], context, {
    side: 'a',
    field: email,
  });
  assert.deepEqual(spec.id, { a: 'name:name,!email', b: 'name:name' });
  assert.equal(spec.key('a', { name: 'Ann', email: 'ann@x' }), null);
  assert.equal(spec.key('a', { name: 'Ann', email: null }), 'ann');
  assert.equal(spec.key('b', { name: 'Ann', email: 'ann@x' }), 'ann');
});

test('no value makes a key throw', () => {
  const normalisers: Normaliser[] = [
    'email',
    'domain',
    'phone',
    'url',
    'country',
    'number',
    'date',
    'datetime',
    'boolean',
    'option',
    'user',
    'name',
  ];
  const value = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constant('x'.repeat(300_000)),
    fc.constant('\ud800'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...normalisers), value, (by, x) => {
      const key = keyOf(field('f'), field('f'), by).key('a', { f: x as Value });
      assert.ok(key === null || key !== '');
    }),
    { numRuns: 2000 },
  );
});

test('F2 a spec’s id alone gives the same key, and none where the object lost a field of it', () => {
  const email = field('e-mail, main', 'email');
  const names = [field('first+name'), field('last:name')];
  const phone = field('p', 'phone');
  const owner = field('!o', 'user');
  const both = (fields: Field[], by: Normaliser) => ({ fields: { a: fields, b: fields }, by });
  const swedish = { users: { a: context.users.a, b: context.users.a }, region: 'SE' };
  const spec = keySpec([both(names, 'name'), both([phone], 'phone'), both([owner], 'user')], swedish, {
    side: 'a',
    field: email,
  });
  const fields = [email, ...names, phone, owner];
  const key = keyOfId(spec.id.a, fields, context.users.a);
  const values: Values = {
    'first+name': 'Åsa',
    'last:name': 'Ek',
    p: '070-123 45 67',
    '!o': '1',
    'e-mail, main': null,
  };
  for (const each of [values, { ...values, p: null }, { ...values, 'e-mail, main': 'a@x.se' }, { p: '1' }]) {
    assert.equal(key?.(each), spec.kept('a', each));
  }
  assert.equal(spec.kept('a', { ...values, p: null }), '', 'a part is empty: it has no key any more');
  assert.equal(spec.kept('a', { p: '070' }), undefined, 'a part is not shown: its last key stays');
  assert.ok(key?.(values)?.includes('+46701234567'));
  assert.equal(keyOfId(spec.id.a, fields.slice(1), []), null);
  assert.equal(keyOfId(spec.id.a, fields.slice(0, -1), []), null);
});
