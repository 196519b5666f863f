import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { seededRandom } from '../lib/random.ts';
import { AuthorizationServer, type Grant, isRefusal } from './authorization-server.ts';
import { simClock } from './sim-clock.ts';
import { stillClock } from './test-clock.ts';

function makeServer(refreshTokens: 'kept' | 'rotated' = 'kept') {
  const clock = simClock(stillClock());
  const facts = {
    clientId: 'me',
    clientSecret: 's3',
    scopes: ['all'],
    accessSeconds: 1800,
    codeSeconds: 60,
    prefix: 't',
  };
  const server = new AuthorizationServer({ ...facts, clock, random: seededRandom(1), refreshTokens });
  const authorize = (more: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      client_id: 'me',
      redirect_uri: 'http://127.0.0.1:9/back',
      state: 'x',
      ...more,
    });
    return new URL(String(server.authorize(query))).searchParams;
  };
  const token = (fields: Record<string, string>) =>
    server.token(new URLSearchParams({ client_id: 'me', client_secret: 's3', ...fields }));
  const redeem = (code: string | null, more: Record<string, string> = {}) =>
    token({ grant_type: 'authorization_code', code: code ?? '', redirect_uri: 'http://127.0.0.1:9/back', ...more });
  const granted = (answer: object): Grant => {
    assert.ok(!isRefusal(answer), JSON.stringify(answer));
    return answer as Grant;
  };
  return { server, clock, authorize, token, redeem, granted };
}

test('a code is good once, for its client, its address and a minute', () => {
  const { authorize, redeem, clock, granted, token } = makeServer();
  const back = authorize();
  assert.equal(back.get('state'), 'x');
  assert.equal(granted(redeem(back.get('code'))).expiresSeconds, 1800);
  assert.ok(isRefusal(redeem(back.get('code'))));
  assert.ok(isRefusal(redeem(authorize().get('code'), { redirect_uri: 'http://127.0.0.1:9/other' })));
  assert.ok(isRefusal(token({ client_secret: 'wrong', grant_type: 'authorization_code' })));
  const late = authorize().get('code');
  clock.advance(60_000);
  assert.ok(isRefusal(redeem(late)));
});

test('PKCE: only whoever knows the verifier can redeem the code', () => {
  const { authorize, redeem, granted } = makeServer();
  const verifier = 'v'.repeat(43);
  const challenge = {
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  granted(redeem(authorize(challenge).get('code'), { code_verifier: verifier }));
  assert.ok(isRefusal(redeem(authorize(challenge).get('code'), { code_verifier: 'w'.repeat(43) })));
  assert.ok(isRefusal(redeem(authorize(challenge).get('code'))));
});

test('access tokens run out and are renewed by the refresh token', () => {
  const { server, clock, authorize, redeem, token, granted } = makeServer();
  const first = granted(redeem(authorize().get('code')));
  assert.equal(server.check(first.accessToken).state, 'valid');
  clock.advance(1_800_000);
  assert.equal(server.check(first.accessToken).state, 'expired');
  const second = granted(token({ grant_type: 'refresh_token', refresh_token: first.refreshToken }));
  assert.equal(second.refreshToken, first.refreshToken);
  assert.equal(server.check(second.accessToken).state, 'valid');
  server.revoke();
  assert.equal(server.check(second.accessToken).state, 'unknown');
  assert.ok(isRefusal(token({ grant_type: 'refresh_token', refresh_token: first.refreshToken })));
});

test('F14 with rotation a refresh token is dead once it was used', () => {
  const { authorize, redeem, token, granted } = makeServer('rotated');
  const first = granted(redeem(authorize().get('code')));
  const second = granted(token({ grant_type: 'refresh_token', refresh_token: first.refreshToken }));
  assert.notEqual(second.refreshToken, first.refreshToken);
  assert.ok(isRefusal(token({ grant_type: 'refresh_token', refresh_token: first.refreshToken })));
  granted(token({ grant_type: 'refresh_token', refresh_token: second.refreshToken }));
});
