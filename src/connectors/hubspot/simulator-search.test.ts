import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/contacts/models/Filter.js';
import { failureOf, hubspot } from './simulator-bench.ts';

test('search filters, sorts and pages; its index lags behind', async () => {
  const { crm, simulator } = await hubspot({ records: 300, sameStamp: 120, settings: { limits: 'off' } });
  const search = (operator: FilterOperatorEnum, propertyName: string, value?: string, more: object = {}) =>
    crm.contacts.searchApi.doSearch({
      filterGroups: [{ filters: [{ operator, propertyName, value, ...more }] }],
      sorts: ['lastmodifieddate'],
      properties: ['email', 'lastmodifieddate'],
      limit: 200,
    });
  const first = await search(FilterOperatorEnum.Gte, 'lastmodifieddate', '0');
  assert.deepEqual([first.total, first.results.length, first.paging?.next?.after], [300, 200, '200']);
  const times = first.results.map(({ updatedAt }) => updatedAt.getTime());
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  const counts = Map.groupBy(simulator.admin.records('contacts'), ({ updatedAt }) => updatedAt);
  const [shared] = [...counts].find(([, records]) => records.length === 120) ?? [];
  const tied = await search(FilterOperatorEnum.Eq, 'lastmodifieddate', String(shared));
  assert.equal(tied.total, 120);

  simulator.admin.set({ searchLagMilliseconds: { atLeast: 3000, atMost: 3000 } });
  const made = await crm.contacts.basicApi.create({
    properties: { email: 'Late@example.com', city: 'Ulm' },
    associations: [],
  });
  assert.equal((await search(FilterOperatorEnum.Eq, 'email', 'late@example.com')).total, 0);
  simulator.admin.advance(3000);
  assert.equal((await search(FilterOperatorEnum.Eq, 'email', 'LATE@example.com')).results[0]?.id, made.id);
  assert.equal(
    (await search(FilterOperatorEnum.HasProperty, 'city')).total,
    1 + simulator.admin.records('contacts').filter(({ values }) => values.city && values.city !== 'Ulm').length,
  );
  assert.equal((await search(FilterOperatorEnum.In, 'city', undefined, { values: ['ulm'] })).total, 1);
  assert.equal((await search(FilterOperatorEnum.ContainsToken, 'email', 'late*')).total, 1);
  assert.equal((await search(FilterOperatorEnum.Between, 'hs_object_id', made.id, { highValue: made.id })).total, 1);
  assert.equal((await failureOf(search(FilterOperatorEnum.Eq, 'colour', 'red'))).code, 400);
});

test('search goes 10,000 results deep and no further', async () => {
  const { crm } = await hubspot({ records: 10_100, settings: { limits: 'off' } });
  const ask = (after: string) => crm.contacts.searchApi.doSearch({ limit: 200, after, properties: ['email'] });
  const last = await ask('9800');
  assert.deepEqual([last.results.length, last.total, last.paging?.next?.after], [200, 10_100, '10000']);
  assert.equal((await failureOf(ask('10000'))).code, 400);
});
