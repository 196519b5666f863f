import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAgainSeconds } from './read-again.ts';

test('an app is read at its interval, sooner after a change, and at least every ten minutes', () => {
  assert.equal(readAgainSeconds(60, 'quiet', 1), 60);
  assert.equal(readAgainSeconds(60, 'moved', 1), 15);
  assert.equal(readAgainSeconds(3, 'moved', 1), 2);
  assert.equal(readAgainSeconds(3600, 'quiet', 1), 600);
  assert.equal(readAgainSeconds(null, 'quiet', 1), 600);
});

test('W5 the less of the day’s calls is left, the more rarely an app is read: writes keep their part', () => {
  assert.deepEqual(
    [0.6, 0.4, 0.2, 0.05].map((left) => readAgainSeconds(60, 'moved', left)),
    [15, 120, 240, 720],
  );
});

test('W5 reading three objects every minute does not use up a day of 30,000 tokens', () => {
  const most = 30_000;
  const day = 86_400;
  const reads: number[] = [];
  let least = 1;
  for (let now = 0; now < 5 * day; ) {
    while (reads[0] !== undefined && reads[0] <= now - day) reads.shift();
    const left = 1 - (reads.length * 30) / most;
    least = Math.min(least, left);
    reads.push(now);
    now += readAgainSeconds(60, 'quiet', left);
  }
  assert.ok(least > 0.1, `${Math.round(least * 100)} % were left`);
});
