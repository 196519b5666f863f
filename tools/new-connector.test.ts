import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeConnector } from './new-connector.ts';

const source = join(import.meta.dirname, '../src');

test('a new connector conforms as it is written, and is not written over', () => {
  const root = mkdtempSync(join(tmpdir(), 'new-connector-'));
  try {
    mkdirSync(join(root, 'src'));
    for (const part of ['connector', 'lib', 'model', 'simulator'])
      symlinkSync(join(source, part), join(root, 'src', part));
    const folder = writeConnector(root, 'two-words');
    const connector = readFileSync(join(root, folder, 'connector.ts'), 'utf8');
    assert.match(connector, /name: 'two-words',\n\s+label: 'Two Words'/);
    // A test run inside a test run would report to the outer one.
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
    const said = execFileSync(process.execPath, ['--test', join(root, folder, 'connector.test.ts')], {
      encoding: 'utf8',
      env,
    });
    assert.match(said, /fail 0/);
    assert.doesNotMatch(said, /pass 0/);
    assert.throws(() => writeConnector(root, 'two-words'), /there already/);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a name that is none is refused', () => {
  for (const name of ['', '../up', 'Big', 'with space', '9lives'])
    assert.throws(() => writeConnector('/nowhere', name), /lower case/);
});
