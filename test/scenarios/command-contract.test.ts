import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { parse } from 'yaml';
import { must } from '../../src/lib/assert.ts';
import { type TestPostgres, testPostgres } from '../partners/postgres.ts';
import { type Desk, makeDesk, type Running, runCommand, startCommand, summaryIn } from './command.ts';

const contacts = 30;
const none = { created: 0, updated: 0, archived: 0, deleted: 0 };

suite('the command line keeps its contract', () => {
  let desk: Desk;
  let shop: TestPostgres;
  /** Where Syncline's state is kept by the processes of this test. */
  let state: { DATABASE_URL: string };
  let simulator: Running;
  let base: string;
  before(async () => {
    desk = makeDesk();
    shop = await testPostgres();
    await shop.query(table('customers'));
    state = { DATABASE_URL: (await testPostgres()).url };
    const words = ['simulate', 'hubspot', '--port', '0', '--records', String(contacts), '--seed', '7'];
    simulator = startCommand([...words, '--limits', 'off', '--emails', 'mixed', '--same-stamp', '9']);
    base = must((await simulator.line(/baseUrl: (\S+)/))[1]);
    await simulator.line(/token: \S+/);
  });
  after(async () => {
    simulator?.process.kill('SIGTERM');
    await shop?.close();
    desk?.clear();
  });

  /** A file whose secrets come from the environment, as people write it. */
  const file = (more = '', target = 'public.customers') =>
    desk.file(`accounts:
  crm: { app: hubspot, settings: { baseUrl: $CRM }, secrets: { token: $TOKEN } }
  shop: { app: postgres, secrets: { url: $SHOP } }
syncs:
  people:
    a: { account: crm, object: contacts }
    b: { account: shop, object: ${target} }
${more}`);
  const secrets = () => ({ CRM: base, TOKEN: tokenOf(simulator), SHOP: shop.url });
  const run = (words: string[], environment: Record<string, string> = state) =>
    runCommand(['sync', ...words], { ...secrets(), ...environment });
  const rows = async (name = 'customers') => (await shop.query(`select count(*)::int as n from ${name}`)).rows[0].n;
  const admin = async (path: string, body: object) => {
    const reply = await fetch(`${base}/__sim/${path}`, { method: 'POST', body: JSON.stringify(body) });
    assert.ok(reply.ok, await reply.text());
  };

  test('simulate prints its account as an entry of accounts, with what a file needs and no more', () => {
    const { out } = simulator.said;
    const account = parse(out);
    assert.deepEqual(Object.keys(account), ['app', 'settings', 'secrets']);
    assert.equal(account.app, 'hubspot');
    assert.match(account.settings.baseUrl, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('apps lists every app with its objects; --json prints the table and nothing else', async () => {
    const { code, out, err } = await runCommand(['apps', '--json']);
    const apps = JSON.parse(out);
    assert.deepEqual([code, err], [0, '']);
    for (const app of apps) assert.deepEqual(Object.keys(app), ['name', 'label', 'objects']);
    const names = apps.map((app: { name: string }) => app.name);
    for (const name of ['hubspot', 'postgres', 'carddav', 'salesforce', 'stripe', 'xero', 'google-contacts', 'tryton'])
      assert.ok(names.includes(name), name);
    assert.ok(apps.find((app: { name: string }) => app.name === 'hubspot').objects.includes('contacts'));
  });

  test('3: without a terminal and without --yes a first sync writes nothing, and says what it would do', async () => {
    const asked = await run([file(), '--json']);
    assert.equal(asked.code, 3, asked.err);
    assert.ok(must(summaryIn(asked).syncs.people).b.created > 20);
    assert.match(asked.err, /nothing was written.*--dry-run.*--yes/);
    assert.equal(await rows(), 0);
  });

  test('--dry-run says it too, with 0, and changes nothing', async () => {
    const dry = await run([file(), '--dry-run']);
    assert.equal(dry.code, 0, dry.err);
    assert.match(dry.out, /would be created/);
    assert.equal(await rows(), 0);
  });

  test('0: --yes starts it; on standard output is the summary, on standard error the progress, both plain in a pipe', async () => {
    const { code, out, err } = await run([file(), '--yes']);
    assert.equal(code, 0, err);
    assert.match(
      out,
      /^people: \d+ in sync, \d+ excluded\n {2}b: \d+ created\n\d+ to crm, \d+ to shop calls, [\d.]+ s\n$/,
    );
    assert.match(err, /^read (crm\/contacts|shop\/public\.customers): \d+ records\n/);
    assert.match(err, /\nsynced people: \d+ records\n$/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
    assert.doesNotMatch(out + err, /[\u001b\r]/);
  });

  test('--json prints one object of exactly this form and nothing else', async () => {
    const { code, out, err } = await run([file(), '--json']);
    assert.deepEqual([code, err], [0, ''], 'once it has begun nobody is asked');
    assert.equal(out.trimEnd().split('\n').length, 1);
    const summary = JSON.parse(out);
    assert.deepEqual(Object.keys(summary), ['syncs', 'calls', 'seconds']);
    const { inSync, excluded, ...people } = summary.syncs.people;
    const counts = { linked: 0, conflicts: 0, failing: 0, waiting: 0, problems: {}, paused: null };
    assert.deepEqual(people, { a: none, b: none, ...counts });
    assert.equal(inSync + excluded, contacts);
    assert.deepEqual(Object.keys(summary.calls), ['crm', 'shop']);
    assert.ok(summary.calls.crm > 0 && summary.calls.shop > 0 && summary.seconds > 0);
  });

  test('1: records that fail, by category', async () => {
    await shop.query(
      `insert into customers (email, name) values ('twin@example.com', 'One'), ('TWIN@example.com', 'Two')`,
    );
    await admin('records/contacts', { create: [{ email: 'twin@example.com', lastname: 'Third' }] });
    const ran = await run([file(), '--json']);
    assert.equal(ran.code, 1);
    const { failing, problems } = must(summaryIn(ran).syncs.people);
    assert.equal(failing, 3);
    assert.deepEqual(problems, { 'ambiguous-match': 3 });
    assert.match(
      ran.err,
      /^people: (crm\/contacts|shop\/public\.customers) \S+: ambiguous-match: .+\n/,
      'some are named',
    );
    assert.equal(ran.err.trimEnd().split('\n').length, 2);
    await shop.query(`delete from customers where name = 'Two'`);
    assert.equal((await run([file(), '--json'])).code, 0, 'once a person has settled it, all is well');
  });

  test('1: a brake pauses and says which; --approve lets it pass once', async () => {
    const brakes = '    brakes: { update: 20% }\n    mappings: [default, { a: jobtitle, b: job }]\n';
    await shop.query('alter table customers add job text');
    const ran = await run([file(brakes), '--json']);
    assert.equal(ran.code, 1);
    const paused = must(summaryIn(ran).syncs.people).paused;
    assert.deepEqual(Object.keys(must(paused ?? undefined)), ['brake', 'share', 'limit']);
    assert.deepEqual([paused?.brake, paused?.limit], ['update', 20]);
    assert.ok((paused?.share ?? 0) > 0.2 && (paused?.share ?? 0) <= 1);
    const passed = await run([file(brakes), '--json', '--approve']);
    assert.equal(passed.code, 0, passed.err);
    assert.equal(must(summaryIn(passed).syncs.people).paused, null);
    assert.ok(must(summaryIn(passed).syncs.people).b.updated > 20);
  });

  test('2: with --json a wrong file is one object with message, line and column; else one line on standard error', async () => {
    const wrong = file('    direction: left\n');
    const json = await run([wrong, '--json']);
    assert.deepEqual([json.code, json.err], [2, '']);
    const { error } = JSON.parse(json.out);
    assert.deepEqual(Object.keys(error), ['message', 'line', 'column']);
    assert.deepEqual([error.line, error.column], [8, 5]);
    const words = await run([wrong]);
    assert.deepEqual([words.code, words.out], [2, '']);
    assert.equal(words.err, `line 8, column 5: ${error.message}\n`);
  });

  const withoutPlace: [string, (environment: Record<string, string>) => ReturnType<typeof run>, RegExp][] = [
    [
      'a file that is not there',
      () => run([join(desk.folder, 'none.yaml'), '--json']),
      /^cannot read .*none\.yaml: there is no such file$/,
    ],
    ['a folder', () => run([desk.folder, '--json']), /^cannot read .*: it is a directory$/],
    [
      'a database that does not answer',
      () => run([file(), '--json'], { DATABASE_URL: 'postgres://syncline:hidden@127.0.0.1:1/state' }),
      /database of Syncline's state cannot be used: .*127\.0\.0\.1:1/,
    ],
  ];
  for (const [name, attempt, says] of withoutPlace) {
    test(`2: ${name}, as one object without a place`, async () => {
      const { code, out, err } = await attempt(state);
      assert.equal(code, 2, out + err);
      const { error } = JSON.parse(out);
      assert.deepEqual(Object.keys(error), ['message']);
      assert.match(error.message, says);
      assert.doesNotMatch(out + err, /hidden/);
    });
  }

  test('2: start says a file that is not there in one line', async () => {
    const path = join(desk.folder, 'none.yaml');
    const { code, out, err } = await runCommand(['start', path, '--data', desk.data]);
    assert.deepEqual([code, out, err], [2, '', `cannot read ${path}: there is no such file\n`]);
  });

  test('2: a switch that is not known, and a name that the environment does not have', async () => {
    const unknown = await run([file(), '--jason']);
    assert.deepEqual([unknown.code, unknown.out], [2, '']);
    assert.match(unknown.err, /--jason/);
    const { TOKEN: _, ...rest } = secrets();
    const missing = await runCommand(['sync', file(), '--json'], { ...rest, ...state });
    assert.equal(missing.code, 2);
    assert.match(JSON.parse(missing.out).error.message, /accounts\.crm\.secrets\.token: the environment has no TOKEN/);
  });

  test('the state is kept in --data, else in SYNCLINE_DATA; two processes never share one, and the one that comes second is told', async () => {
    await shop.query(table('first'));
    const there = join(desk.folder, 'there');
    mkdirSync(there, { mode: 0o755 });
    await admin('settings', { latencyMilliseconds: { atLeast: 5000, atMost: 5000 } });
    const one = startCommand(['sync', file('', 'public.first'), '--yes', '--data', there], secrets());
    await one.line(/^read /m, 'err');
    const two = await runCommand(['sync', file('', 'public.first'), '--yes', '--json'], {
      ...secrets(),
      SYNCLINE_DATA: there,
    });
    assert.equal(two.code, 2, two.out + two.err);
    assert.match(JSON.parse(two.out).error.message, /there.* in use|in use.*there/);
    await admin('settings', { latencyMilliseconds: { atLeast: 0, atMost: 0 } });
    const ended = await one.ended;
    assert.equal(ended.code, 0, ended.err);
    const again = await runCommand(['sync', file('', 'public.first'), '--json'], {
      ...secrets(),
      SYNCLINE_DATA: there,
    });
    assert.equal(again.code, 0, again.err);
    assert.deepEqual(must(summaryIn(again).syncs.people).b, none, 'it is the same state');
  });

  test('Ctrl-C finishes what is under way and ends with 130; the next run goes on, and nothing is there twice', async () => {
    await shop.query(table('later'));
    const fresh = { DATABASE_URL: (await testPostgres()).url };
    const words = ['sync', file('', 'public.later'), '--yes'];
    await admin('settings', { latencyMilliseconds: { atLeast: 400, atMost: 400 } });
    const stopped = startCommand(words, { ...secrets(), ...fresh });
    await stopped.line(/^read /m, 'err');
    stopped.process.kill('SIGINT');
    const ended = await stopped.ended;
    assert.equal(ended.code, 130, ended.err);
    assert.match(ended.err, /Stopped\. What was under way was finished; the next run goes on/);
    await admin('settings', { latencyMilliseconds: { atLeast: 0, atMost: 0 } });
    const next = await runCommand([...words, '--json'], { ...secrets(), ...fresh });
    assert.equal(next.code, 0, next.err);
    const { inSync } = must(summaryIn(next).syncs.people);
    assert.equal(await rows('later'), inSync);
    const twice = await shop.query('select lower(email) from later group by 1 having count(*) > 1');
    assert.equal(twice.rows.length, 0);
  });
});

function table(name: string): string {
  return `create table ${name} (id uuid primary key default gen_random_uuid(), email text, first_name text, name text)`;
}

function tokenOf({ said }: Running): string {
  return parse(said.out).secrets.token;
}
