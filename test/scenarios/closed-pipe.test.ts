import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ended, makeDesk, startCommand } from './command.ts';

test('a command whose reader has gone ends quietly, one that runs on as if it were asked to stop', async () => {
  const desk = makeDesk();
  const environment = { SYNCLINE_DATA: desk.data };
  for (const words of [['apps'], ['apps', '--json'], ['--help'], ['start', '--port', '0', '--no-open']]) {
    const { code, err } = await unread(words, environment);
    assert.deepEqual([words[0], code, err], [words[0], 0, '']);
  }
  const refused = await unread(['status', '--key', 'none', '--json', '--server', 'http://127.0.0.1:1'], environment);
  assert.deepEqual([refused.code, refused.err], [2, ''], 'how it ended is told all the same');
  desk.clear();
});

/** Runs a command into a pipe that nobody reads. */
function unread(words: string[], environment: Record<string, string>): Promise<Ended> {
  const { process, ended } = startCommand(words, environment);
  process.stdout?.destroy();
  return ended;
}
