import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../lib/log.ts';
import { dataViews } from './data-views.ts';
import { healthRig } from './health-rig.ts';

test('what an app holds is an ordinary view once it was read, and joins with its partner across', async () => {
  const { rig, one } = await healthRig();
  const { engine } = rig.installation;
  const views = dataViews({ db: rig.db, engine, log: silentLog });
  const feeds = await rig.db.rows<{ id: number }>('select id from feed');
  for (const { id } of feeds) await views.keep(String(id));
  const rows = await rig.db.rows<{ email: string; there: string }>(
    `select a.email, b.email as there from data.one_contacts a
     join data.links l on l.sync = 'people' and l.a_id = a.id join data.two_contacts b on b.id = l.b_id`,
  );
  assert.equal(rows.length, 10);
  assert.ok(rows.every(({ email, there }) => email === there));
  const emails = (await one.people()).map(({ values }) => values.email);
  assert.deepEqual(rows.map(({ email }) => email).toSorted(), emails.toSorted());
});
