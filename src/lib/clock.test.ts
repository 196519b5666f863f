import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from './clock.ts';

test('a sleep ends after its delay', async () => {
  const start = systemClock.monotonic();
  await systemClock.sleep(20);
  assert.ok(systemClock.monotonic() - start >= 19);
});

test("a sleep given up rejects with the signal's reason, before or during it", async () => {
  const reason = new Error('stopping');
  await assert.rejects(systemClock.sleep(60_000, AbortSignal.abort(reason)), reason);
  const stop = new AbortController();
  const sleeping = systemClock.sleep(60_000, stop.signal);
  stop.abort(reason);
  await assert.rejects(sleeping, reason);
});
