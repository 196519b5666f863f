import assert from 'node:assert/strict';
import { test } from 'node:test';
import { play } from './play.ts';

/** Issue 3: what a dead worker had goes on elsewhere within this time. */
const TAKE_OVER_SECONDS = 30;

test('S1 of three workers one is killed and one stopped in the middle of a batch: nothing is lost, nothing is twice', async (t) => {
  const size = { pairs: 12, rows: 10, stoppedSeconds: 5, editsASecond: 20 };
  const { edits, lost, twice, takeOverSeconds } = await play(size, (line) => t.diagnostic(line));
  assert.ok(edits > 0);
  assert.deepEqual({ lost, twice }, { lost: 0, twice: 0 });
  assert.ok(takeOverSeconds <= TAKE_OVER_SECONDS, `it took ${takeOverSeconds} s`);
});
