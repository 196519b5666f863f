import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiled, field, input, mapping, schema } from '../../test/model/example.ts';
import type { User } from './field.ts';

const users: { a: User[]; b: User[] } = {
  a: [
    { id: '1', email: 'Ann@x.se', name: 'Ann Lee' },
    { id: '2', email: 'bo@x.se' },
    { id: '3', name: 'Cy' },
  ],
  b: [
    { id: 'u1', email: 'ann@X.se' },
    { id: 'u2', email: 'bob@y.se' },
  ],
};

function owner(given: Record<string, string>, type: 'user' | 'text' = 'user') {
  const schemas = { a: schema('deals', [field('owner', 'user')]), b: schema('projects', [field('owner', type)]) };
  const settings = { mappings: [mapping('owner', 'owner')], match: 'none' as const, users: given };
  const [pair] = compiled(input(settings, { schemas, users })).rules.mappings;
  return (from: 'a' | 'b', id: string) => {
    const there = pair?.convert(from, [id], {}) ?? { values: [] };
    return 'values' in there ? there.values[0] : there.problem;
  };
}

test('owners pair by e-mail, and else by the table, named by e-mail or id', () => {
  assert.equal(owner({})('a', '1'), 'u1');
  assert.equal(owner({})('b', 'u1'), '1');
  assert.equal(owner({ 'bo@x.se': 'bob@y.se' })('a', '2'), 'u2');
  assert.equal(owner({ 'bo@x.se': 'u2' })('b', 'u2'), '2');
  assert.equal(owner({ '1': 'u2' })('a', '1'), 'u2', 'the table comes first');
});

test('an owner without a partner is a named failure', () => {
  for (const id of ['2', '3', 'gone']) assert.equal(owner({})('a', id), 'unknown-option');
  assert.equal(owner({ 'bo@x.se': 'nobody' })('a', '2'), 'unknown-option');
});

test('an owner flows into text as the table says, or as the e-mail address', () => {
  assert.deepEqual(
    ['1', '2', '3', '4'].map((id) => owner({ 'bo@x.se': 'bo.berg' }, 'text')('a', id)),
    ['Ann@x.se', 'bo.berg', 'Cy', '4'],
  );
});
