import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { people, type people_v1 } from '@googleapis/people';
import { systemClock } from '../../lib/clock.ts';
import type { ServedSimulator } from '../../simulator/simulator.ts';
import { startSimulator } from './simulator.ts';

const personFields = 'names,emailAddresses,biographies,memberships,metadata';

suite('Google’s own client drives the simulator', () => {
  let google: ServedSimulator;
  let api: people_v1.People;
  before(async () => {
    google = await startSimulator({ port: 0, clock: systemClock, records: 120, settings: { limits: 'off' } });
    const headers = { authorization: `Bearer ${google.account.secrets.token}` };
    api = people({ version: 'v1', rootUrl: `${google.url}/`, headers });
  });
  after(() => google.stop());

  const list = async (more: people_v1.Params$Resource$People$Connections$List = {}) =>
    (await api.people.connections.list({ resourceName: 'people/me', personFields, requestSyncToken: true, ...more }))
      .data;

  test('it lists contacts in pages, the last with a sync token, and tells what changed and what was deleted', async () => {
    const first = await list({ pageSize: 100 });
    assert.equal(first.connections?.length, 100);
    assert.equal(first.nextSyncToken, undefined);
    const last = await list({ pageSize: 100, pageToken: first.nextPageToken ?? '' });
    assert.equal(last.connections?.length, 20);
    const [one, two] = first.connections ?? [];
    await api.people.deleteContact({ resourceName: one?.resourceName ?? '' });
    const emailAddresses = [{ value: 'new@example.com' }];
    await api.people.updateContact({
      resourceName: two?.resourceName ?? '',
      updatePersonFields: 'emailAddresses',
      personFields,
      requestBody: { metadata: two?.metadata, emailAddresses },
    } as people_v1.Params$Resource$People$Updatecontact);
    const changed = await list({ syncToken: last.nextSyncToken ?? '' });
    const byName = new Map(changed.connections?.map((person) => [person.resourceName, person]));
    assert.equal(byName.get(one?.resourceName)?.metadata?.deleted, true);
    assert.equal(byName.get(two?.resourceName)?.emailAddresses?.[0]?.value, 'new@example.com');
    assert.equal(byName.size, 2);
  });

  test('it makes, changes and deletes in batches; masked lists are replaced or cleared', async () => {
    const contacts = [1, 2].map((n) => ({
      contactPerson: { names: [{ givenName: `Ann ${n}` }], biographies: [{ value: 'x' }] },
    }));
    const created = (await api.people.batchCreateContacts({ requestBody: { contacts, readMask: personFields } })).data;
    const persons = created.createdPeople?.map(({ person }) => person ?? {}) ?? [];
    assert.equal(persons[0]?.names?.[0]?.displayName, 'Ann 1');
    const changes = persons.map((person) => [
      person.resourceName,
      { etag: person.etag, names: [{ givenName: 'Bob' }] },
    ]);
    const requestBody = {
      contacts: Object.fromEntries(changes),
      updateMask: 'names,biographies',
      readMask: personFields,
    };
    const updated = (await api.people.batchUpdateContacts({ requestBody })).data.updateResult ?? {};
    for (const { person } of Object.values(updated)) {
      assert.equal(person?.names?.[0]?.givenName, 'Bob');
      assert.equal(person?.biographies, undefined);
    }
    const resourceNames = persons.map((person) => person.resourceName ?? '');
    await api.people.batchDeleteContacts({ requestBody: { resourceNames } });
    const { responses } = (await api.people.getBatchGet({ resourceNames, personFields })).data;
    assert.deepEqual(
      responses?.map(({ httpStatusCode }) => httpStatusCode),
      [404, 404],
    );
  });

  test('an old etag, a second name and a sync token of last week are refused as Google does', async () => {
    const created = await api.people.createContact({ personFields, requestBody: { names: [{ givenName: 'Ann' }] } });
    const { resourceName, etag } = created.data;
    const update = (names: people_v1.Schema$Name[]) =>
      api.people.updateContact({
        resourceName: resourceName ?? '',
        updatePersonFields: 'names',
        requestBody: { etag, names },
      } as people_v1.Params$Resource$People$Updatecontact);
    await assert.rejects(update([{ givenName: 'A' }, { givenName: 'B' }]), /singleton/);
    await update([{ givenName: 'Bob' }]);
    await assert.rejects(update([{ givenName: 'Carl' }]), /different than the current/);
    const { nextSyncToken } = await list({ pageSize: 1000 });
    google.clock.advance(8 * 86_400_000);
    await assert.rejects(list({ syncToken: nextSyncToken ?? '' }), /Sync token is expired/);
  });
});
