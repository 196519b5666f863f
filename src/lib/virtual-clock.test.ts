import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from './virtual-clock.ts';

test('time passes in sleeps alone, which end in the order of their ends', async () => {
  const clock = virtualClock(1000);
  const ended: string[] = [];
  const sleep = async (name: string, delay: number) => {
    await clock.sleep(delay);
    ended.push(`${name} ${clock.monotonic()}`);
  };
  await Promise.all([sleep('long', 3_600_000), sleep('short', 10), sleep('none', 0)]);
  assert.deepEqual(ended, ['none 0', 'short 10', 'long 3600000']);
  assert.equal(clock.now(), 3_601_000);
});

test('a sleep that is given up rejects with the reason, and moves no time', async () => {
  const clock = virtualClock();
  const stop = new AbortController();
  const sleeping = clock.sleep(1000, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(sleeping, /enough/);
  await assert.rejects(clock.sleep(1000, stop.signal), /enough/);
  assert.equal(clock.monotonic(), 0);
});
