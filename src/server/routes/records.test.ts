import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthRig } from '../health-rig.ts';

test('all records of a workspace are listed with their names on both sides, page by page', async () => {
  const { rig, see } = await healthRig();
  const first = await see.get('/records?limit=3');
  assert.equal(first.status, 200);
  assert.equal(first.body.items.length, 3);
  const second = await see.get(`/records?limit=200&after=${first.body.next}`);
  assert.equal(second.body.items.length, 7);
  assert.equal(second.body.next, null);
  const [record] = first.body.items;
  assert.equal(record.sync, 'people');
  assert.equal(record.a.name, record.b.name);
  assert.deepEqual(record.ends.a, { account: 'one', app: 'hubspot', object: 'contacts' });
  assert.equal((await rig.as('view-health', 'other').get('/records')).body.items.length, 0);
});

test('records are found by a text in names and addresses, whatever its case, by status, object and time', async () => {
  const { see, one, quiet } = await healthRig();
  const [person] = await one.people();
  const email = person?.values.email ?? '';
  const found = await see.get(`/records?text=${encodeURIComponent(email.toUpperCase())}`);
  assert.equal(found.body.items.length, 1);
  assert.equal(found.body.items[0].a.id, person?.id);
  const counts = async (query: string) => (await see.get(`/records?${query}`)).body.items.length;
  assert.equal(await counts('status=in-sync'), 10);
  assert.equal(await counts('status=failing'), 0);
  assert.equal(await counts('object=contacts&account=two&sync=people'), 10);
  assert.equal(await counts('object=deals'), 0);
  assert.equal(await counts('text=%25'), 0);
  assert.equal(await counts('from=2026-01-01T00:00:00Z'), 10);
  assert.equal(await counts('to=2026-01-01T00:00:00Z'), 0);
  assert.equal(await counts(`from=2026-01-01T00:00:00Z&text=${encodeURIComponent(email)}`), 1);
  // What a record is called follows the app, and letters beyond ASCII fold too.
  await one.act({ update: [{ id: person?.id, values: { lastname: 'Åström' } }] });
  await quiet();
  assert.equal(await counts(`text=${encodeURIComponent('åSTRÖM')}`), 1);
  assert.equal((await see.get('/records?limit=1000')).status, 400);
  assert.equal((await see.get('/records?after=x')).status, 400);
});

test('records that fail come as a CSV file with what is wrong and what to do', async () => {
  const { see, one, quiet } = await healthRig();
  const [person] = await one.people();
  await one.act({ archive: [person?.id] });
  await quiet();
  const file = await see.get('/records/file.csv?status=failing');
  assert.match(file.headers.get('content-type') ?? '', /text\/csv/);
  const [head, line, rest] = file.text.split('\r\n');
  assert.match(head ?? '', /^\uFEFF?sync,status,/);
  assert.match(line ?? '', /^people,failing,one,contacts,.*deleted-in-a.*Re-create it/);
  assert.equal(rest, '');
});
