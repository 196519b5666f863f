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

test('walking an index by its bounds finds what trying every record finds', async () => {
  const { crm, simulator } = await hubspot({ records: 60, sameStamp: 20, settings: { limits: 'off' } });
  const records = simulator.admin.records('contacts').map(({ id, updatedAt }) => ({ id, updatedAt }));
  const stamps = records.map(({ updatedAt }) => updatedAt).sort((a, b) => a - b);
  const middle = stamps[30] ?? 0;
  const tests: Record<string, (at: number) => boolean> = {
    EQ: (at) => at === middle,
    GT: (at) => at > middle,
    GTE: (at) => at >= middle,
    LT: (at) => at < middle,
    LTE: (at) => at <= middle,
    NEQ: (at) => at !== middle,
  };
  for (const [operator, test] of Object.entries(tests)) {
    for (const sort of ['lastmodifieddate', '-lastmodifieddate', 'hs_object_id', 'email']) {
      const filter = {
        propertyName: 'lastmodifieddate',
        operator: operator as FilterOperatorEnum,
        value: String(middle),
      };
      const both = { ...filter, operator: FilterOperatorEnum.Eq };
      for (const filterGroups of [[{ filters: [filter] }], [{ filters: [both] }, { filters: [filter] }]]) {
        const expected = records.filter(({ updatedAt: at }) => test(at) || (filterGroups.length > 1 && at === middle));
        const pages = [0, 7, 14].map((after) =>
          crm.contacts.searchApi.doSearch({ filterGroups, sorts: [sort], limit: 7, after: String(after) }),
        );
        const rest = await crm.contacts.searchApi.doSearch({ filterGroups, sorts: [sort], limit: 200, after: '21' });
        const all = [...(await Promise.all(pages)), rest];
        const ids = all.flatMap(({ results }) => results.map(({ id }) => id));
        assert.deepEqual(new Set(ids), new Set(expected.map(({ id }) => id)), `${operator} ${sort}`);
        assert.ok(
          ids.length === expected.length && all.every(({ total }) => total === expected.length),
          `${operator} ${sort}`,
        );
      }
    }
  }
});
