import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Between, openAccount, readAll } from '../../../test/partners/carddav-account.ts';
import {
  type DavServer,
  furtherBook,
  missingServers,
  startRadicale,
  startXandikos,
} from '../../../test/partners/radicale.ts';
import { Failure } from '../../connector/failure.ts';
import { httpReply } from '../../lib/http.ts';
import { bookUrl, openBook } from './book.ts';
import { connector } from './connector.ts';
import { isSameSite } from './dav.ts';

describe('finding the address book', { skip: missingServers() }, () => {
  let radicale: DavServer;
  let xandikos: DavServer;
  before(async () => {
    radicale = await startRadicale();
    xandikos = await startXandikos();
    await furtherBook(radicale, 'work');
  });
  after(async () => {
    await radicale.stop();
    await xandikos.stop();
  });
  const found = async (server: DavServer, settings: Record<string, string>, between?: Between) =>
    (await openBook(openAccount(server, settings, between).session)).url;

  test('its own address is enough, with a closing slash or without, in one call', async () => {
    const account = openAccount(radicale);
    assert.equal((await openBook(account.session)).url, radicale.book);
    assert.equal((await openBook(account.session)).label, 'Contacts');
    assert.deepEqual(account.requests, ['PROPFIND /hub/contacts/']);
    assert.equal(await found(radicale, { url: radicale.book.slice(0, -1) }), radicale.book);
  });

  test('a server’s address leads over the principal and its home to the first book, or to the one that is named', async () => {
    for (const url of [radicale.origin, `${radicale.origin}/hub/`, `${radicale.origin}/.well-known/carddav`]) {
      assert.equal(await found(radicale, { url }), radicale.book, 'the one with the usual name');
      assert.equal(await found(radicale, { url, book: 'work' }), `${radicale.origin}/hub/work/`);
      assert.equal(await found(radicale, { url, book: 'Contacts' }), radicale.book);
      assert.equal(await found(radicale, { url, book: radicale.book }), radicale.book);
    }
    assert.equal(await found(xandikos, { url: xandikos.origin }), xandikos.book);
  });

  test('an address that says nothing itself leads to /.well-known/carddav of its host', async () => {
    for (const silent of [httpReply(405), httpReply(200, '<html>Welcome</html>')]) {
      const between: Between = (request, pass) =>
        request.url.endsWith('/welcome') ? Promise.resolve(silent) : pass(request);
      assert.equal(
        await found(radicale, { url: `${radicale.origin}/welcome`, book: 'work' }, between),
        `${radicale.origin}/hub/work/`,
      );
    }
  });

  test('whoami proves the password and names the book', async () => {
    const { session } = openAccount(radicale, { url: radicale.origin, book: 'work' });
    const host = new URL(radicale.origin).host;
    const { id, label } = await connector.whoami(session);
    assert.deepEqual([id, label], [`hub@${host}/hub/work/`, `work (hub at ${host})`]);
  });

  test('what cannot be found is said in words that help', async () => {
    const failure = (settings: Record<string, string>, kind: string, words: RegExp, between?: Between) =>
      assert.rejects(found(radicale, settings, between), (error) => {
        assert.ok(error instanceof Failure && error.kind === kind, String(error));
        assert.match(error.message, words);
        return true;
      });
    await failure(
      { url: radicale.origin, book: 'nowhere' },
      'missing',
      /no address book 'nowhere'.*'Contacts'.*Correct/,
    );
    await failure({ url: 'example' }, 'invalid', /http:\/\/ or https:\/\//);
    await failure({ url: 'http://hub:hub@example.com/' }, 'invalid', /their own fields/);
    await failure({ url: 'file:///etc' }, 'invalid', /http:\/\/ or https:\/\//);
    await failure({}, 'missing', /answered 404/, async () => httpReply(404));
    await failure({ url: radicale.origin }, 'missing', /no address book was found/, async () => httpReply(404));
    await failure({}, 'missing', /no address book was found/, async () => httpReply(200, 'hello'));
    await failure({}, 'unauthorized', /reconnect/, async () => httpReply(401));
    const circle: Between = async (request) => httpReply(301, '', { location: `${request.url}/x` });
    await failure({}, 'missing', /no address book was found/, circle);
  });

  test('name and password go to the account’s own site only', async () => {
    const asked: string[] = [];
    const between: Between = async (request, pass) => {
      asked.push(new URL(request.url).host);
      const isHome = request.url === `${radicale.origin}/hub/` && String(request.body).includes('home-set');
      if (isHome) return httpReply(301, '', { location: 'http://evil.example/hub/' });
      return pass(request);
    };
    await assert.rejects(found(radicale, { url: radicale.origin }, between), Failure);
    assert.deepEqual([...new Set(asked)], [new URL(radicale.origin).host]);
    assert.equal(isSameSite('https://contacts.icloud.com/', 'https://p42-contacts.icloud.com/1/'), true);
    assert.equal(isSameSite('http://dav.example.com/', 'https://dav.example.com/dav/'), true);
    assert.equal(isSameSite('https://dav.example.com/', 'http://dav.example.com/'), false);
    assert.equal(isSameSite('https://dav.example.com/', 'https://example.org/'), false);
    assert.equal(isSameSite('https://a.example.co.uk/', 'https://b.other.co.uk/'), false);
    assert.equal(isSameSite('http://10.0.0.1/', 'https://10.0.0.2/'), false);
    assert.equal(isSameSite('http://intranet/', 'https://other/'), false);
  });

  test('G1 a book that is gone is missing, and no other takes its place', async () => {
    const server = await furtherBook(radicale, 'going');
    const { until } = await readAll(openAccount(server));
    const authorization = `Basic ${Buffer.from('hub:hub').toString('base64')}`;
    assert.equal((await fetch(server.book, { method: 'DELETE', headers: { authorization } })).status, 200);
    const isMissing = (error: unknown) => error instanceof Failure && error.kind === 'missing';
    await assert.rejects(readAll(openAccount(server), until), isMissing);
    await assert.rejects(readAll(openAccount(server)), isMissing);
  });

  test('G1 a server that leads to another book than a cursor’s is not followed; what is written goes to the cursor’s book', async () => {
    const settings = { url: radicale.origin };
    const { until } = await readAll(openAccount(radicale, settings));
    const other = (await furtherBook(radicale, 'addressbook')).book;
    const account = openAccount(radicale, settings);
    await readAll(account, until);
    assert.equal(await bookUrl(account.session), radicale.book);
    assert.equal(account.requests.length, 1, 'without looking for it');
    const moved = openAccount(radicale, settings);
    assert.equal(await bookUrl(moved.session), other);
    await assert.rejects(
      readAll(moved, until),
      (error) => error instanceof Failure && /another address book/.test(error.message),
    );
  });
});
