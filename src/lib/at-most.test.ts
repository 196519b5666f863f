import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atMost } from './at-most.ts';

test('no more than so many run at once, in the order they came, and a failure gives its place on', async () => {
  const limited = atMost(2);
  let running = 0;
  let most = 0;
  const began: number[] = [];
  const work = (n: number) => async () => {
    began.push(n);
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    if (n === 1) throw new Error('one fails');
    return n;
  };
  const ended = await Promise.allSettled([0, 1, 2, 3, 4].map((n) => limited(work(n))));
  assert.equal(most, 2);
  assert.deepEqual(began, [0, 1, 2, 3, 4]);
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  );
});
