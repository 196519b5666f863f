import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectors, simulators } from '../src/connectors/registry.ts';
import { registryOf, registryPath } from './registry.ts';

const root = join(import.meta.dirname, '..');

test('the registry is as the folders are; `npm run registry` writes it anew', () => {
  assert.equal(readFileSync(join(root, registryPath), 'utf8'), registryOf(root));
});

test('every connector goes by the name of its folder', () => {
  const imported = [...registryOf(root).matchAll(/from '\.\/([\w-]+)\/connector\.ts'/g)].map(([, app]) => app);
  assert.deepEqual(
    connectors.map((connector) => connector.app.name),
    imported,
  );
});

test('every simulator that is registered can be loaded', async () => {
  for (const [app, load] of Object.entries(simulators)) {
    assert.equal(typeof (await load()), 'function', app);
  }
});
