import assert from 'node:assert/strict';
import { test } from 'node:test';
import { association, field, options, schema } from '../../test/model/example.ts';
import type { Condition, Filter, Operator } from './filter.ts';
import { checkFilter, DEEPEST_FILTER } from './filter-check.ts';
import { compileFilter } from './filter-compile.ts';
import type { Value } from './value.ts';

const object = schema(
  'contacts',
  [
    field('name'),
    field('email', 'email'),
    field('phone', 'phone'),
    field('amount', 'money'),
    field('born', 'date'),
    field('seen', 'datetime'),
    field('active', 'boolean'),
    field('stage', 'select', { options: options('lead', 'customer') }),
    field('tags', 'multi-select', { options: options('red', 'blue') }),
    field('mails', 'list', { of: 'email' }),
    field('land', 'country'),
    field('owner', 'user'),
  ],
  { associations: [association('company', 'companies')] },
);
const context = { now: Date.parse('2026-07-01T12:00:00Z'), users: [{ id: '7', email: 'ann@x.se' }] };

function passes(name: string, op: Operator, value: Condition['value'], of: Value): boolean {
  const filter: Filter = { field: name, op, value };
  assert.deepEqual(checkFilter(filter, object, []), [], `${name} ${op}`);
  return compileFilter(filter, object, context)({ [name]: of });
}

test('F1 every operator judges a record by its field’s type', () => {
  const cases: [string, Operator, Condition['value'], Value, boolean][] = [
    ['name', 'equals', 'ann lee', 'Ann  LEE', true],
    ['name', 'not-equals', 'Ann', 'ann', false],
    ['name', 'in', ['bo', 'ANN'], 'Ann', true],
    ['name', 'not-in', ['bo'], 'Ann', true],
    ['name', 'contains', 'nn', 'ANN', true],
    ['name', 'not-contains', 'nn', 'ANN', false],
    ['name', 'starts-with', 'a', 'Ann', true],
    ['name', 'ends-with', 'NN', 'Ann', true],
    ['name', 'known', undefined, 'x', true],
    ['name', 'unknown', undefined, ' ', true],
    ['email', 'ends-with', '@x.se', 'Ann@X.SE', true],
    ['phone', 'equals', '+46701234567', '+46 70-123 45 67', true],
    ['amount', 'equals', 12.5, '12.50', true],
    ['amount', 'greater', '9', '10', true],
    ['amount', 'greater-or-equal', 10, '10.00', true],
    ['amount', 'less', 10, '-1', true],
    ['amount', 'less-or-equal', 10, '10.01', false],
    ['amount', 'between', [1, 2], '2', true],
    ['amount', 'in', [1, 2], '2.0', true],
    ['amount', 'greater', 1, 'no number', false],
    ['born', 'before', '2000-01-01', '1999-12-31', true],
    ['born', 'after', '2000-01-01', '2000-01-01', false],
    ['born', 'between', ['2000-01-01', '2000-12-31'], '2000-06-01', true],
    ['seen', 'equals', '2026-06-30', '2026-06-30T23:00:00.000Z', true],
    ['seen', 'after', '2026-06-30', '2026-06-30T23:00:00.000Z', false],
    ['seen', 'after', '2026-06-30T22:00:00Z', '2026-06-30T23:00:00.000Z', true],
    ['seen', 'within-last', '30d', '2026-06-01T12:00:00.000Z', true],
    ['seen', 'within-last', '30d', '2026-06-01T11:59:59.000Z', false],
    ['seen', 'within-last', '12h', '2026-07-01T12:00:01.000Z', false],
    ['born', 'within-last', '1d', '2026-06-30', true],
    ['active', 'equals', true, true, true],
    ['active', 'not-equals', true, false, true],
    ['stage', 'equals', 'Lead', 'lead', true],
    ['stage', 'in', ['customer', 'Lead'], 'lead', true],
    ['tags', 'contains', 'red', ['blue', 'red'], true],
    ['tags', 'not-contains', 'red', ['blue'], true],
    ['tags', 'in', ['red', 'blue'], ['blue'], true],
    ['tags', 'not-in', ['red'], ['blue', 'red'], false],
    ['mails', 'ends-with', '@x.se', [{ value: 'a@y' }, { value: 'b@x.se' }], true],
    ['mails', 'not-contains', '@x', [{ value: 'a@y' }, { value: 'b@x.se' }], false],
    ['land', 'equals', 'Sverige', 'SE', true],
    ['owner', 'equals', 'Ann@x.se', '7', true],
    ['owner', 'in', ['7'], '8', false],
    ['company', 'known', undefined, ['1'], true],
    ['company', 'contains', '1', ['1', '2'], true],
  ];
  for (const [name, op, value, of, expected] of cases)
    assert.equal(passes(name, op, value, of), expected, JSON.stringify([name, op, value, of]));
});

test('F1 an empty value passes only unknown, not-equals, not-in and not-contains', () => {
  const values: Partial<Record<Operator, Condition['value']>> = {
    known: undefined,
    unknown: undefined,
    in: ['a'],
    'not-in': ['a'],
  };
  for (const op of [
    'equals',
    'not-equals',
    'in',
    'not-in',
    'contains',
    'not-contains',
    'starts-with',
    'ends-with',
    'known',
    'unknown',
  ] as const) {
    const expected = ['unknown', 'not-equals', 'not-in', 'not-contains'].includes(op);
    for (const empty of [null, '', []])
      assert.equal(passes('name', op, op in values ? values[op] : 'a', empty), expected, op);
  }
  assert.equal(passes('amount', 'less', 5, null), false);
  assert.equal(passes('seen', 'before', '2030-01-01', null), false);
});

test('F1 groups nest: all of nothing holds, any of nothing does not', () => {
  const judge = (filter: Filter) => compileFilter(filter, object, context)({ name: 'Ann', stage: 'lead' });
  const named: Filter = { field: 'name', op: 'equals', value: 'ann' };
  const staged: Filter = { field: 'stage', op: 'equals', value: 'customer' };
  assert.deepEqual([judge({ all: [] }), judge({ any: [] })], [true, false]);
  assert.deepEqual([judge({ all: [named, staged] }), judge({ any: [named, staged] })], [false, true]);
  assert.equal(judge({ all: [named, { any: [staged, { all: [named] }] }] }), true);
});

test('a wrong filter says where, what and what is allowed', () => {
  const first = (filter: Filter) => checkFilter(filter, object, ['f'])[0];
  assert.deepEqual(first({ all: [{ any: [{ field: 'nope', op: 'known' }] }] })?.path, [
    'f',
    'all',
    0,
    'any',
    0,
    'field',
  ]);
  assert.ok(first({ field: 'nope', op: 'known' })?.allowed?.includes('name'));
  assert.deepEqual(first({ field: 'name', op: 'like' as Operator, value: 'x' })?.path, ['f', 'op']);
  assert.ok(first({ field: 'name', op: 'greater', value: 1 })?.allowed?.includes('contains'));
  assert.deepEqual(first({ field: 'stage', op: 'in', value: ['lead', 'boss'] })?.allowed, ['lead', 'customer']);
  const wrong: Filter[] = [
    { field: 'name', op: 'equals' },
    { field: 'name', op: 'known', value: 'x' },
    { field: 'name', op: 'in', value: 'x' },
    { field: 'name', op: 'in', value: [] },
    { field: 'name', op: 'equals', value: ['x'] },
    { field: 'amount', op: 'between', value: [1] },
    { field: 'amount', op: 'greater', value: 'much' },
    { field: 'born', op: 'before', value: 'yesterday' },
    { field: 'seen', op: 'within-last', value: '30 days' },
    { field: 'active', op: 'equals', value: 'perhaps' },
  ];
  for (const filter of wrong) assert.ok(first(filter), JSON.stringify(filter));
  let deep: Filter = { field: 'name', op: 'known' };
  for (let depth = 0; depth < DEEPEST_FILTER; depth++) deep = { all: [deep] };
  assert.ok(first(deep));
});
