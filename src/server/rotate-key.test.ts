import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { open, seal } from '../lib/crypto.ts';
import { systemRandom } from '../lib/random.ts';
import { addAccount } from '../store/account-list.ts';
import { saveAppClient } from '../store/app-clients.ts';
import type { Db } from '../store/db.ts';
import { workspaceId } from '../store/installation.ts';
import { sealedColumns } from '../store/sealed.ts';
import { testDatabase } from '../store/testing.ts';
import { accountContext } from './accounts.ts';
import { alertContext } from './alerts.ts';
import { clientContext } from './app-clients.ts';
import { hookContext } from './hook-door.ts';
import { installationKey, KeyUnusable } from './key.ts';
import { proveKey } from './key-proof.ts';
import { rotateKey } from './rotate-key.ts';

test('another key: every secret opens with it and none with the old one, also after a rotation that broke off', async () => {
  const { db } = await testDatabase();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'syncline-key-'));
  const old = await installationKey(dataDirectory, undefined, systemRandom);
  await proveKey({ db, key: old, random: systemRandom });
  await plant(db, old);
  const parts = { db, random: systemRandom, dataDirectory, given: { key: undefined, next: undefined } };
  assert.equal(await rotateKey(parts), 6);
  const now = await installationKey(dataDirectory, undefined, systemRandom);
  assert.equal((await stat(join(dataDirectory, 'key'))).mode & 0o777, 0o600);
  await assert.rejects(readFile(join(dataDirectory, 'key.next')));
  await proveKey({ db, key: now, random: systemRandom });
  await assert.rejects(proveKey({ db, key: old, random: systemRandom }), KeyUnusable);
  await opensAll(db, now);

  // It breaks off after the database and before the file: the file still holds the key before.
  const broken = { ...parts, given: { key: textOf(now), next: textOf(old) } };
  await rotateKey(broken);
  await assert.rejects(proveKey({ db, key: now, random: systemRandom }), KeyUnusable);
  assert.equal(await rotateKey(broken), 6);
  await opensAll(db, old);
  await rm(dataDirectory, { recursive: true });
});

test('a key of the environment is replaced by one of the environment', async () => {
  const { db } = await testDatabase();
  const given = { key: textOf(Buffer.alloc(32, 1)), next: undefined };
  await assert.rejects(
    rotateKey({ db, random: systemRandom, dataDirectory: '/nowhere', given }),
    /SYNCLINE_NEW_SECRET/,
  );
});

test('every column that may hold something sealed is sealed anew', async () => {
  const { db } = await testDatabase();
  const columns = await db.rows<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'syncline' and data_type = 'bytea'
       and (table_name, column_name) not in (('batch', 'items'), ('link', 'a_base'), ('link', 'b_base')) order by 1`,
  );
  assert.deepEqual(columns.map(({ name }) => name).sort(), sealedColumns());
});

async function plant(db: Db, key: Uint8Array): Promise<void> {
  const workspace = await workspaceId(db, 'default');
  const sealed = (context: string) => Buffer.from(seal('planted', key, context, systemRandom));
  const account = { key: 'crm', app: 'hubspot', settings: {}, secrets: sealed(accountContext('crm')) };
  const id = await addAccount(db, workspace, account);
  await saveAppClient(db, workspace, 'hubspot', {
    clientId: 'id',
    secret: sealed(clientContext(workspace, 'hubspot')),
  });
  await db.rows('insert into alert_setting (workspace, emails, secret) values ($1, $2, $3)', [
    workspace,
    [],
    sealed(alertContext(workspace)),
  ]);
  await db.rows(
    `insert into hook (account, token_hash, token, address, objects, handles, secret, state, tried_at)
     values ($1, 'hash', $2, 'http://x', '{}', '{}', $2, 'on', 1)`,
    [id, sealed(hookContext(String(id)))],
  );
}

async function opensAll(db: Db, key: Uint8Array): Promise<void> {
  const rows = await db.rows<{ sealed: Buffer; context: string }>(
    `select secrets as sealed, 'account ' || key as context from account
     union all select secret, 'client of ' || app || ' in workspace ' || workspace from app_client
     union all select secret, 'alerts of workspace ' || workspace from alert_setting
     union all select token, 'hook ' || account from hook union all select secret, 'hook ' || account from hook`,
  );
  assert.equal(rows.length, 5);
  for (const { sealed, context } of rows) assert.equal(open(sealed.toString(), key, context), 'planted');
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key).toString('base64url');
}
