import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpReply } from '../lib/http.ts';
import { virtualClock } from '../lib/virtual-clock.ts';
import type { RateLimit } from './contract.ts';
import { Failure } from './failure.ts';
import { memoryGauges } from './gauges.ts';
import { ok, sessionOn } from './session-bench.ts';

const rate: RateLimit = { name: 'calls', gauge: 'rate', most: 10, windowSeconds: 2 };

test('W5 sessions on one account share its rate: no window holds more calls than it allows', async () => {
  const clock = virtualClock();
  const gauges = memoryGauges(clock);
  const times: number[] = [];
  const noting = () => {
    times.push(clock.monotonic());
    return ok();
  };
  const sessions = [1, 2, 3].map(() => sessionOn(noting, { connector: { limits: [rate] }, parts: { clock, gauges } }));
  await Promise.all(
    Array.from({ length: 60 }, (_, n) => sessions[n % 3]?.session.request({ method: 'GET', url: '/a' })),
  );
  for (const [index, time] of times.entries()) {
    const later = times[index + 10];
    assert.ok(later === undefined || later - time >= 2000, 'eleven calls in two seconds');
  }
  assert.ok(clock.monotonic() < 12_500, 'and no slower than need be');
});

test('W5 accounts have gauges of their own', async () => {
  const clock = virtualClock();
  const gauges = memoryGauges(clock);
  for (const account of ['one', 'two']) {
    const { session } = sessionOn(() => ok(), { connector: { limits: [rate] }, parts: { clock, gauges, account } });
    await Promise.all(Array.from({ length: 10 }, () => session.request({ method: 'GET', url: '/a' })));
  }
  assert.equal(clock.monotonic(), 0);
});

test('W5 so many calls at once and no more, and each that ends lets the next one in', async () => {
  const clock = virtualClock();
  const gauges = memoryGauges(clock);
  const limit: RateLimit = { name: 'at once', gauge: 'concurrency', most: 3 };
  let underWay = 0;
  let most = 0;
  const work = async () => {
    for (;;) {
      const entered = await gauges.enter('a', [{ limit, most: 3, kept: 0, cost: 1 }]);
      if ('leave' in entered) {
        most = Math.max(most, ++underWay);
        await clock.sleep(1000);
        underWay -= 1;
        return entered.leave();
      }
      await entered.freed;
    }
  };
  await Promise.all(Array.from({ length: 12 }, work));
  assert.deepEqual([most, clock.monotonic()], [3, 4000]);
});

test('W5 costly calls wait for their points, and one that costs more than there are goes alone', async () => {
  const limit: RateLimit = {
    name: 'points',
    gauge: 'cost',
    most: 100,
    windowSeconds: 1,
    cost: (request) => (request.url === '/big' ? 150 : 40),
  };
  const { session, clock } = sessionOn(() => ok(), { connector: { limits: [limit] } });
  await session.request({ method: 'GET', url: '/a' });
  await session.request({ method: 'GET', url: '/a' });
  assert.equal(clock.monotonic(), 0);
  await session.request({ method: 'GET', url: '/a' });
  assert.ok(clock.monotonic() >= 1000 && clock.monotonic() < 1100);
  await session.request({ method: 'GET', url: '/big' });
  assert.ok(clock.monotonic() >= 2000);
});

test('W5 what the app says is left counts, other programs having called too', async () => {
  const limit = { ...rate, most: 100, observe: () => ({ left: 1, resetSeconds: 5 }) };
  const { session, clock } = sessionOn(() => ok(), { connector: { limits: [limit] } });
  await session.request({ method: 'GET', url: '/a' });
  await session.request({ method: 'GET', url: '/a' });
  assert.equal(clock.monotonic(), 0);
  const blocked = sessionOn((_, n) => ok({}, { left: n === 1 ? '0' : '99' }), {
    connector: {
      limits: [{ ...rate, most: 100, observe: (reply) => ({ left: Number(reply.headers.left), resetSeconds: 5 }) }],
    },
  });
  await blocked.session.request({ method: 'GET', url: '/a' });
  await blocked.session.request({ method: 'GET', url: '/a' });
  assert.equal(blocked.clock.monotonic(), 5000);
});

test('W5 F3 a backfill leaves its share of the day to live changes, and a used up day is not waited for', async () => {
  const clock = virtualClock();
  const gauges = memoryGauges(clock);
  const limit: RateLimit = { name: 'day', gauge: 'daily', most: 10 };
  const parts = { clock, gauges };
  const backfill = sessionOn(() => ok(), { connector: { limits: [limit] }, parts: { ...parts, dailyShare: 0.8 } });
  const live = sessionOn(() => ok(), { connector: { limits: [limit] }, parts });
  for (let n = 0; n < 8; n++) await backfill.session.request({ method: 'GET', url: '/a' });
  await assert.rejects(
    backfill.session.request({ method: 'GET', url: '/a' }),
    (error) => error instanceof Failure && error.kind === 'throttled' && (error.retrySeconds ?? 0) > 80_000,
  );
  await live.session.request({ method: 'GET', url: '/a' });
  await live.session.request({ method: 'GET', url: '/a' });
  await assert.rejects(live.session.request({ method: 'GET', url: '/a' }));
});

test('W5 a backfill leaves that share too of what the app itself says is left', async () => {
  const clock = virtualClock();
  const limit: RateLimit = {
    name: 'day',
    gauge: 'daily',
    most: 100,
    observe: () => ({ left: 21, resetSeconds: 3600 }),
  };
  const { session } = sessionOn(() => ok(), { connector: { limits: [limit] }, parts: { clock } });
  const backfill = session.until(() => Number.POSITIVE_INFINITY, 0.8);
  await backfill.request({ method: 'GET', url: '/a' });
  await backfill.request({ method: 'GET', url: '/a' });
  const told = sessionOn(() => ok(), {
    connector: { limits: [{ ...limit, observe: () => ({ left: 20, resetSeconds: 3600 }) }] },
    parts: { clock },
  });
  const late = told.session.until(() => Number.POSITIVE_INFINITY, 0.8);
  await late.request({ method: 'GET', url: '/a' });
  await assert.rejects(
    late.request({ method: 'GET', url: '/a' }),
    (error) => error instanceof Failure && error.kind === 'throttled' && error.retrySeconds === 3600,
  );
  await told.session.request({ method: 'GET', url: '/a' });
});

test('a limit may be set by the account, and counts only the calls it is about', async () => {
  const limit: RateLimit = {
    ...rate,
    setting: 'callsPerWindow',
    requests: (request) => request.url.startsWith('/search'),
  };
  const settings = { baseUrl: 'https://toy.example.com', callsPerWindow: '2' };
  const { session, clock } = sessionOn(() => ok(), { connector: { limits: [limit] }, parts: { settings } });
  for (let n = 0; n < 50; n++) await session.request({ method: 'GET', url: '/list' });
  for (let n = 0; n < 2; n++) await session.request({ method: 'GET', url: '/search' });
  assert.equal(clock.monotonic(), 0);
  await session.request({ method: 'GET', url: '/search' });
  assert.ok(clock.monotonic() >= 2000);
});

test('a refused call gives its place back', async () => {
  const limit: RateLimit = { name: 'at once', gauge: 'concurrency', most: 1 };
  const { session } = sessionOn((_, n) => (n === 1 ? httpReply(400) : ok()), { connector: { limits: [limit] } });
  await assert.rejects(session.request({ method: 'GET', url: '/a' }));
  await session.request({ method: 'GET', url: '/a' });
});
