import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeStore } from './edge-store.ts';
import type { Actor } from './sim-record.ts';

const ann: Actor = { kind: 'person', id: 'ann' };
const contact = (id: string) => ({ object: 'contacts', id });
const company = (id: string) => ({ object: 'companies', id });
const works = { type: 1, inverse: 2 };
const owns = { type: 3, inverse: 4 };

test('an association is seen from both ends by the type of each', () => {
  const edges = new EdgeStore();
  assert.equal(edges.add(contact('1'), company('9'), works, ann), true);
  assert.equal(edges.add(contact('1'), company('9'), works, ann), false);
  edges.add(contact('1'), company('9'), owns, ann);
  assert.deepEqual([...(edges.of(contact('1'), 'companies').get('9') ?? [])], [1, 3]);
  assert.deepEqual([...(edges.of(company('9'), 'contacts').get('1') ?? [])], [2, 4]);
  edges.remove(company('9'), contact('1'), 2, ann);
  assert.deepEqual([...(edges.of(contact('1'), 'companies').get('9') ?? [])], [3]);
  assert.equal(edges.remove(contact('1'), company('9'), 'all', ann), true);
  assert.equal(edges.of(contact('1'), 'companies').size + edges.of(company('9'), 'contacts').size, 0);
});

test('after a merge the survivor has what either had, and never itself', () => {
  const edges = new EdgeStore();
  edges.add(contact('1'), company('8'), works, ann);
  edges.add(contact('2'), company('8'), works, ann);
  edges.add(contact('2'), company('9'), owns, ann);
  edges.add(contact('1'), contact('2'), { type: 5, inverse: 5 }, ann);
  for (const id of ['1', '2']) edges.move(contact(id), contact('3'));
  assert.deepEqual([...edges.of(contact('3'), 'companies').keys()], ['8', '9']);
  assert.deepEqual([...edges.of(company('8'), 'contacts').keys()], ['3']);
  assert.equal(edges.of(contact('3'), 'contacts').size, 0);
});

test('a record that is gone for good leaves no association behind', () => {
  const edges = new EdgeStore();
  const told: string[] = [];
  edges.listen(({ kind }) => told.push(kind));
  edges.add(contact('1'), company('8'), works, ann);
  edges.drop(contact('1'));
  assert.equal(edges.of(company('8'), 'contacts').size, 0);
  assert.deepEqual(told, ['add']);
});
