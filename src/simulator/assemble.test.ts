import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simRequest } from './sim-request.ts';
import type { Simulator } from './simulator.ts';
import { stillClock } from './test-clock.ts';
import { makeToyApp } from './toy-app.ts';

function caller(app: Simulator) {
  return (method: string, target: string, body?: unknown, headers: Record<string, string> = { key: 'k' }) => {
    const reply = app.handle(simRequest(method, target, { body, headers }));
    return { ...reply, json: reply.body.startsWith('{') ? JSON.parse(reply.body) : undefined };
  };
}

test('calls find their routes, credentials are checked, what a handler throws becomes a reply', () => {
  const call = caller(makeToyApp({ clock: stillClock() }));
  assert.equal(call('GET', '/things', undefined, {}).status, 401);
  assert.equal(call('GET', '/nothing').status, 404);
  assert.equal(call('POST', '/things', { email: 'A@example.com' }).json.email, 'a@example.com');
  assert.deepEqual(call('POST', '/things', { email: 'a@example.com' }).json, { existing: '1' });
  assert.equal(call('POST', '/things', { name: 'bad' }).status, 422);
  assert.equal(call('PATCH', '/things/99', { name: 'x' }).status, 404);
  assert.equal(call('POST', '/things', '{"name":').status, 400);
});

test('limits refuse, tell what is left, and pass again once the clock moved on', () => {
  const app = makeToyApp({ clock: stillClock() });
  const call = caller(app);
  const lefts = Array.from({ length: 10 }, () => call('GET', '/things').headers['x-left']);
  assert.deepEqual([lefts[0], lefts[9]], ['9', '0']);
  const refused = call('GET', '/things');
  assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '60']);
  app.admin.advance(60_000);
  assert.equal(call('GET', '/things').status, 200);
  app.admin.set({ limits: 'off' });
  for (let n = 0; n < 50; n++) assert.equal(call('GET', '/things').status, 200);
});

test('too many calls at once are refused', () => {
  const app = makeToyApp({ clock: stillClock() });
  assert.equal(app.handle(simRequest('GET', '/things', { headers: { key: 'k' }, open: 3 })).status, 429);
});

test('the admin side does what people do, by the app’s own rules, and tells what happened', () => {
  const app = makeToyApp({ clock: stillClock() });
  const call = caller(app);
  const { created } = app.admin.edit('things', { create: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] });
  const [a, b, c] = created as [string, string, string];
  app.admin.edit('things', { update: [{ id: a, values: { name: ' A ' } }], archive: [b], purge: [c] });
  assert.deepEqual(
    call('GET', '/things').json.things.map(({ id }: { id: string }) => id),
    [a],
  );
  app.admin.edit('things', { restore: [b], merge: [{ primary: a, other: b }] });
  assert.deepEqual(app.admin.state().objects, { things: { live: 1, archived: 0 } });
  assert.deepEqual(
    app.admin.changes().map(({ kind, id, actor }) => `${kind} ${id} ${actor.kind}`),
    [
      `create ${a}`,
      `create ${b}`,
      `create ${c}`,
      `update ${a}`,
      `archive ${b}`,
      `purge ${c}`,
      `restore ${b}`,
      `merge ${a}`,
    ].map((line) => `${line} person`),
  );
  assert.equal(app.admin.changes(7).length, 1);
  assert.throws(() => app.admin.edit('nothing', { archive: ['1'] }), /no object type 'nothing'/);
});

test('the admin side over HTTP: records, faults, calls, clock, settings; mistakes are 400 with a sentence', () => {
  const app = makeToyApp({ clock: stillClock() });
  const call = caller(app);
  assert.deepEqual(call('POST', '/__sim/records/things', { create: [{ name: 'a' }] }).json.created, ['1']);
  assert.equal(call('GET', '/__sim/records/things/1').json.values.name, 'a');
  assert.equal(call('GET', '/__sim/records/things').json.records.length, 1);
  assert.equal(call('POST', '/__sim/faults', { kind: '429', match: { path: '/things' }, seconds: 3 }).status, 204);
  assert.equal(call('GET', '/things').headers['retry-after'], '3');
  call('GET', '/things');
  call('PATCH', '/things/1', { name: 'b' });
  assert.deepEqual(call('GET', '/__sim/calls').json, {
    total: 2,
    calls: { 'GET /things': 1, 'PATCH /things/{id}': 1 },
  });
  call('DELETE', '/__sim/calls');
  assert.equal(call('GET', '/__sim/calls').json.total, 0);
  const { now } = call('GET', '/__sim/state').json;
  assert.equal(call('POST', '/__sim/clock', { advanceSeconds: 90 }).json.now, now + 90_000);
  assert.equal(call('POST', '/__sim/settings', { searchLagMilliseconds: { atMost: 5 } }).status, 204);
  assert.equal(call('GET', '/__sim/state').json.settings.searchLagMilliseconds.atMost, 5);
  assert.equal(call('GET', '/__sim/changes?after=1').json.changes.length, 1);
  for (const [target, body] of [
    ['/__sim/settings', { nonsense: 1 }],
    ['/__sim/settings', { limits: 3 }],
    ['/__sim/faults', { kind: 'explode' }],
    ['/__sim/clock', { advanceSeconds: -1 }],
    ['/__sim/records/nothing', { create: [{}] }],
  ] as const) {
    const refused = call('POST', target, body);
    assert.ok(refused.status === 400 && refused.body.length > 10, target);
  }
});

test('the same seed and the same calls give the same bytes', () => {
  const run = (seed: number) => {
    const settings = {
      searchLagMilliseconds: { atLeast: 0, atMost: 3000 },
      webhookDelayMilliseconds: { atLeast: 0, atMost: 9 },
    };
    const app = makeToyApp({ clock: stillClock(), seed, settings, webhookUrl: 'http://127.0.0.1:1/' });
    app.admin.set({ limits: 'off' });
    const call = caller(app);
    const bytes: string[] = [];
    for (let n = 0; n < 30; n++) {
      call('POST', '/things', { name: `n${n}` });
      app.admin.advance(100);
      bytes.push(call('GET', '/search').body, ...(app.courier?.take() ?? []).map(({ body }) => body));
    }
    return bytes;
  };
  assert.deepEqual(run(4), run(4));
  assert.notDeepEqual(run(4), run(5));
});
