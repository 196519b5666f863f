import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../lib/clock.ts';
import { simRequest } from '../../simulator/sim-request.ts';
import { makeSimulator } from './simulator.ts';

const bodies = [
  '',
  'null',
  '5',
  '[]',
  '{"inputs":',
  '{"inputs":5}',
  '{"inputs":[null]}',
  '{"inputs":[{}]}',
  '{"inputs":[{"id":null,"properties":null}]}',
  '{"inputs":[{"from":null}]}',
  '{"inputs":[{"from":{"id":1},"to":null}]}',
  '{"properties":null}',
  '{"properties":[1]}',
  '{"properties":{"email":{}}}',
  '{"properties":{"__proto__":"x","constructor":"y"}}',
  '{"properties":{},"associations":[{}]}',
  '{"filterGroups":null,"sorts":null,"properties":null,"query":null,"after":null}',
  '{"filterGroups":[{}]}',
  '{"filterGroups":[{"filters":[null]}]}',
  '{"filterGroups":[{"filters":[{"propertyName":"lastmodifieddate","operator":"GTE","value":"soon"}]}]}',
  '{"sorts":[null]}',
  '{"limit":"x"}',
];

const contacts = '/crm/v3/objects/contacts';
const associations = '/crm/v4/associations/contacts/companies';
const targets = [
  ...['', '/101', '/%zz', '/merge', '/gdpr-delete', '/search', '?limit=0&after=zz&properties=%00'].map(
    (end) => contacts + end,
  ),
  ...['read', 'create', 'update', 'upsert', 'archive'].map((end) => `${contacts}/batch/${end}`),
  ...['read', 'create', 'archive', 'labels/archive', 'associate/default'].map((end) => `${associations}/batch/${end}`),
  `${associations}/labels`,
  '/crm/v4/associations/definitions/configurations/contacts/companies/batch/create',
  '/crm/v4/objects/contacts/101/associations/companies/5',
  '/crm/v3/properties/contacts',
  '/crm/v3/properties/contacts/batch/create',
  '/crm/v3/pipelines/deals/default/stages',
  '/crm-object-schemas/v3/schemas',
  '/webhooks/v3/1/subscriptions',
  '/oauth/v1/token',
];

test('malformed calls are answered, whatever they hold, and never with a server error', () => {
  const simulator = makeSimulator({ clock: systemClock, records: 3, settings: { limits: 'off' } });
  const headers = { authorization: `Bearer ${simulator.accountAt('').secrets.token}` };
  for (const target of targets) {
    for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']) {
      for (const body of bodies) {
        const { status } = simulator.handle(simRequest(method, target, { headers, body }));
        assert.ok(status >= 200 && status < 500, `${method} ${target} ${body}: ${status}`);
      }
    }
  }
});

test('a record whose association is refused is not made', () => {
  const simulator = makeSimulator({ clock: systemClock });
  const headers = { authorization: `Bearer ${simulator.accountAt('').secrets.token}` };
  for (const to of [{ id: '999' }, { id: 999 }]) {
    const body = { properties: {}, associations: [{ to, types: [{ associationTypeId: 279 }] }] };
    assert.equal(simulator.handle(simRequest('POST', contacts, { headers, body })).status, 404);
  }
  assert.equal(simulator.admin.records('contacts').length, 0);
});
