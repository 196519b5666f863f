import assert from 'node:assert/strict';
import type { Notice, Webhooks } from '../contract.ts';
import { type Bench, has } from './bench.ts';

/** Every test of notices, by its name. */
export const noticing: Record<string, (bench: Bench) => Promise<void>> = {
  'F4 a genuine notice is taken and names the record': async (bench) => {
    await withNotice(bench, (webhooks, notice, secret, now, id) => {
      assert.equal(webhooks.verify(notice, secret, now), 'genuine');
      const told = webhooks.read(notice).find((one) => one.object === bench.rig.object);
      assert.ok(told, 'it is about the object');
      if (told.ids.length > 0) assert.ok(told.ids.includes(id), 'it is about the record');
    });
  },

  'F4 a changed body, a wrong secret and missing headers are forged': async (bench) => {
    await withNotice(bench, (webhooks, notice, secret, now) => {
      if (!bench.rig.cannot['signed bodies'])
        assert.equal(webhooks.verify({ ...notice, body: `${notice.body} ` }, secret, now), 'forged');
      assert.equal(webhooks.verify(notice, `${secret}x`, now), 'forged');
      assert.equal(webhooks.verify({ ...notice, headers: {} }, secret, now), 'forged');
    });
  },

  'F4 an old notice is stale': async (bench) => {
    if (bench.rig.webhook && bench.rig.cannot['old notices']) return;
    await withNotice(bench, (webhooks, notice, secret, now) => {
      assert.equal(webhooks.verify(notice, secret, now + 3_600_000), 'stale');
    });
  },

  'F4 a genuine notice with a nonsense body asks for nothing, or for a whole read, and never throws': async (bench) => {
    await withNotice(bench, (webhooks, notice) => {
      for (const body of ['', '{', 'null', '[]', '{}', '[null, 1, "x", {}]']) {
        for (const told of webhooks.read({ ...notice, body }))
          assert.deepEqual(
            told.ids.filter((id) => !id),
            [],
          );
      }
    });
  },

  'F4 what is listened to tells of an edit, and begins and ends as often as it is asked': async (bench) => {
    const { rig, session } = bench;
    const { listening } = rig.connector;
    if (!listening) return;
    assert.equal(listening.wanted(rig.settings), false, 'nothing is told unless the settings ask for it');
    const [id = ''] = await rig.person.make([rig.record(1)]);
    const first = Promise.withResolvers<{ object: string; ids: string[] }>();
    const ear = await listening.listen(session, {
      heard: (object, ids) => first.resolve({ object, ids }),
      lost: first.reject,
    });
    for (const _ of ['once', 'again']) await listening.begin(session, [rig.object]);
    await rig.person.edit(id, { [rig.fields.text]: 'told' });
    const { object, ids } = await first.promise;
    assert.equal(object, rig.object);
    if (ids.length > 0) assert.deepEqual(ids, [id]);
    for (const _ of ['once', 'again']) await listening.end(session, [rig.object]);
    await ear.close();
  },
};

async function withNotice(
  bench: Bench,
  check: (webhooks: Webhooks, notice: Notice, secret: string, now: number, id: string) => void,
): Promise<void> {
  const { rig } = bench;
  if (!has(bench, 'webhooks', rig.webhook)) return;
  const { webhooks } = rig.connector;
  assert.ok(webhooks, 'the connector has webhooks');
  const [id = ''] = await rig.person.make([rig.record(1)]);
  const { notice, now } = await rig.webhook.notice(id);
  check(webhooks, notice, rig.webhook.secret, now, id);
}
