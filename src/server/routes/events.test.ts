import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../lib/clock.ts';
import { makeApp } from '../app.ts';
import { healthRig } from '../health-rig.ts';

test('a listener first hears all there is, then what changes; it is let go when the server stops', async () => {
  const { rig, one, quiet } = await healthRig();
  const ending = new AbortController();
  const installation = { ...rig.installation, ending: ending.signal };
  const workspace = rig.workspaces.own;
  const identify = async () => ({ kind: 'person', id: '1', name: 'Ann', workspace, role: 'view-health' }) as const;
  const answer = await makeApp(installation, identify).request('/api/v1/events');
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let heard = '';
  const hear = async (what: RegExp) => {
    while (!what.test(heard)) {
      const { value, done } = await reader.read();
      assert.equal(done, false);
      heard += decoder.decode(value, { stream: true });
    }
  };
  await hear(/event: status\ndata: \{"totals":\{"inSync":10/);
  const [person] = await one.people();
  await one.act({ archive: [person?.id] });
  await quiet();
  await hear(/event: sync\ndata: \{"sync":"people".*"failing":1/);
  ending.abort();
  const from = systemClock.monotonic();
  while (!(await reader.read()).done) assert.ok(systemClock.monotonic() - from < 30_000);
});

test('only so many listen at once, and a line that was left makes room', async () => {
  const { rig } = await healthRig();
  const workspace = rig.workspaces.own;
  const identify = async () => ({ kind: 'person', id: '1', name: 'Ann', workspace, role: 'view-health' }) as const;
  const app = makeApp(rig.installation, identify);
  const lines = await Promise.all(Array.from({ length: 50 }, () => app.request('/api/v1/events')));
  assert.ok(lines.every(({ status }) => status === 200));
  assert.equal((await app.request('/api/v1/events')).status, 503);
  await lines[0]?.body?.cancel();
  const again = await app.request('/api/v1/events');
  assert.equal(again.status, 200);
  await Promise.all([...lines.slice(1), again].map(({ body }) => body?.cancel()));
});
