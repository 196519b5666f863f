import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpFailure, systemHttp } from '../lib/http.ts';
import type { FaultKind } from './faults.ts';
import { serve } from './serve.ts';
import { simRequest } from './sim-request.ts';
import type { Simulator } from './simulator.ts';
import { simulatorHttp } from './simulator-http.ts';
import { stillClock } from './test-clock.ts';
import { makeToyApp } from './toy-app.ts';

const create = { method: 'POST', headers: { key: 'k' }, body: '{"name":"a"}' };

/** What each fault leaves behind, and what the caller sees: a status, or `failed` for an answer that never came whole. */
const expected: Record<FaultKind, { made: number; seen: number | 'failed' }> = {
  '429': { made: 0, seen: 429 },
  '500-before': { made: 0, seen: 500 },
  '500-after': { made: 1, seen: 500 },
  'drop-before': { made: 0, seen: 'failed' },
  'drop-after': { made: 1, seen: 'failed' },
  slow: { made: 1, seen: 'failed' },
  truncated: { made: 1, seen: 'failed' },
  'bad-json': { made: 1, seen: 201 },
  empty: { made: 1, seen: 201 },
};

test('each fault does what its name says, in the same process and over a socket', async () => {
  for (const [kind, { made, seen }] of Object.entries(expected) as [FaultKind, (typeof expected)['429']][]) {
    const clock = stillClock();
    const inProcess = makeToyApp({ clock });
    const served = await serve(makeToyApp({ clock }), { port: 0 });
    const ways = [
      { app: inProcess, http: simulatorHttp(inProcess, clock) },
      { app: served, http: systemHttp },
    ];
    for (const { app, http } of ways) {
      app.admin.fault({ kind, seconds: 60, match: { method: 'POST', path: '/things' } });
      const request = { ...create, url: `${app.url}/things`, timeoutMilliseconds: 20_000 };
      // A served app sleeps on the clock it was given, which here takes no time: it is slow to no one.
      const slowToNobody = kind === 'slow' && app === served;
      const answer = await http.request(request).catch((error: HttpFailure) => error);
      assert.equal(answer instanceof HttpFailure ? 'failed' : answer.status, slowToNobody ? 201 : seen, kind);
      if (answer instanceof HttpFailure) assert.equal(answer.sent, 'unknown', kind);
      if (kind === 'bad-json' && !(answer instanceof HttpFailure)) {
        assert.throws(() => JSON.parse(Buffer.from(answer.body).toString()), kind);
      }
      assert.equal(app.admin.records('things').length, made, kind);
      assert.equal((await http.request(request)).status, 201, `${kind} strikes once`);
    }
    await served.stop();
  }
});

test('a fault waits for its call: method, beginning of the path, pattern', () => {
  const app = makeToyApp({ clock: stillClock() });
  const status = (method: string, target: string) =>
    app.handle(simRequest(method, target, { headers: { key: 'k' } })).status;
  app.admin.fault({ kind: '500-before', match: { method: 'get', path: '/*arch' }, times: 2 });
  assert.equal(status('GET', '/things'), 200);
  assert.equal(status('POST', '/search'), 404);
  assert.equal(status('GET', '/search?x=1'), 500);
  assert.deepEqual(
    app.admin.state().faults.map(({ times }) => times),
    [1],
  );
  app.admin.clearFaults();
  assert.equal(status('GET', '/search'), 200);
  assert.throws(() => app.admin.fault({ kind: 'explode' as FaultKind }), /there is no fault 'explode'/);
});

test('G1 a list can come back empty as if there were nothing', () => {
  const app = makeToyApp({ clock: stillClock() });
  app.admin.edit('things', { create: [{}, {}, {}] });
  app.admin.fault({ kind: 'empty' });
  assert.deepEqual(JSON.parse(getThings(app).body), { things: [] });
  assert.equal(JSON.parse(getThings(app).body).things.length, 2);
});

test('a fault of some probability strikes the same calls for the same seed', () => {
  const struck = (seed: number) => {
    const app = makeToyApp({ clock: stillClock(), seed, settings: { limits: 'off' } });
    app.admin.fault({ kind: '429', probability: 0.3, times: 1000 });
    return Array.from({ length: 100 }, () => getThings(app).status === 429);
  };
  assert.deepEqual(struck(1), struck(1));
  assert.notDeepEqual(struck(1), struck(2));
  const share = struck(1).filter(Boolean).length;
  assert.ok(share > 15 && share < 45, `${share} of 100`);
});

function getThings(app: Simulator) {
  return app.handle(simRequest('GET', '/things', { headers: { key: 'k' } }));
}
