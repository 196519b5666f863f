import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sessionOn, type TestPostgres, testPostgres } from '../../../test/partners/postgres.ts';
import { create, done, objectOn } from '../../../test/partners/postgres-passes.ts';
import { Failure } from '../../connector/contract.ts';
import { connector } from './connector.ts';

describe('the connection', () => {
  let shop: TestPostgres;
  before(async () => {
    shop = await testPostgres();
    await shop.query('create table people (id int primary key, name text)');
  });
  after(() => shop.close());

  const failureOn = async (url: string): Promise<Failure> => {
    const session = sessionOn(url);
    const failure = await connector.whoami(session).catch((error: unknown) => error);
    await session.close();
    assert.ok(failure instanceof Failure, String(failure));
    assert.equal(failure.sent, 'no');
    return failure;
  };

  test('whoami names the user and the database', async () => {
    const { id, label } = await connector.whoami(shop.session());
    assert.match(id, /^postgres@.+\/shop_\d+$/);
    assert.match(label, /^shop_\d+ \(postgres\)$/);
  });

  test('statements are counted to who asked for them, whoever opened the connections', async () => {
    const session = shop.session();
    await connector.whoami(session);
    let counted = 0;
    const other = Object.create(session, { count: { value: (calls: number) => (counted += calls) } });
    await connector.whoami(other);
    assert.ok(counted > 0);
    await session.close();
  });

  test('a wrong user, a wrong database and what is no address are unauthorized, and say nothing secret', async () => {
    for (const url of [
      shop.url.replace('postgres@', 'nobody:opensesame@'),
      shop.url.replace(/shop_\d+/, 'missing'),
      'https://example.com/opensesame',
      'opensesame',
      'postgres://ann:100%opensesame@127.0.0.1:1/shop',
      '',
    ]) {
      const failure = await failureOn(url);
      assert.equal(failure.kind, 'unauthorized', url);
      assert.ok(!`${failure.message} ${failure.stack}`.includes('opensesame'), failure.message);
    }
  });

  test('a host that does not answer is unavailable', async () => {
    assert.equal((await failureOn('postgres://ann:opensesame@127.0.0.1:1/shop')).kind, 'unavailable');
    assert.equal((await failureOn('postgres://ann@host.invalid/shop')).kind, 'unavailable');
    assert.equal((await failureOn('postgres://ann@/shop?host=/nowhere')).kind, 'unavailable');
  });

  test('W2 a write whose connection breaks was not sent, unless it was just being committed', async () => {
    const relay = await shop.relay();
    const session = sessionOn(relay.url);
    const people = await objectOn(session, 'public.people');
    const batch = people.writes?.create;
    relay.loseCommit();
    const results = await batch?.send(session, [{ values: { id: '1', name: 'x' }, token: '1' }]);
    assert.ok(results?.[0] && 'unknown' in results[0], JSON.stringify(results));
    assert.equal((await shop.query('select from people')).rowCount, 1, 'it was committed');
    const again = await batch?.send(session, [{ values: { id: '1', name: 'x' }, token: '1' }]);
    assert.ok(again?.[0] && 'refused' in again[0] && again[0].refused.existingId === '1');

    relay.breakBefore();
    done((await create(session, people, [{ id: '2', name: 'y' }]))[0]);
    relay.cutAnswer();
    done((await create(session, people, [{ id: '3', name: 'z' }]))[0]);
    assert.equal((await shop.query('select from people')).rowCount, 3);
    await session.close();
  });

  test('a statement that the server ends is unavailable, and its transaction was not done', async () => {
    const session = shop.session();
    const people = await objectOn(session, 'public.people');
    await shop.query(`
      create function hang() returns trigger language plpgsql as $$ begin perform pg_sleep(600); return new; end $$;
      create trigger hang before insert on people for each row execute function hang()`);
    const sending = people.writes?.create?.send(session, [{ values: { id: '9' }, token: '9' }]).catch((error) => error);
    const stop = `select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`;
    while ((await shop.query(stop)).rowCount === 0);
    const failure = await sending;
    assert.ok(failure instanceof Failure, JSON.stringify(failure));
    assert.deepEqual([failure.kind, failure.sent], ['unavailable', 'no']);
    await shop.query('drop trigger hang on people');
    assert.equal((await shop.query('select from people where id = 9')).rowCount, 0);
  });

  test('what the user may not do is no capability, and a table it may not read is refused in words', async () => {
    await shop.query(`
      drop role if exists guest; create role guest login; create table hidden (id int primary key);
      create table keyless (a int); create table nullable (a int unique); create table half (id int primary key, a text, b text);
      grant select on people, keyless, nullable, half to guest; grant insert (id, a), update (b) on half to guest`);
    const session = shop.session({ user: 'guest' });
    const people = await objectOn(session, 'public.people');
    assert.deepEqual(people.writes, {});
    const half = await objectOn(session, 'public.half');
    assert.deepEqual(Object.keys(half.writes ?? {}).sort(), ['create', 'update']);
    const fields = typeof half.fields === 'function' ? await half.fields(session) : half.fields;
    assert.deepEqual(
      fields.map(({ name, writable }) => [name, writable]),
      [
        ['id', 'once'],
        ['a', 'once'],
        ['b', 'always'],
      ],
    );
    const objects = typeof connector.objects === 'function' ? await connector.objects(session) : [];
    assert.deepEqual(
      objects.map((object) => object.name),
      ['public.half', 'public.people'],
    );
    const why = async (object: string) => (await connector.absent?.(session, object)) ?? '';
    assert.match(await why('public.hidden'), /may not read public\.hidden: grant select/);
    assert.match(await why('public.keyless'), /neither a primary key nor a unique index .* add a primary key/);
    assert.match(await why('public.nullable'), /add a primary key/);
    assert.match(await why('people'), /there is no table people .* schema\.table/);
    await session.close();
    await shop.query('drop owned by guest; drop role guest');
  });
});
