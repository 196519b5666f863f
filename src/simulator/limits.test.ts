import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Limits } from './limits.ts';
import { simRequest } from './sim-request.ts';

const call = simRequest('GET', '/x');

test('a rolling window lets so many calls through in any stretch of its length', () => {
  const limits = new Limits([{ name: 'ten', most: 3, windowMilliseconds: 10_000, window: 'rolling' }]);
  const passed = [0, 4000, 8000, 9000, 9999, 10_000, 10_001, 14_000, 14_001].filter(
    (at) => limits.admit(call, at, 'on').refusedBy === undefined,
  );
  assert.deepEqual(passed, [0, 4000, 8000, 10_000, 14_000]);
});

test('a refusal says how many whole seconds to wait, and waiting them is enough', () => {
  const limits = new Limits([{ name: 'ten', most: 2, windowMilliseconds: 10_000, window: 'rolling' }]);
  limits.admit(call, 100, 'on');
  limits.admit(call, 5000, 'on');
  const verdict = limits.admit(call, 6000, 'on');
  assert.deepEqual(verdict, { refusedBy: 'ten', retryAfterSeconds: 5 });
  assert.equal(limits.admit(call, 6000 + 5000, 'on').refusedBy, undefined);
});

test('a daily budget begins anew at midnight', () => {
  const day = 86_400_000;
  const limits = new Limits([{ name: 'day', most: 2, windowMilliseconds: day, window: 'fixed' }]);
  for (const at of [1, 2]) assert.equal(limits.admit(call, at, 'on').refusedBy, undefined);
  assert.deepEqual(limits.admit(call, day - 1500, 'on'), { refusedBy: 'day', retryAfterSeconds: 2 });
  assert.equal(limits.admit(call, day, 'on').refusedBy, undefined);
  assert.deepEqual(limits.state(day), { day: { most: 2, left: 1 } });
});

test('points: a costly call waits for room, a cheap one passes; each gauge counts what it covers', () => {
  const limits = new Limits([
    {
      name: 'points',
      most: 10,
      windowMilliseconds: 1000,
      window: 'rolling',
      covers: ({ path }) => path !== '/free',
      cost: ({ path }) => (path === '/dear' ? 8 : 1),
    },
  ]);
  assert.equal(limits.admit(simRequest('GET', '/dear'), 0, 'on').refusedBy, undefined);
  assert.equal(limits.admit(simRequest('GET', '/dear'), 10, 'on').refusedBy, 'points');
  assert.equal(limits.admit(call, 10, 'on').refusedBy, undefined);
  assert.equal(limits.admit(simRequest('GET', '/free'), 10, 'on').refusedBy, undefined);
  assert.equal(limits.state(10).points?.left, 1);
});

test('too many calls at once are refused; with limits off everything passes and is counted', () => {
  const limits = new Limits([{ name: 'one', most: 1, windowMilliseconds: 1000, window: 'rolling' }], 2);
  assert.equal(limits.admit({ ...call, open: 3 }, 0, 'on').refusedBy, 'concurrency');
  for (let n = 0; n < 5; n++) assert.equal(limits.admit({ ...call, open: 9 }, 0, 'off').refusedBy, undefined);
  assert.equal(limits.state(0).one?.left, 0);
});
