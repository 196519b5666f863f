import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../lib/random.ts';
import { ascendingIds } from './ids.ts';
import { RecordTable } from './record-table.ts';
import { inOrder, lowerCased, trimmed } from './rewrite.ts';
import { type Actor, type Change, NoSuchRecord, UniqueClash } from './sim-record.ts';

const ann: Actor = { kind: 'person', id: 'ann' };

function makeTable(): { table: RecordTable; told: Omit<Change, 'seq' | 'at' | 'object'>[]; tick(): void } {
  const told: Omit<Change, 'seq' | 'at' | 'object'>[] = [];
  let now = 1000;
  const table = new RecordTable({
    object: 'people',
    nextId: ascendingIds(seededRandom(1), 1),
    stamp: () => now,
    fields: { email: { unique: true, rewrite: inOrder(trimmed, lowerCased) } },
    defaults: () => ({ stage: 'new' }),
    check: ({ name }) => assert.notEqual(name, 'refused', 'the app refuses'),
    changed: (change) => told.push(change),
  });
  return {
    table,
    told,
    tick: () => {
      now += 1;
    },
  };
}

test('values are rewritten, defaults filled in, empty ones dropped', () => {
  const { table } = makeTable();
  const record = table.create({ email: ' Ann@Example.COM ', name: '' }, ann);
  assert.deepEqual(record.values, { stage: 'new', email: 'ann@example.com' });
  assert.equal(table.find('email', 'ANN@example.com ')?.id, record.id);
});

test('an update with equal values changes nothing, not even the time of the last change', () => {
  const { table, told, tick } = makeTable();
  const { id } = table.create({ email: 'a@example.com', name: 'A' }, ann);
  tick();
  table.update(id, { email: 'A@EXAMPLE.com', phone: '' }, ann);
  assert.equal(table.get(id)?.updatedAt, 1000);
  table.update(id, { name: null }, ann);
  assert.equal(table.get(id)?.updatedAt, 1001);
  assert.equal(table.get(id)?.values.name, undefined);
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ['create', 'update'],
  );
});

test('one value of a unique field has one live record; archiving frees it', () => {
  const { table } = makeTable();
  const first = table.create({ email: 'a@example.com' }, ann);
  const second = table.create({ email: 'b@example.com' }, ann);
  const clash = (error: Error) => error instanceof UniqueClash && error.existingId === first.id;
  assert.throws(() => table.create({ email: 'A@example.com' }, ann), clash);
  assert.throws(() => table.update(second.id, { email: 'a@example.com' }, ann), clash);
  assert.throws(() => table.probe({ email: 'a@example.com' }), clash);
  assert.equal(table.get(second.id)?.values.email, 'b@example.com', 'a refused update leaves the record as it was');
  table.archive(first.id, ann);
  table.update(second.id, { email: 'a@example.com' }, ann);
  assert.throws(() => table.restore(first.id, ann), UniqueClash);
});

test('refused values leave no trace', () => {
  const { table, told } = makeTable();
  assert.throws(() => table.create({ name: 'refused' }, ann), /refuses/);
  assert.throws(() => table.probe({ name: 'refused' }), /refuses/);
  assert.deepEqual([table.size, told.length], [0, 0]);
});

test('a listing pages by id over live or over archived records', () => {
  const { table } = makeTable();
  const ids = Array.from({ length: 12 }, () => table.create({}, ann).id);
  table.archive(ids[3] ?? '', ann);
  const first = table.page('live', undefined, 5);
  assert.deepEqual([first.records.map(({ id }) => id), first.next], [['1', '2', '3', '5', '6'], '7']);
  const rest = table.page('live', first.next, 50);
  assert.deepEqual([rest.records.length, rest.next], [6, undefined]);
  assert.deepEqual(
    table.page('archived', undefined, 5).records.map(({ id }) => id),
    ['4'],
  );
});

test('A2 after a merge both old ids lead to the new record, through several merges', () => {
  const { table, told } = makeTable();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => table.create({ email: `${name}@example.com` }, ann).id) as [
    string,
    string,
    string,
  ];
  const ab = table.merge(a, b, 'new-id', { email: 'a@example.com' }, ann);
  const abc = table.merge(c, ab.id, 'new-id', { email: 'c@example.com' }, ann);
  for (const id of [a, b, c, ab.id]) assert.equal(table.get(id)?.id, abc.id);
  assert.deepEqual(abc.mergedIds, [a, b, c, ab.id]);
  assert.deepEqual(told.at(-1)?.mergedIds, [c, ab.id]);
  assert.equal(table.size, 1);
  assert.equal(table.find('email', 'a@example.com'), undefined, 'the loser’s address is free');
  assert.throws(() => table.merge(a, b, 'new-id', {}, ann), NoSuchRecord);
});

test('a merge into the primary keeps its id', () => {
  const { table } = makeTable();
  const [a, b] = [table.create({ name: 'A' }, ann).id, table.create({ name: 'B' }, ann).id];
  assert.equal(table.merge(a, b, 'primary', { name: 'A' }, ann).id, a);
  assert.equal(table.get(b)?.id, a);
});

test('an archived record is shown by its id only, takes no change, and comes back', () => {
  const { table } = makeTable();
  const { id } = table.create({ name: 'A' }, ann);
  table.archive(id, ann);
  assert.equal(table.get(id)?.archivedAt, 1000);
  assert.throws(() => table.update(id, { name: 'B' }, ann), NoSuchRecord);
  assert.throws(() => table.archive(id, ann), NoSuchRecord);
  assert.equal(table.restore(id, ann).archivedAt, undefined);
  table.purge(id, ann);
  assert.equal(table.get(id), undefined);
});
