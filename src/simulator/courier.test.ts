import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../lib/random.ts';
import { Courier } from './courier.ts';
import { simClock } from './sim-clock.ts';
import { type SimSettings, simSettings } from './sim-settings.ts';
import { stillClock } from './test-clock.ts';

function makeCourier(changed: Partial<SimSettings> = {}) {
  const clock = simClock(stillClock(0));
  const courier = new Courier<number>({
    clock,
    random: seededRandom(5),
    settings: simSettings(changed),
    envelope: {
      most: 3,
      body: (events, attempt) => JSON.stringify({ events, attempt }),
      headers: ({ now }) => ({ 'x-time': String(now) }),
      retryMilliseconds: (attempt) => (attempt < 1 ? 1000 : undefined),
    },
  });
  const take = () => courier.take().map((delivery) => ({ delivery, ...JSON.parse(delivery.body) }));
  return { clock, courier, take };
}

test('events travel in parcels of the app’s size, in order', () => {
  const { courier, take } = makeCourier();
  for (let n = 1; n <= 7; n++) courier.enqueue('http://a/', n);
  courier.enqueue('http://b/', 8);
  assert.deepEqual(
    take().map(({ delivery, events }) => [delivery.url, events]),
    [
      ['http://a/', [1, 2, 3]],
      ['http://a/', [4, 5, 6]],
      ['http://a/', [7]],
      ['http://b/', [8]],
    ],
  );
  assert.deepEqual(take(), []);
});

test('F4 a failed parcel comes again with its attempt counted, until the app gives up', () => {
  const { clock, courier, take } = makeCourier();
  courier.enqueue('http://a/', 1);
  for (const { delivery } of take()) courier.answered(delivery, 500);
  assert.deepEqual(take(), [], 'not at once');
  assert.equal(courier.nextDue(), 1000);
  clock.advance(1000);
  const [again] = take();
  assert.equal(again?.attempt, 1);
  if (again) courier.answered(again.delivery, undefined);
  assert.equal(courier.waiting, 0);
});

test('F4 events are lost, doubled and late as the settings say, the same for the same seed', () => {
  const outcome = () => {
    const { clock, courier, take } = makeCourier({
      webhookDrop: 0.3,
      webhookDuplicate: 0.3,
      webhookDelayMilliseconds: { atLeast: 0, atMost: 100 },
    });
    for (let n = 0; n < 100; n++) courier.enqueue('http://a/', n);
    clock.advance(100);
    return take().flatMap(({ events }) => events as number[]);
  };
  const events = outcome();
  assert.deepEqual(outcome(), events);
  assert.ok(new Set(events).size < 85, 'some are lost');
  assert.ok(events.length > new Set(events).size, 'some come twice');
  assert.notDeepEqual(
    events,
    events.toSorted((a, b) => a - b),
    'some overtake others',
  );
});
