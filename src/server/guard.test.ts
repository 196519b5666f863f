import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeApp } from './app.ts';
import { identifyBy } from './identify.ts';
import { setupCode } from './routes/setup.ts';
import { firstAdmin, ORIGIN, PASSWORD, testBrowser } from './test-browser.ts';
import { testRig } from './testing.ts';

test('a change by cookie from a foreign page, or from nowhere, is refused', async () => {
  const { installation } = await testRig();
  const admin = await firstAdmin(installation);
  const make = (headers: Record<string, string>) =>
    admin.call('POST', '/api/v1/keys', { name: 'x', role: 'view-health' }, headers);
  assert.equal((await make({ origin: 'https://evil.example' })).status, 403);
  assert.equal((await make({ origin: 'null' })).status, 403);
  assert.equal((await make({ origin: 'http://localhost:9999' })).status, 403);
  assert.equal((await make({ origin: 'http://evil.example:4400', host: 'evil.example:4400' })).status, 403);
  assert.equal((await make({ origin: ORIGIN })).status, 201);
  const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const app = makeApp(installation, identifyBy(installation));
  const bare = { method: 'POST', headers: { cookie, 'content-type': 'application/json' } };
  assert.equal((await app.request(`${ORIGIN}/api/v1/keys`, { ...bare, body: '{}' })).status, 403);
});

test('only JSON of a bounded size is taken', async () => {
  const { installation } = await testRig();
  const app = makeApp(installation, identifyBy(installation));
  const post = (body: string, type: string, path = '/api/v1/setup') =>
    app.request(`${ORIGIN}${path}`, { method: 'POST', headers: { 'content-type': type }, body });
  assert.equal((await post('code=1', 'application/x-www-form-urlencoded')).status, 415);
  assert.equal((await post('{}', 'text/plain')).status, 415);
  assert.equal((await post('{"code":', 'application/json')).status, 400);
  assert.equal((await post(JSON.stringify({ code: 'x'.repeat(1_100_000) }), 'application/json')).status, 413);
});

test('answers say that nothing may frame them, guess their type or keep them', async () => {
  const { installation } = await testRig();
  const { headers } = await testBrowser(installation).call('GET', '/api/v1/setup');
  assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('referrer-policy'), 'same-origin');
  assert.equal(headers.get('cache-control'), 'no-store');
});

test('cookies are out of reach of scripts and other sites, and secure where the server is reached by https', async () => {
  for (const url of [null, 'https://sync.example.com']) {
    const { installation } = await testRig({ url });
    const browser = testBrowser(installation, url ?? ORIGIN);
    const first = { code: setupCode(installation), name: 'Ann', email: 'ann@example.com', password: PASSWORD };
    const made = await browser.call('POST', '/api/v1/setup', first);
    const cookies = made.headers.getSetCookie();
    assert.ok(cookies.length > 0, made.text);
    for (const cookie of cookies) {
      assert.match(cookie, /HttpOnly/i);
      assert.match(cookie, /SameSite=Lax/i);
      assert.equal(/; Secure/i.test(cookie), url !== null);
    }
    assert.equal((await browser.call('GET', '/api/v1/me')).status, 200);
  }
});

test('wrong passwords are slowed, by person and without saying who is known; other people come in meanwhile', async () => {
  const { installation } = await testRig();
  await firstAdmin(installation);
  const browser = testBrowser(installation);
  const tryIn = (email: string, password: string) =>
    browser.call('POST', '/api/auth/sign-in/email', { email, password });
  const tries = await Promise.all(Array.from({ length: 14 }, () => tryIn('nobody@example.com', 'a wrong password')));
  const slowed = tries.filter(({ status }) => status === 429);
  assert.equal(slowed.length, 6);
  assert.ok(Number(slowed[0]?.headers.get('retry-after')) >= 1);
  assert.equal((await tryIn('ann@example.com', PASSWORD)).status, 200);
});

test('guesses of keys at the figures for Prometheus count as those at the API, each for its own address', async () => {
  const { installation } = await testRig({ url: 'https://sync.example.com' });
  const browser = testBrowser(installation, 'https://sync.example.com');
  const guess = async (path: string, from: string) => {
    const headers = { authorization: 'Bearer a-guess', 'x-forwarded-for': from };
    return (await browser.call('GET', path, undefined, headers)).status;
  };
  for (let n = 0; n < 15; n++) {
    assert.equal(await guess('/metrics', '198.51.100.7'), 401);
    assert.equal(await guess('/api/v1/me', '198.51.100.7'), 401);
  }
  assert.equal(await guess('/metrics', '198.51.100.7'), 429);
  assert.equal(await guess('/metrics', '198.51.100.8'), 401);
});

test('guesses of keys, invitations and the setup code are slowed by address', async () => {
  const { installation } = await testRig();
  const browser = testBrowser(installation);
  const statuses: number[] = [];
  for (let guess = 0; guess < 32; guess++) {
    const how = guess % 2;
    const answer = how
      ? await browser.call('GET', '/api/v1/me', undefined, { authorization: `Bearer guess-${guess}` })
      : await browser.call('POST', '/api/v1/invitations/look', { token: `guess-${guess}` });
    statuses.push(answer.status);
  }
  assert.deepEqual([...new Set(statuses.slice(0, 30))].sort(), [401, 404]);
  assert.deepEqual([...new Set(statuses.slice(30))], [429]);
});
