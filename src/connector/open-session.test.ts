import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../lib/clock.ts';
import { HttpFailure, httpReply } from '../lib/http.ts';
import type { Log } from '../lib/log.ts';
import { Failure } from './failure.ts';
import { memoryGauges } from './gauges.ts';
import { ok, sessionOn } from './session-bench.ts';

const dropped = new HttpFailure('unknown', 'ECONNRESET', 'toy.example.com broke off');
const unreachable = new HttpFailure('no', 'ECONNREFUSED', 'toy.example.com could not be reached');

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof Failure, `expected a Failure, not ${failure}`);
  return failure;
}

test('a request is signed, and its path is joined with the address of the account', async () => {
  const { session, sent } = sessionOn(() => ok({ a: 1 }));
  const reply = await session.request({
    method: 'POST',
    url: '/people',
    query: { limit: 5, after: undefined },
    body: { b: 2 },
  });
  assert.deepEqual(reply.json(), { a: 1 });
  assert.equal(sent[0]?.url, 'https://toy.example.com/api/people?limit=5');
  assert.equal(sent[0]?.headers?.authorization, 'Bearer k-1234567890');
  assert.equal(sent[0]?.headers?.['content-type'], 'application/json');
  assert.equal(sent[0]?.body, '{"b":2}');
  assert.equal(session.calls(), 1);
});

test('an address that an app gives leads nowhere but to the app', async () => {
  const { session, sent } = sessionOn(() => ok());
  await session.request({ method: 'GET', url: 'https://toy.example.com/api/next?page=2' });
  const failure = await failureOf(session.request({ method: 'GET', url: 'https://evil.example.com/steal' }));
  assert.equal(failure.kind, 'broken');
  assert.equal(sent.length, 1);
});

test('W5 a read is repeated a few times while the app is unavailable, then fails', async () => {
  const { session, sent } = sessionOn((_, n) => (n <= 2 ? httpReply(503) : ok()));
  await session.request({ method: 'GET', url: '/a' });
  assert.equal(sent.length, 3);
  const down = sessionOn(() => dropped);
  const failure = await failureOf(down.session.request({ method: 'GET', url: '/a' }));
  assert.deepEqual([failure.kind, failure.sent, down.sent.length], ['unavailable', 'no', 4]);
});

test('W2 a write whose outcome is unknown is never repeated', async () => {
  for (const outcome of [dropped, httpReply(500), httpReply(502), httpReply(504)]) {
    const { session, sent } = sessionOn(() => outcome);
    const failure = await failureOf(session.request({ method: 'POST', url: '/a', body: {} }));
    assert.deepEqual([failure.kind, failure.sent, sent.length], ['unavailable', 'unknown', 1]);
  }
});

test('W2 a write that surely did not arrive is repeated', async () => {
  const { session, sent } = sessionOn((_, n) => (n === 1 ? unreachable : ok()));
  await session.request({ method: 'POST', url: '/a', body: {} });
  assert.equal(sent.length, 2);
});

test('an answer to a write that is no JSON leaves its outcome unknown, one to a read is asked for again', async () => {
  const cut = httpReply(200, '{"results":[', { 'content-type': 'application/json' });
  const write = await sessionOn(() => cut).session.request({ method: 'POST', url: '/a', body: {} });
  assert.throws(
    () => write.json(),
    (error) => error instanceof Failure && error.kind === 'broken' && error.sent === 'unknown',
  );
  const { session, sent } = sessionOn((_, n) => (n === 1 ? cut : ok({ fine: true })));
  assert.deepEqual((await session.request({ method: 'GET', url: '/a' })).json(), { fine: true });
  assert.equal(sent.length, 2);
});

test('W5 Retry-After is waited out, for writes too, and binds every session on the account', async () => {
  const first = sessionOn((_, n) => (n === 1 ? httpReply(429, '', { 'retry-after': '20' }) : ok()));
  const gauges = memoryGauges(first.clock);
  const one = sessionOn((_, n) => (n === 1 ? httpReply(429, '', { 'retry-after': '20' }) : ok()), {
    parts: { gauges, clock: first.clock },
  });
  const other = sessionOn(() => ok(), { parts: { gauges, clock: first.clock } });
  const writing = one.session.request({ method: 'POST', url: '/a', body: {} });
  await first.clock.sleep(0);
  await other.session.request({ method: 'GET', url: '/b' });
  assert.ok(first.clock.monotonic() >= 20_000);
  await writing;
  assert.equal(one.sent.length, 2);
});

test('W5 a wait that is too long fails as throttled and says how long', async () => {
  const { session, sent } = sessionOn(() => httpReply(429, '', { 'retry-after': '900' }));
  const failure = await failureOf(session.request({ method: 'GET', url: '/a' }));
  assert.deepEqual(
    [failure.kind, failure.sent, Math.round(failure.retrySeconds ?? 0), sent.length],
    ['throttled', 'no', 900, 1],
  );
});

test('a wait for a limit ends with the stop of its owner, and the call is surely not sent', async () => {
  const stop = new AbortController();
  const { session, sent } = sessionOn(() => httpReply(429, {}, { 'retry-after': '100' }), {
    parts: { clock: systemClock, stop: stop.signal },
  });
  const asked = session.request({ method: 'POST', url: '/people' });
  setImmediate(() => stop.abort());
  await assert.rejects(asked, { kind: 'unavailable', sent: 'no', message: /stopped on request/ });
  await assert.rejects(session.request({ method: 'GET', url: '/people' }), { kind: 'unavailable' });
  assert.equal(sent.length, 1);
});

test('W5 without Retry-After the pauses grow, and end', async () => {
  const { session, sent, clock } = sessionOn(() => httpReply(429));
  const failure = await failureOf(session.request({ method: 'GET', url: '/a' }));
  assert.equal(failure.kind, 'throttled');
  assert.ok(sent.length > 3 && sent.length < 12 && clock.monotonic() > 10_000);
});

test('F14 expired secrets are renewed once however many calls find out, and each is then sent again', async () => {
  let renewals = 0;
  const renewSecrets = async () => {
    renewals += 1;
    return { key: 'k-new-9876543' };
  };
  const isNew = (request: { headers?: Record<string, string> }) =>
    request.headers?.authorization === 'Bearer k-new-9876543';
  const { session, sent } = sessionOn((request) => (isNew(request) ? ok() : httpReply(401)), {
    parts: { renewSecrets },
  });
  await Promise.all([1, 2, 3].map((n) => session.request({ method: 'POST', url: `/${n}`, body: {} })));
  assert.deepEqual([renewals, sent.length, session.secrets.key], [1, 6, 'k-new-9876543']);
});

test('F14 secrets that are refused again after renewal are unauthorized', async () => {
  const { session, sent } = sessionOn(() => httpReply(401), {
    parts: { renewSecrets: async () => ({ key: 'also-bad' }) },
  });
  const failure = await failureOf(session.request({ method: 'GET', url: '/a' }));
  assert.deepEqual([failure.kind, sent.length], ['unauthorized', 2]);
  assert.match(failure.message, /reconnect the account/);
});

test('S1 no call starts that might not end before the deadline', async () => {
  const { session, sent } = sessionOn(() => ok(), { parts: { deadline: () => 20_000, timeoutSeconds: 30 } });
  const failure = await failureOf(session.request({ method: 'GET', url: '/a' }));
  assert.deepEqual([failure.kind, failure.sent, sent.length], ['unavailable', 'no', 0]);
  await session.request({ method: 'GET', url: '/a', timeoutSeconds: 10 });
  assert.equal(sent[0]?.timeoutMilliseconds, 10_000);
});

test('secrets show in no message and no log line, wherever they come from', async () => {
  const lines: string[] = [];
  const keep = (message: string, facts?: object) => void lines.push(message + JSON.stringify(facts));
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };
  const { session } = sessionOn(() => new HttpFailure('unknown', 'EPROTO', 'cannot call https://u:k-1234567890@toy'), {
    parts: { log },
  });
  const failure = await failureOf(session.request({ method: 'GET', url: '/a/k-1234567890' }));
  session.log.info('using k-1234567890', { key2: 'k-1234567890' });
  assert.ok(![failure.message, String(failure.cause), ...lines].join().includes('k-1234567890'));
  assert.equal(lines.length, 5);
});

test('statuses that a connector wants to see come back, others fail by their kind', async () => {
  const { session } = sessionOn(() => httpReply(409, { message: 'there is one' }));
  assert.equal((await session.request({ method: 'POST', url: '/a', accept: [409] })).status, 409);
  const failure = await failureOf(session.request({ method: 'POST', url: '/a' }));
  assert.deepEqual([failure.kind, failure.sent], ['duplicate', 'no']);
});

test('a connector may classify any answer, those below 400 too', async () => {
  const { session, sent } = sessionOn((_, n) => ok({ error: n === 1 ? 'THROTTLED' : null }), {
    connector: {
      classify: (reply) => (reply.json<{ error: string | null }>().error ? { throttledSeconds: 3 } : undefined),
    },
  });
  await session.request({ method: 'POST', url: '/graphql', body: {} });
  assert.equal(sent.length, 2);
});

test('what is costly is learned once, what is opened is closed, and a failure is not remembered', async () => {
  const { session } = sessionOn(() => ok());
  let learned = 0;
  const learn = async () => {
    learned += 1;
    if (learned === 1) throw new Error('not yet');
    return learned;
  };
  await assert.rejects(session.remember('x', learn));
  assert.deepEqual(await Promise.all([session.remember('x', learn), session.remember('x', learn)]), [2, 2]);
  session.forget();
  assert.equal(await session.remember('x', learn), 3);
  let closed = 0;
  const open = async () => ({ value: 'pool', close: async () => void closed++ });
  assert.equal(await session.resource('db', open), 'pool');
  session.count(5);
  assert.equal(session.calls(), 5);
  await session.close();
  assert.equal(closed, 1);
});
