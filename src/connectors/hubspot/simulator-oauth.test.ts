import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '@hubspot/api-client';
import { systemHttp } from '../../lib/http.ts';
import { failureOf, hubspot } from './simulator-bench.ts';

test('OAuth: a code for tokens, a call with them, expiry and refresh', async () => {
  const { simulator } = await hubspot();
  const { clientId = '', clientSecret = '', authorizePath } = simulator.oauth ?? {};
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: 'http://127.0.0.1:9/back',
    scope: 'oauth crm.objects.contacts.read',
    state: 's',
  });
  const consent = await systemHttp.request({ method: 'GET', url: `${simulator.url}${authorizePath}?${query}` });
  const back = new URL(consent.headers.location ?? '');
  assert.equal(back.searchParams.get('state'), 's');
  const client = new Client({ basePath: simulator.url });
  const { tokensApi, accessTokensApi, refreshTokensApi } = client.oauth;
  const code = back.searchParams.get('code') ?? '';
  const tokens = await tokensApi.create('authorization_code', code, 'http://127.0.0.1:9/back', clientId, clientSecret);
  assert.equal(tokens.expiresIn, 1800);
  client.setAccessToken(tokens.accessToken);
  assert.deepEqual((await client.crm.contacts.basicApi.getPage()).results, []);
  const info = await accessTokensApi.get(tokens.accessToken);
  assert.deepEqual([info.hubId, info.scopes], [48400100, ['oauth', 'crm.objects.contacts.read']]);
  assert.equal((await refreshTokensApi.get(tokens.refreshToken)).clientId, clientId);
  simulator.admin.advance(1_801_000);
  const expired = await failureOf(client.crm.contacts.basicApi.getPage());
  assert.deepEqual([expired.code, expired.body.category], [401, 'EXPIRED_AUTHENTICATION']);
  const renewed = await tokensApi.create(
    'refresh_token',
    undefined,
    undefined,
    clientId,
    clientSecret,
    tokens.refreshToken,
  );
  client.setAccessToken(renewed.accessToken);
  await client.crm.contacts.basicApi.getPage();
  await refreshTokensApi.archive(tokens.refreshToken);
  assert.equal(
    (
      await failureOf(
        tokensApi.create('refresh_token', undefined, undefined, clientId, clientSecret, tokens.refreshToken),
      )
    ).code,
    400,
  );
});

test('wrong credentials are refused', async () => {
  const { simulator } = await hubspot();
  const stranger = new Client({ basePath: simulator.url, accessToken: 'nobody' });
  const failure = await failureOf(stranger.crm.contacts.basicApi.getPage());
  assert.deepEqual([failure.code, failure.body.category], [401, 'INVALID_AUTHENTICATION']);
});
