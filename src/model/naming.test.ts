import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field, Schema } from './field.ts';
import { nameOf, namingOf } from './naming.ts';

test('a person is called by the full name, else by first and last name, else by the e-mail address', () => {
  const naming = namingOf(schema('person', ['id', 'first_name', 'last_name', 'email', 'city']));
  assert.equal(nameOf(naming, { first_name: 'Ann', last_name: 'Lee', email: 'ann@x.example' }), 'Ann Lee');
  assert.equal(nameOf(naming, { first_name: null, last_name: 'Lee' }), 'Lee');
  assert.equal(nameOf(naming, { first_name: ' ', email: 'ann@x.example' }), 'ann@x.example');
  assert.equal(nameOf(naming, {}), null);
  assert.deepEqual(naming.search.toSorted(), ['email', 'first_name', 'last_name', 'id'].toSorted());
});

test('a record without the name that its kind has is not called by another text of its app', () => {
  const naming = namingOf(schema('person', ['source', 'first_name', 'email']));
  assert.equal(nameOf(naming, { source: 'INTEGRATION' }), null);
  assert.ok(!naming.search.includes('source'));
});

test('a table of no known meaning is called by its keys and its first text', () => {
  const naming = namingOf({ ...schema(undefined, ['number', 'remark']), keys: ['number'] });
  assert.equal(nameOf(naming, { number: '17', remark: 'x' }), '17');
  assert.equal(nameOf(naming, { number: null }), null);
});

function schema(means: Schema['means'], names: string[]): Schema {
  const fields: Field[] = names.map((name) => ({ name, label: name, type: 'text', writable: 'always' }));
  const can = { create: 'yes', update: 'yes', archive: 'yes', delete: 'yes' } as const;
  return {
    app: 'toy',
    object: 'things',
    label: 'Things',
    ...(means ? { means } : {}),
    fields,
    associations: [],
    keys: ['id'].filter((key) => names.includes(key)),
    can,
  };
}
