import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ObjectType, WriteResult } from '../../connector/contract.ts';
import { openSession } from '../../connector/open-session.ts';
import { must } from '../../lib/assert.ts';
import { silentLog } from '../../lib/log.ts';
import { systemRandom } from '../../lib/random.ts';
import { virtualClock } from '../../lib/virtual-clock.ts';
import type { Values } from '../../model/value.ts';
import { simulatorHttp } from '../../simulator/simulator-http.ts';
import { connector } from './connector.ts';
import { makeSimulator } from './simulator.ts';

type Lists = Record<string, Record<string, unknown>[]>;

suite('contacts as Google keeps them', () => {
  test('writing one entry of a list keeps the others, their types, and the lists that batch-mates write', async () => {
    const { admin, update } = desk();
    const [id = '', other = ''] = admin.edit('contacts', {
      create: [
        {
          emailAddresses: [
            { value: 'a@example.com', type: 'work' },
            { value: 'b@example.com', type: 'home' },
          ],
        },
        { emailAddresses: [{ value: 'c@example.com' }], biographies: [{ value: 'kept' }] },
      ],
    }).created;
    await update([id, { email: 'new@example.com' }], [other, { first_name: 'Ann' }]);
    const shown = (one: string) => must(admin.record('contacts', one)).values as Lists;
    assert.deepEqual(shown(id).emailAddresses, [
      { value: 'new@example.com', type: 'work' },
      { value: 'b@example.com', type: 'home' },
    ]);
    assert.deepEqual(shown(other).emailAddresses, [{ value: 'c@example.com' }]);
    assert.deepEqual(shown(other).biographies, [{ value: 'kept' }]);
    await update([id, { email: null }]);
    assert.deepEqual(shown(id).emailAddresses, [{ value: 'b@example.com', type: 'home' }]);
  });

  test('labels change and Google’s own groups stay; a custom field is one of the user-defined', async () => {
    const { admin, update, record } = desk({ customFields: 'Shoe size' });
    const [id = ''] = admin.edit('contacts', { create: [member('contactGroups/starred', 'contactGroups/a1')] }).created;
    assert.deepEqual((await record(id)).labels, ['contactGroups/a1']);
    await update([id, { labels: ['contactGroups/b2'], 'custom/Shoe size': '43' }]);
    const { memberships, userDefined } = must(admin.record('contacts', id)).values as Lists;
    assert.deepEqual(memberships, member('contactGroups/starred', 'contactGroups/b2').memberships);
    assert.deepEqual(userDefined, [{ key: 'Shoe size', value: '43' }]);
    assert.equal((await record(id))['custom/Shoe size'], '43');
  });

  test('W7 a contact edited between our reading and our writing is stale for Google itself', async () => {
    const { admin, object, session, http } = desk();
    const [id = ''] = admin.edit('contacts', { create: [{ nicknames: [{ value: 'Al' }] }] }).created;
    http.between = () =>
      void admin.edit('contacts', { update: [{ id, values: { nicknames: [{ value: 'Theirs' }] } }] });
    const items = [{ id, values: { nickname: 'Ours' }, before: {} }];
    const [result] = await must(object.writes?.update).send(session, items);
    assert.equal(result && 'refused' in result && result.refused.kind, 'stale');
    assert.deepEqual((must(admin.record('contacts', id)).values as Lists).nicknames, [{ value: 'Theirs' }]);
  });

  test('a sync token of last week leads to a full listing', async () => {
    const { object, session, clock } = desk();
    const { until } = await object.reads.page(session, { fields: [] });
    await clock.sleep(8 * 86_400_000);
    assert.equal((await object.reads.page(session, { since: until, fields: [] })).expired, true);
  });

  test('changes go out one at a time, however many are asked for at once', async () => {
    const { object, session, http } = desk();
    const create = must(object.writes?.create);
    const all = Array.from({ length: 5 }, (_, n) =>
      create.send(session, [{ values: { first_name: `${n}` }, token: `t${n}` }]),
    );
    await Promise.all(all);
    assert.equal(http.mostOpen, 1);
  });
});

function desk(settings: Record<string, string> = {}) {
  const clock = virtualClock();
  const simulator = makeSimulator({ clock });
  const account = simulator.accountAt(simulator.url);
  const http = watched(simulatorHttp(simulator, clock));
  const parts = { account: 'test', secrets: account.secrets, http, clock, random: systemRandom, log: silentLog };
  const session = openSession(connector, { ...parts, settings: { ...account.settings, ...settings } });
  const object = must((connector.objects as ObjectType[])[0]);
  const record = async (id: string): Promise<Values> => {
    const fields = typeof object.fields === 'function' ? await object.fields(session) : object.fields;
    const names = fields.map(({ name }) => name);
    return must((await object.reads.byIds(session, [id], names)).records[0]).values;
  };
  const update = async (...changes: [string, Values][]): Promise<void> => {
    const items = changes.map(([id, values]) => ({ id, values, before: {} }));
    const results: WriteResult[] = await must(object.writes?.update).send(session, items);
    for (const result of results) assert.ok('done' in result, JSON.stringify(result));
  };
  return { admin: simulator.admin, clock, session, object, record, update, http };
}

/** Counts writes under way, and lets something happen right before one. */
function watched(inner: ReturnType<typeof simulatorHttp>) {
  let open = 0;
  const http = {
    mostOpen: 0,
    between: undefined as (() => void) | undefined,
    async request(request: Parameters<typeof inner.request>[0]) {
      if (request.method === 'GET') return inner.request(request);
      http.between?.();
      http.mostOpen = Math.max(http.mostOpen, ++open);
      await Promise.resolve();
      return inner.request(request).finally(() => open--);
    },
  };
  return http;
}

function member(...groups: string[]) {
  return { memberships: groups.map((one) => ({ contactGroupMembership: { contactGroupResourceName: one } })) };
}
