import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Client, Signature } from '@hubspot/api-client';
import { systemClock } from '../../lib/clock.ts';
import { makeSimulator } from './simulator.ts';
import { hubspot } from './simulator-bench.ts';
import { appId } from './simulator-portal.ts';

test('webhooks carry the signature that the vendor’s client verifies', async () => {
  const got: { headers: IncomingHttpHeaders; body: string }[] = [];
  let arrived = () => {};
  const first = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const receiver = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    got.push({ headers: request.headers, body });
    response.writeHead(200).end();
    arrived();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?x=1`;
  const { simulator } = await hubspot();
  const developer = new Client({ basePath: simulator.url, developerApiKey: 'any' });
  await developer.webhooks.settingsApi.configure(appId, { targetUrl: url, throttling: { maxConcurrentRequests: 10 } });
  await developer.webhooks.subscriptionsApi.create(appId, { eventType: 'contact.creation', active: true } as never);
  simulator.admin.edit('contacts', { create: Array.from({ length: 130 }, (_, n) => ({ email: `n${n}@example.com` })) });
  await first;
  const { headers, body } = got[0] ?? assert.fail();
  const options = {
    signatureVersion: 'v3',
    signature: String(headers['x-hubspot-signature-v3']),
    timestamp: Number(headers['x-hubspot-request-timestamp']),
    clientSecret: simulator.oauth?.clientSecret ?? '',
    url,
    requestBody: body,
  };
  assert.equal(Signature.isValid(options), true);
  assert.equal(Signature.isValid({ ...options, requestBody: `${body} ` }), false);
  const events = JSON.parse(body);
  assert.equal(events.length, 100, 'up to 100 events in one request');
  assert.deepEqual(
    [events[0].subscriptionType, typeof events[0].objectId, events[0].changeSource],
    ['contact.creation', 'number', 'CRM_UI'],
  );
  receiver.close();
});

test('webhooks tell of changes, merges, associations and erasure', () => {
  const quiet = makeSimulator({ clock: systemClock, webhookUrl: 'http://127.0.0.1:9/' });
  const {
    created: [a = '', b = ''],
  } = quiet.admin.edit('contacts', { create: [{ email: 'a@example.com' }, { email: 'b@example.com' }] });
  const {
    created: [x = ''],
  } = quiet.admin.edit('companies', { create: [{ name: 'X' }] });
  quiet.admin.edit('contacts', {
    update: [{ id: a, values: { phone: '1' } }],
    associate: [{ id: a, to: { object: 'companies', id: x }, label: 'Primary' }],
  });
  const {
    merged: [c = ''],
  } = quiet.admin.edit('contacts', { merge: [{ primary: a, other: b }] });
  quiet.admin.edit('contacts', { purge: [c] });
  quiet.admin.edit('companies', { archive: [x], restore: [] });
  quiet.admin.edit('companies', { restore: [x] });
  const events = (quiet.courier?.take() ?? []).flatMap(({ body }) => JSON.parse(body));
  const kinds = events.map(({ subscriptionType, objectTypeId, propertyName = '' }) =>
    [subscriptionType, objectTypeId, propertyName].join(' ').trim(),
  );
  assert.deepEqual(kinds, [
    'object.creation 0-1',
    'object.creation 0-1',
    'object.creation 0-2',
    'object.propertyChange 0-1 phone',
    'object.associationChange 0-1',
    'object.associationChange 0-1',
    'object.merge 0-1',
    'contact.privacyDeletion',
    'object.deletion 0-2',
    'object.restore 0-2',
  ]);
  const merge = events.find(({ subscriptionType }) => subscriptionType === 'object.merge');
  assert.deepEqual(
    [merge.primaryObjectId, merge.mergedObjectIds, merge.newObjectId],
    [Number(a), [Number(b)], Number(c)],
  );
});
