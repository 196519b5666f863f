import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runFile } from './run-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'syncline-run-file-'));
after(() => rmSync(folder, { recursive: true }));

/** How a file with this text ends: how many tests passed, which failed, which were not run and why. */
async function run(text: string, limitSeconds = 60) {
  const path = join(folder, `${Math.random()}.test.ts`);
  writeFileSync(path, `import { before, describe, test } from 'node:test';\n${text}`);
  const { passed, failures, skipped } = await runFile(path, limitSeconds);
  return { passed, failed: failures.map(({ name }) => name), skipped, why: failures.map(({ why }) => why).join('\n') };
}

test('tests are counted where they stand, headings are not', async () => {
  const { passed, failed, skipped } = await run(`
    test('one', () => {});
    test('two', () => { throw new Error('bad'); });
    describe('group', () => { test('three', () => {}); test('four', () => { throw new Error('bad'); }); });
    test('parent', async (t) => { await t.test('child', () => { throw new Error('bad'); }); });
    describe('far', { skip: 'no server' }, () => { test('five', () => {}); });
    test('six', (t) => { t.diagnostic('not proved: no other server'); });`);
  assert.equal(passed, 3);
  assert.deepEqual(failed, ['two', 'group › four', 'parent › child']);
  assert.deepEqual(
    skipped.map(({ name, why }) => `${name}: ${why}`),
    ['far: no server', 'a part: no other server'],
  );
});

test('a failing hook fails the tests it stands before', async () => {
  const { passed, failed } = await run(
    "describe('group', () => { before(() => { throw new Error('bad'); }); test('one', () => {}); });",
  );
  assert.deepEqual([passed, failed], [0, ['group › one', 'group']]);
});

test('a failure tells what was thrown and where', async () => {
  const { why } = await run("test('one', () => { throw new Error('the reason'); });");
  assert.match(why, /the reason[\s\S]+\.test\.ts:2:/);
});

test('a file that crashes, ends early, is killed, hangs, or holds no tests has failed', async () => {
  const cases: [text: string, passed: number, failed: RegExp, why: RegExp][] = [
    ["throw new Error('crash')", 0, /ended with code 1/, /crash/],
    ["test('one', () => { process.exit(0); });", 0, /ended before its tests were done/, /^$/],
    ["test('one', () => {}); process.exitCode = 4;", 1, /ended with code 4/, /^$/],
    ["test('one', () => { process.kill(process.pid, 'SIGKILL'); });", 0, /ended by SIGKILL/, /^$/],
    ["test('one', () => { setImmediate(() => { throw new Error('late'); }); });", 1, /ended with code/, /late/],
    ["console.log('nothing here');", 0, /its tests were done|no tests/, /nothing here/],
  ];
  for (const [text, passed, failed, why] of cases) {
    const outcome = await run(text);
    assert.equal(outcome.failed.length, 1, text);
    assert.match(outcome.failed[0] ?? '', failed);
    assert.match(outcome.why, why);
    assert.equal(outcome.passed, passed, text);
  }
});

test('a file that hangs is ended at its limit, and its finished tests still count', async () => {
  const { passed, failed } = await run("test('one', () => {}); setInterval(() => {}, 1000);", 2);
  assert.deepEqual([passed, failed], [1, ['the file was not done after 2 s']]);
});
