import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { serve } from '@hono/node-server';
import { Command } from 'commander';
import { systemClock } from '../lib/clock.ts';
import { makeApp } from '../server/app.ts';
import { healthRig } from '../server/health-rig.ts';
import { identifyBy } from '../server/identify.ts';
import type { ServerWorld } from './server-client.ts';
import { addServerCommands } from './server-commands.ts';

test('status, records, retry and recreate speak to a server by its API key', async () => {
  const { run, one, quiet, stop } = await server();
  try {
    const fine = await run('status');
    assert.equal(fine.exit, 0);
    assert.match(fine.out, /^people: on, 10 in sync, 0 failing/);
    const [person] = await one.people();
    await one.act({ archive: [person?.id] });
    await quiet();
    const ill = await run('status', '--json');
    assert.equal(ill.exit, 1);
    assert.equal(JSON.parse(ill.out).totals.failing, 1);
    const listed = JSON.parse((await run('records', '--status', 'failing', '--json')).out);
    assert.equal(listed.records.length, 1);
    assert.equal(JSON.parse((await run('records', '--limit', '4', '--json')).out).records.length, 4);
    assert.match((await run('records', '--category', 'deleted-in-a', '--csv')).out, /people,failing/);
    assert.equal((await run('retry', 'people')).out, '1 record planned again\n');
    assert.equal((await run('recreate', 'people')).exit, 2);
    assert.equal((await run('recreate', 'people', '--all')).out, '1 record will be made again\n');
    await quiet();
    assert.equal((await one.people()).length, 10);
    assert.equal((await run('unlink', 'people', listed.records[0].id)).out, '1 record unlinked\n');
  } finally {
    await stop();
  }
});

test('an undo shows what it would do and asks first; approve lets a sync pass its brakes', async () => {
  const { run, one, two, quiet, stop, see } = await server();
  try {
    const people = await one.people();
    await one.act({ update: people.slice(0, 2).map(({ id }) => ({ id, values: { city: 'Uppsala' } })) });
    await quiet();
    const number = String((await see.get('/runs?limit=1')).body.items[0].number);
    const asked = await run('undo', number);
    assert.equal(asked.exit, 3);
    assert.match(asked.out, /^2 records would go back/);
    const done = await run('undo', number, '--yes', '--json');
    assert.deepEqual([done.exit, JSON.parse(done.out).undone], [0, 2]);
    assert.equal((await two.people()).filter(({ values }) => values.city === 'Uppsala').length, 0);
    const again = await run('undo', number);
    assert.deepEqual(
      [again.exit, again.out],
      [0, '2 records would stay as they are, since they were changed later.\n'],
    );
    assert.equal((await run('approve', 'nothing')).exit, 2);
    assert.equal((await run('undo', 'x')).exit, 2);
  } finally {
    await stop();
  }
});

test('a server is exported to a file, planned and applied from one, and asks first', async () => {
  const { run, files, stop } = await server();
  try {
    const exported = await run('export');
    assert.match(exported.out, /^accounts:\n {2}one:/);
    files.same = exported.out;
    assert.equal((await run('plan', 'same')).out, 'nothing changes\n');
    files.other = exported.out.replace('require: []', 'require: [city]');
    const planned = await run('plan', 'other');
    assert.equal(planned.exit, 0, planned.err);
    assert.match(planned.out, /sync people: changes\n {2}require: \[\] → \["city"\]\nplan 1 of people: a: 0 created/);
    const asked = await run('apply', 'other');
    assert.deepEqual([asked.exit, /give --yes/.test(asked.out)], [3, true]);
    assert.equal((await run('export')).out, files.same);
    const applied = await run('apply', 'other', '--yes', '--json');
    assert.deepEqual([applied.exit, JSON.parse(applied.out).syncs[0].change], [0, 'changed']);
    assert.match((await run('export')).out, /require:\n {6}- city\n$/);
    const idle = await run('apply', 'other');
    assert.deepEqual([idle.exit, idle.out], [0, 'nothing changes\n'], 'there is nothing to agree to');
    files.more = `${(await run('export')).out.replace('syncs:', 'syncs:\n  more:\n    a: { account: one, object: companies }\n    b: { account: two, object: companies }')}`;
    assert.match((await run('plan', 'more')).out, /^sync more: new\nmore: what a first sync would do is shown by/);
    const missing = await run('plan', 'nowhere');
    assert.deepEqual([missing.exit, missing.err], [2, 'cannot read nowhere: there is no such file\n']);
    files.bad = 'syncs: [';
    const bad = await run('apply', 'bad', '--yes');
    assert.deepEqual([bad.exit, /^line 1/.test(bad.err)], [2, true]);
    const { error } = JSON.parse((await run('plan', 'bad', '--json')).out);
    assert.deepEqual([error.line, typeof error.column, /^line/.test(error.message)], [1, 'number', false]);
  } finally {
    await stop();
  }
});

test('what a server refuses, and one that is not there, is said in words', async () => {
  const { run, stop, world } = await server();
  const wrong = await run('status', '--key', 'wrong');
  assert.equal(wrong.exit, 2);
  assert.match(wrong.err, /API key|signed in/);
  const bad = await run('records', '--status', 'odd', '--json');
  assert.equal(JSON.parse(bad.out).error.message, 'status: must be one of in-sync, failing, excluded, waiting');
  assert.match((await run('records', '--from', 'yesterday')).err, /^from: must be a time such as 2026-/);
  const slip = await run('records', '--sync', 'peple');
  assert.deepEqual([slip.exit, slip.err], [2, 'there is no sync peple in this workspace\n']);
  assert.equal((await run('records', '--sync', 'people')).exit, 0);
  await stop();
  assert.match((await run('status')).err, /no server answers at/);
  world.environment = {};
  assert.match((await run('status')).err, /an API key is needed/);
});

/** A server on a free port, its API key, and the commands in this process. */
async function server() {
  const health = await healthRig();
  const { rig } = health;
  const made = await rig.as('super-admin').post('/keys', { name: 'test', role: 'manage-apps' });
  assert.ok(made.status < 300, made.text);
  const app = makeApp(rig.installation, identifyBy(rig.installation));
  const { port, close } = await new Promise<{ port: number; close(): Promise<void> }>((resolve) => {
    const http = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (address) =>
      resolve({ port: address.port, close: () => new Promise((done) => void http.close(() => done())) }),
    );
  });
  const told = { out: '', err: '' };
  const into = (name: 'out' | 'err') =>
    new Writable({
      write: (part, _encoding, done) => {
        told[name] += part;
        done();
      },
    });
  const files: Record<string, string> = {};
  const world: ServerWorld = {
    environment: { SYNCLINE_SERVER: `http://127.0.0.1:${port}`, SYNCLINE_KEY: made.body.key },
    fetch,
    readFile: async (path) => files[path] ?? Promise.reject(Object.assign(new Error('none'), { code: 'ENOENT' })),
    out: into('out'),
    err: into('err'),
    sleep: (delay) => systemClock.sleep(delay),
  };
  const run = async (...words: string[]) => {
    Object.assign(told, { out: '', err: '' });
    let exit = -1;
    const program = new Command('syncline').exitOverride();
    addServerCommands(program, world, (code) => {
      exit = code;
    });
    await program.parseAsync(words, { from: 'user' });
    return { ...told, exit };
  };
  return { ...health, run, world, files, stop: close };
}
