import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../lib/random.ts';
import { normaliseSync } from '../model/file/normalise.ts';
import { aside } from './aside.ts';
import type { Db } from './db.ts';
import { applySettings, workspaceId } from './installation.ts';
import { postgresStore } from './postgres-store.ts';
import { testDatabase } from './testing.ts';

test('what is done aside is done to a copy: nothing of it stands, and nobody waits for it', async () => {
  const { db } = await testDatabase();
  const { sync, feed } = await onePair(db);
  const store = postgresStore(db);
  await store.observe(feed, seen('1', 'Ann'));
  await aside(db, { sync }, async (copy) => {
    const there = postgresStore(copy);
    assert.deepEqual((await there.records(feed, ['1']))[0]?.values, { name: 'Ann' });
    const lease = await there.claim('sync', sync, 'me', 60);
    assert.ok(lease);
    await there.saveSync(lease, { phase: 'live', version: 1 });
    await there.observe(feed, seen('1', 'Bea'));
    await there.observe(feed, seen('2', 'Cy'));
    // The real world goes on meanwhile.
    assert.ok(await store.claim('sync', sync, 'somebody else', 60));
    await store.observe(feed, seen('3', 'Dan'));
    assert.equal((await there.records(feed, ['3'])).length, 0);
    assert.equal((await there.due(sync, 10)).length, 2);
  });
  assert.deepEqual((await store.records(feed, ['1', '2', '3'])).map(({ values }) => values.name).sort(), [
    'Ann',
    'Dan',
  ]);
  assert.equal((await store.sync(sync)).progress.phase, 'new');
  assert.equal((await db.rows('select from work')).length, 0);
});

test('every table of the schema is covered aside, so that nothing is written in earnest by mistake', async () => {
  const { db } = await testDatabase();
  const { workspace } = await onePair(db);
  const uncovered = await aside(db, { workspace }, (copy) =>
    copy.rows<{ name: string }>(
      `select c.relname as name from pg_class c
       where c.relnamespace = 'syncline'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
         and c.relname <> 'migration' and pg_table_is_visible(c.oid)`,
    ),
  );
  assert.deepEqual(uncovered, []);
});

test('links that are changed aside are counted aside', async () => {
  const { db } = await testDatabase();
  const { sync } = await onePair(db);
  const store = postgresStore(db);
  await aside(db, { sync }, async (copy) => {
    await copy.rows(
      `insert into link (sync, id, a_id, generation, stage, status, a_base, b_base) values ($1, 1, 'x', 0, 'open', 'waiting', '', '')`,
      [sync],
    );
    assert.equal((await postgresStore(copy).counts(sync)).waiting, 1);
  });
  assert.equal((await store.counts(sync)).waiting, 0);
});

async function onePair(db: Db): Promise<{ workspace: string; sync: string; feed: string }> {
  const account = { app: 'postgres', settings: {}, secrets: {} };
  const people = normaliseSync({
    a: { account: 'one', object: 'p' },
    b: { account: 'two', object: 'p' },
    enabled: false,
  });
  const settings = { accounts: { one: account, two: account }, syncs: { people } };
  const workspace = await workspaceId(db, 'default');
  const applied = await applySettings(db, workspace, settings, { random: systemRandom });
  return { workspace, sync: applied.syncs.people as string, feed: applied.feeds['one/p'] as string };
}

let asked = 0;

function seen(id: string, name: string) {
  const records = [{ id, values: { name }, keys: {} }];
  return { asked: ++asked, how: 'direct' as const, ordered: false, records, gone: [], fields: ['name'] };
}
