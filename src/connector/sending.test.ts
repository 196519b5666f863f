import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpFailure, httpReply } from '../lib/http.ts';
import type { WriteResult } from './contract.ts';
import { Failure } from './failure.ts';
import { bulk, each, eachAtOnce, withoutValues } from './sending.ts';
import { type Answer, ok, sessionOn } from './session-bench.ts';

interface Item {
  name: string;
}

const items = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }));

const send = bulk<Item>({
  request: (all) => ({ method: 'POST', url: '/batch', body: all }),
  results: (reply, all) => all.map(({ name }) => (reply.json<string[]>().includes(name) ? { done: name } : undefined)),
  refusal: (_, { name }) => ({ kind: 'invalid', message: `${name} is bad` }),
});

/** All or none: one bad item and nothing of the batch is done. */
const allOrNone: (bad: string[]) => Answer = (bad) => (request) => {
  const names = (JSON.parse(String(request.body)) as Item[]).map(({ name }) => name);
  return names.some((name) => bad.includes(name)) ? httpReply(400) : ok(names);
};

function shown(results: WriteResult[]): string[] {
  return results.map((one) => ('done' in one ? one.done : 'refused' in one ? one.refused.kind : 'unknown'));
}

test('F22 a bad item is found by halves, and all the others are done', async () => {
  const { session, sent } = sessionOn(allOrNone(['b']));
  assert.deepEqual(shown(await send(session, items)), ['a', 'invalid', 'c', 'd', 'e']);
  assert.ok(sent.length <= 7);
});

test('F22 an item that the answer does not mention is unknown', async () => {
  const { session } = sessionOn(() => ok(['a', 'c', 'd', 'e']));
  assert.deepEqual(shown(await send(session, items)), ['a', 'unknown', 'c', 'd', 'e']);
});

test('a batch that fails as a whole is thrown; one that fails half way tells each item', async () => {
  const { session } = sessionOn(() => httpReply(403));
  await assert.rejects(send(session, items), (error) => error instanceof Failure && error.kind === 'forbidden');
  const bad = allOrNone(['b']);
  const half = sessionOn((request, n) =>
    n === 3 ? new HttpFailure('unknown', 'timeout', 'no answer') : bad(request, n),
  );
  assert.deepEqual(shown(await send(half.session, items)), ['unknown', 'unknown', 'c', 'd', 'e']);
});

test('no items are no call', async () => {
  const { session, sent } = sessionOn(() => ok([]));
  assert.deepEqual([await send(session, []), sent.length], [[], 0]);
});

test('W3 one by one, each item has its own outcome, and what was not sent is put back', async () => {
  const one = each<Item>(async (s, { name }) => {
    const reply = await s.request({ method: 'POST', url: `/${name}`, body: {} });
    return { done: reply.json<{ id: string }>().id };
  });
  const answers: Record<string, ReturnType<Answer>> = {
    a: ok({ id: 'A' }),
    b: httpReply(422),
    c: httpReply(504),
    d: httpReply(429, '', { 'retry-after': '9000' }),
    e: ok({ id: 'E' }),
  };
  const { session, sent } = sessionOn(({ url }) => answers[url.slice(-1)] ?? ok());
  assert.deepEqual(shown(await one(session, items)), ['A', 'invalid', 'unknown', 'throttled', 'throttled']);
  assert.equal(sent.length, 4);
});

test('W3 several at once, outcomes keep their order, and trouble with the account ends it after those under way', async () => {
  const two = eachAtOnce<Item>(2, async (s, { name }) => {
    const reply = await s.request({ method: 'POST', url: `/${name}`, body: {} });
    return { done: reply.json<{ id: string }>().id };
  });
  const answers: Record<string, ReturnType<Answer>> = {
    a: httpReply(422),
    b: ok({ id: 'B' }),
    c: ok({ id: 'C' }),
    d: httpReply(429, '', { 'retry-after': '9000' }),
    e: ok({ id: 'E' }),
  };
  const { session, sent } = sessionOn(({ url }) => answers[url.slice(-1)] ?? ok());
  assert.deepEqual(shown(await two(session, items)), ['invalid', 'B', 'C', 'throttled', 'throttled']);
  assert.equal(sent.length, 4);
  const locked = sessionOn(() => httpReply(401));
  await assert.rejects(
    two(locked.session, items),
    (error) => error instanceof Failure && error.kind === 'unauthorized',
  );
  assert.equal(locked.sent.length, 2);
});

test('a message is left without the values it quotes', () => {
  assert.equal(
    withoutValues('Email ann@example.com is invalid', ['ann@example.com', 'is', null]),
    'Email … is invalid',
  );
});
