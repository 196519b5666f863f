import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../lib/random.ts';
import type { Settings, SyncSettings } from '../model/settings.ts';
import type { Db } from './db.ts';
import { applySettings, KeyTaken, workspaceId } from './installation.ts';
import { listAccounts, listSyncs, readSecrets } from './listings.ts';
import { postgresStore } from './postgres-store.ts';
import { deleteAccount, deleteSync } from './removal.ts';
import { Fenced } from './store.ts';
import { insertLinks, linkBetween, observed, rigSettings, shown } from './suite/rig.ts';
import { testDatabase } from './testing.ts';

const options = { random: seededRandom(7) };

test('settings become accounts, feeds and syncs, and applying them again changes nothing', async () => {
  const { db, workspace } = await newWorkspace();
  const applied = await applySettings(db, workspace, twoSyncs(), options);
  assert.deepEqual(applied.made, ['contacts', 'leads']);
  assert.deepEqual(Object.keys(applied.feeds), ['crm/contacts', 'shop/customers', 'shop/leads']);
  const again = await applySettings(db, workspace, twoSyncs(), options);
  assert.deepEqual(again, { ...applied, made: [], changed: [] });
  assert.deepEqual(
    (await listAccounts(db, workspace)).map((each) => [each.key, each.app]),
    [
      ['crm', 'hubspot'],
      ['shop', 'postgres'],
    ],
  );
  assert.equal((await feedObjects(db)).length, 3);
  const [contacts] = await listSyncs(db, workspace);
  assert.deepEqual(contacts?.settings, twoSyncs().syncs.contacts);
  assert.deepEqual([contacts?.version, contacts?.enabled, contacts?.progress], [1, true, { phase: 'new', version: 0 }]);
  const salts = await Promise.all(
    Object.values(applied.syncs).map(async (id) => (await postgresStore(db).sync(id)).salt),
  );
  assert.equal(new Set(salts).size, 2);
});

test('a change that decides about records raises the version; turning off, speed and brakes do not', async () => {
  const { db, workspace } = await newWorkspace();
  await applySettings(db, workspace, twoSyncs(), options);
  const quiet = twoSyncs({
    enabled: false,
    everySeconds: 5,
    brakes: { create: 'off', update: 'off', empty: 'off', archive: 'off' },
  });
  assert.deepEqual((await applySettings(db, workspace, quiet, options)).changed, []);
  assert.deepEqual((await applySettings(db, workspace, twoSyncs({ default: 'b' }), options)).changed, ['contacts']);
  const [contacts, leads] = await listSyncs(db, workspace);
  assert.equal(contacts?.version, 2);
  assert.equal(leads?.version, 1);
});

test('an account’s app and a sync’s ends cannot change under their key, and nothing of a refused file is saved', async () => {
  const { db, workspace } = await newWorkspace();
  await applySettings(db, workspace, twoSyncs(), options);
  const otherApp = twoSyncs({ default: 'b' });
  otherApp.accounts.shop = { app: 'carddav', settings: {}, secrets: {} };
  await refuses(db, workspace, otherApp, /account shop is an account of postgres/);
  const moved = twoSyncs({ default: 'b', b: { account: 'shop', object: 'people' } });
  await refuses(
    db,
    workspace,
    moved,
    /sync contacts keeps customers of shop on side b, and cannot be moved to people of shop/,
  );
  const nowhere = twoSyncs({ a: { account: 'elsewhere', object: 'contacts' } });
  await refuses(db, workspace, nowhere, /names the account elsewhere, which is not there/);
  assert.deepEqual(
    (await listSyncs(db, workspace)).map((each) => each.version),
    [1, 1],
  );
});

test('a sync that the file does not name is left alone, and told', async () => {
  const { db, workspace } = await newWorkspace();
  await applySettings(db, workspace, twoSyncs(), options);
  const { leads: _leads, ...syncs } = twoSyncs().syncs;
  const applied = await applySettings(db, workspace, { ...twoSyncs(), syncs }, options);
  assert.deepEqual(applied.unnamed, ['leads']);
  assert.equal((await listSyncs(db, workspace)).length, 2);
});

test('secrets are stored only as they were sealed, and stay where a later file has no seal', async () => {
  const { db, workspace } = await newWorkspace();
  const { accounts } = await applySettings(db, workspace, twoSyncs(), options);
  assert.equal(await readSecrets(db, accounts.crm as string), null);
  const seal = (secrets: Record<string, string>, account: string) => Buffer.from(`${account}:${Object.keys(secrets)}`);
  await applySettings(db, workspace, twoSyncs(), { ...options, seal });
  await applySettings(db, workspace, twoSyncs(), options);
  assert.equal(Buffer.from((await readSecrets(db, accounts.crm as string)) ?? []).toString(), 'crm:token');
});

test('a scratch takes settings and forgets them', async () => {
  const { db, workspace } = await newWorkspace();
  await db.scratch(async (scratch) => {
    const applied = await applySettings(scratch, workspace, twoSyncs(), options);
    assert.equal((await postgresStore(scratch).sync(applied.syncs.contacts as string)).key, 'contacts');
  });
  assert.deepEqual(await listSyncs(db, workspace), []);
});

test('a deleted sync is gone with all it knew, feeds that nobody else reads too, and its worker is fenced off', async () => {
  const { db, workspace } = await newWorkspace();
  const { syncs, feeds } = await applySettings(db, workspace, twoSyncs(), options);
  const store = postgresStore(db);
  const contacts = syncs.contacts as string;
  const lease = await store.claim('sync', contacts, 'worker', 60);
  assert.ok(lease);
  await store.saveSync(lease, { phase: 'live', version: 1, run: 'r1' });
  for (const feed of Object.values(feeds)) {
    await store.observe(
      feed,
      observed(await store.ask(), { records: [shown('1', {}, { keys: { email: 'x' } })], stage: 'yes' }),
    );
  }
  const [link] = await insertLinks(store, lease, [linkBetween('', '1', '1')]);
  const row = {
    run: 'r1',
    link: link?.id ?? '',
    side: 'a',
    op: 'link',
    record: '1',
    before: {},
    after: {},
    rule: {},
    edges: {},
  };
  await store.commit(lease, { history: [{ ...row, side: 'a', op: 'link' }], work: [] });
  await deleteSync(db, contacts);
  await assert.rejects(store.commit(lease, {}), Fenced);
  assert.deepEqual(
    (await listSyncs(db, workspace)).map((each) => each.key),
    ['leads'],
  );
  assert.deepEqual(await feedObjects(db), ['contacts', 'leads']);
  await deleteSync(db, contacts);
  assert.equal(await deleteAccount(db, (await listAccounts(db, workspace))[0]?.id as string), false);
  await deleteSync(db, syncs.leads as string);
  for (const account of await listAccounts(db, workspace)) assert.equal(await deleteAccount(db, account.id), true);
  assert.deepEqual(await rowsLeft(db), {});
});

test('a sync is turned off and on', async () => {
  const { db, workspace } = await newWorkspace();
  const { syncs } = await applySettings(db, workspace, twoSyncs(), options);
  const store = postgresStore(db);
  await applySettings(db, workspace, twoSyncs({ enabled: false }), options);
  assert.equal((await store.sync(syncs.contacts as string)).settings.enabled, false);
  assert.equal((await store.sync(syncs.leads as string)).shared, false);
  await applySettings(db, workspace, twoSyncs(), options);
  assert.equal((await store.sync(syncs.contacts as string)).settings.enabled, true);
  assert.equal((await store.sync(syncs.leads as string)).shared, true);
});

test('workspaces do not see each other', async () => {
  const one = await newWorkspace();
  const two = await workspaceId(one.db, 'two');
  const a = await applySettings(one.db, one.workspace, twoSyncs(), options);
  const b = await applySettings(one.db, two, twoSyncs(), options);
  assert.notDeepEqual(a.feeds, b.feeds);
  const own = await postgresStore(one.db).sync(a.syncs.contacts as string);
  assert.deepEqual(own.neighbours, [{ a: 'contacts', b: 'leads' }]);
  assert.equal(await workspaceId(one.db, 'two'), two);
});

async function newWorkspace(): Promise<{ db: Db; workspace: string }> {
  const { db } = await testDatabase();
  return { db, workspace: await workspaceId(db, 'one') };
}

async function feedObjects(db: Db): Promise<string[]> {
  return (await db.rows<{ object: string }>('select object from feed order by id')).map(({ object }) => object);
}

function twoSyncs(contacts: Partial<SyncSettings> = {}): Settings {
  const crm = { account: 'crm', object: 'contacts' };
  return {
    accounts: {
      crm: { app: 'hubspot', settings: { baseUrl: 'http://127.0.0.1' }, secrets: { token: 't' } },
      shop: { app: 'postgres', settings: {}, secrets: { url: 'u' } },
    },
    syncs: {
      contacts: { ...rigSettings({ a: crm, b: { account: 'shop', object: 'customers' } }), ...contacts },
      leads: rigSettings({ a: crm, b: { account: 'shop', object: 'leads' } }),
    },
  };
}

async function refuses(db: Db, workspace: string, settings: Settings, message: RegExp): Promise<void> {
  await assert.rejects(applySettings(db, workspace, settings, options), (error: Error) => {
    assert.ok(error instanceof KeyTaken);
    assert.match(error.message, message);
    return true;
  });
}

/** Tables with rows, but for workspaces and migrations. */
async function rowsLeft(db: Db): Promise<Record<string, number>> {
  const tables = await db.rows<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'syncline' and c.relkind in ('r', 'p') and c.relname not in ('workspace', 'migration')`,
  );
  const left: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await db.rows<{ count: number }>(`select count(*) as count from ${name}`);
    if (row?.count) left[name] = row.count;
  }
  return left;
}
