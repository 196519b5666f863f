import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connectorsDoc, objectsPath, path } from './connectors-doc.ts';

test('docs/connectors.md and the catalogue’s objects are as the connectors declare: else run npm run connectors-doc', async () => {
  const { doc, standard } = await connectorsDoc();
  assert.equal(readFileSync(path, 'utf8'), doc);
  assert.deepEqual(JSON.parse(readFileSync(objectsPath, 'utf8')), JSON.parse(JSON.stringify(standard)));
});
