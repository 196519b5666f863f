import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Between, openAccount, readAll, readOne } from '../../../test/partners/carddav-account.ts';
import { type CardPerson, cardPerson } from '../../../test/partners/carddav-person.ts';
import {
  type DavServer,
  furtherBook,
  missingServers,
  startRadicale,
  startXandikos,
} from '../../../test/partners/radicale.ts';
import { Failure } from '../../connector/failure.ts';
import { httpReply, textOf } from '../../lib/http.ts';

describe('reading an address book', { skip: missingServers() }, () => {
  let radicale: DavServer;
  let xandikos: DavServer;
  let server: DavServer;
  let person: CardPerson;
  let books = 0;
  before(async () => {
    radicale = await startRadicale();
    xandikos = await startXandikos();
  });
  after(async () => {
    await radicale.stop();
    await xandikos.stop();
  });
  beforeEach(async () => {
    server = await furtherBook(radicale, `pages-${++books}`);
    person = cardPerson(server);
  });
  const make = (count: number) => person.make(Array.from({ length: count }, (_, n) => ({ note: `note ${n}` })));

  test('a first listing takes two calls and one for each hundred cards', async () => {
    const ids = await make(210);
    const account = openAccount(server);
    const { records } = await readAll(account);
    assert.deepEqual(records.map((record) => record.id).sort(), ids.sort());
    assert.deepEqual(account.requests.map(methodOf), ['PROPFIND', 'REPORT', 'REPORT', 'REPORT', 'REPORT']);
    account.forget();
    assert.equal((await readAll(account, undefined, [])).records.length, 210);
    assert.equal(account.requests.length, 1, 'ids and versions alone come with the listing');
  });

  test('where nothing changed, reading takes one call and no listing, in a new session too', async () => {
    await make(3);
    const { until } = await readAll(openAccount(server));
    const account = openAccount(server);
    const page = await readAll(account, until);
    assert.deepEqual([page.records, page.gone], [[], []]);
    assert.deepEqual(account.requests.map(methodOf), ['REPORT']);
    assert.equal((await readAll(account, page.until)).until, page.until);
  });

  test('edits, new cards and removed ones are told', async () => {
    const [first = '', second = '', third = ''] = await make(3);
    const account = openAccount(server);
    const { until } = await readAll(account);
    await person.edit(first, { note: 'edited' });
    await person.remove(second);
    const [fourth] = await person.make([{ note: 'new' }]);
    const page = await readAll(account, until);
    assert.deepEqual(notes(page.records), { [first]: 'edited', [fourth ?? '']: 'new' });
    assert.deepEqual(page.gone, [{ id: second, how: 'missing' }]);
    assert.equal((await readOne(account, third)).values.note, 'note 2');
  });

  test('F13 a token that the server forgot is expired', async () => {
    await make(1);
    const account = openAccount(server);
    const { until } = await readAll(account);
    const name = new URL(server.book).pathname;
    const tokens = join(server.folder, 'data/collection-root', name, '.Radicale.cache/sync-token');
    rmSync(tokens, { recursive: true });
    await person.make([{ note: 'new' }]);
    assert.equal((await readAll(account, until)).expired, true);
    assert.equal((await readAll(account)).records.length, 2);
  });

  test('F13 a token is expired however a server says so', async () => {
    const { until } = await readAll(openAccount(server));
    for (const status of [400, 403, 404, 405, 409, 410, 412, 415, 422, 501, 507]) {
      for (const body of ['', '<error xmlns="DAV:"><valid-sync-token/></error>', '<html>no</html>']) {
        const account = openAccount(server, {}, async (request, pass) =>
          bodyOf(request).includes('sync-collection') ? httpReply(status, body) : pass(request),
        );
        assert.equal((await readAll(account, until)).expired, true, `${status} ${body}`);
      }
    }
    const down = openAccount(server, {}, async () => httpReply(401));
    await assert.rejects(readAll(down, until), (error) => error instanceof Failure && error.kind === 'unauthorized');
  });

  test('a cursor of another address, and what is no cursor, are expired without a call', async () => {
    const { until } = await readAll(openAccount(server));
    const account = openAccount(await furtherBook(radicale, `other-${books}`));
    assert.equal((await readAll(account, until)).expired, true);
    for (const nonsense of ['', '{', 'null', '{}', '{"key":"x"}']) {
      assert.equal((await readAll(account, nonsense)).expired, true);
    }
    assert.deepEqual(account.requests, []);
  });

  describe('on a server without sync tokens', () => {
    for (const [how, between] of Object.entries({
      'that says so': withoutSync('says so'),
      'that does not': withoutSync('hides it'),
    })) {
      test(`${how}, the versions of all cards are compared`, async () => {
        const ids = await make(205);
        const account = openAccount(server, {}, between);
        const first = await readAll(account);
        assert.deepEqual(first.records.map((record) => record.id).sort(), ids.toSorted());
        account.forget();
        const second = await readAll(account, first.until);
        assert.deepEqual([second.records, second.gone], [[], []]);
        assert.deepEqual(account.requests.map(methodOf), ['PROPFIND'], 'the change tag says that nothing changed');
        await person.edit(ids[7] ?? '', { note: 'edited' });
        await person.remove(ids[8] ?? '');
        const third = await readAll(account, second.until);
        assert.deepEqual(notes(third.records), { [ids[7] ?? '']: 'edited' });
        assert.deepEqual(third.gone, [{ id: ids[8], how: 'missing' }]);
      });
    }

    test('F12 a pass that another session goes on with loses no edit of a card it has shown', async () => {
      const ids = (await make(205)).sort();
      const account = openAccount(server, {}, withoutSync('says so'));
      const { contacts } = account;
      const begun = await contacts.reads.page(account.session, { fields: ['note'] });
      await person.edit(ids[0] ?? '', { note: 'edited while paging' });
      const other = openAccount(server, {}, withoutSync('says so'));
      let page = await contacts.reads.page(other.session, { resume: begun.resume, fields: ['note'] });
      while (page.resume) page = await contacts.reads.page(other.session, { resume: page.resume, fields: ['note'] });
      const next = await readAll(other, page.until);
      assert.equal(notes(next.records)[ids[0] ?? ''], 'edited while paging');
    });
  });

  test('a server that lists in parts is asked for the next part, and no change in between is lost', async () => {
    const ids = (await make(23)).sort();
    const between = inParts(10);
    const account = openAccount(server, {}, between);
    const { records, until } = await readAll(account);
    assert.deepEqual(records.map((record) => record.id).sort(), ids);
    await person.edit(ids[2] ?? '', { note: 'edited' });
    assert.deepEqual(notes((await readAll(account, until)).records), { [ids[2] ?? '']: 'edited' });
  });

  test('a server that obeys a limit without a word is asked again without one', async () => {
    const shown = (count: number) =>
      Array.from(
        { length: count },
        (_, n) =>
          `<D:response><D:href>${n}.vcf</D:href><D:propstat><D:prop><D:getetag>"1"</D:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>`,
      ).join('');
    const account = openAccount(server, {}, async (request, pass) => {
      if (!bodyOf(request).includes('sync-collection')) return pass(request);
      const most = Number(/nresults>(\d+)</.exec(bodyOf(request))?.[1] ?? 5010);
      return httpReply(
        207,
        `<D:multistatus xmlns:D="DAV:">${shown(most)}<D:sync-token>t</D:sync-token></D:multistatus>`,
      );
    });
    assert.equal((await readAll(account, undefined, [])).records.length, 5010);
  });

  test('G1 half an answer is no listing', async () => {
    await make(3);
    for (const cut of [0.3, 0.6, 0.99]) {
      const account = openAccount(server, {}, async (request, pass) => {
        const reply = await pass(request);
        const text = textOf(reply);
        return request.method === 'REPORT' ? httpReply(207, text.slice(0, text.length * cut)) : reply;
      });
      await assert.rejects(readAll(account), (error) => error instanceof Failure && error.kind === 'broken');
    }
  });

  test('G1 a card that a server leaves out of its answer is not gone', async () => {
    const ids = await make(4);
    const account = openAccount(server, {}, async (request, pass) => {
      const reply = await pass(request);
      if (!bodyOf(request).includes('multiget')) return reply;
      return httpReply(207, textOf(reply).replace(/<response>.*?<\/response>/s, ''));
    });
    const { records, gone } = await readAll(account);
    assert.deepEqual([records.map((record) => record.id).sort(), gone], [ids.sort(), []]);
  });

  test('names of cards in any script and with any sign are recognized, whatever way they are written', async () => {
    const names = ['Jürgen Höß.vcf', '人.vcf', 'a&b;c+d.vcf', '100%25.vcf', "o'hara@example.com.vcf"];
    for (const [n, name] of names.entries()) {
      const path = name.includes('%') ? name : encodeURIComponent(name);
      await person.write(
        path,
        `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${n}\r\nFN:${n}\r\nN:;;;;\r\nNOTE:n\r\nEND:VCARD\r\n`,
      );
    }
    const account = openAccount(server);
    const { records, until } = await readAll(account);
    const { update, delete: remove } = account.contacts.writes ?? {};
    const items = records.map(({ id, version }) => ({ id, version, values: { note: `new ${id}` }, before: {} }));
    const written = (await update?.send(account.session, items)) ?? [];
    assert.deepEqual(
      written.map((result) => 'done' in result && result.image?.note),
      items.map((item) => item.values.note),
    );
    const changed = await readAll(account, until);
    assert.deepEqual(
      changed.records.map((record) => record.id),
      records.map((record) => record.id),
    );
    await remove?.send(account.session, changed.records);
    assert.equal(await person.count(), 0);
    assert.equal(records.length, names.length);
  });

  test('a list of contacts is no contact', async () => {
    const card = (uid: string, kind: string) =>
      `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${uid}\r\nFN:Friends\r\nN:Friends;;;;\r\n${kind}\r\nEND:VCARD\r\n`;
    await person.write('group.vcf', card('g', 'X-ADDRESSBOOKSERVER-KIND:group'));
    await person.write('org.vcf', card('o', 'KIND:org'));
    const { records, gone } = await readAll(openAccount(server));
    assert.deepEqual([records.map((record) => record.id), gone], [['org.vcf'], [{ id: 'group.vcf', how: 'missing' }]]);
  });

  test('R1 a malformed card is known, without values, and stops no other', async () => {
    const inXandikos = cardPerson(xandikos);
    await inXandikos.write('broken.vcf', 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:broken\r\nFN broken\r\nEND:VCARD\r\n');
    await inXandikos.write('good.vcf', 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:good\r\nFN:Good\r\nEND:VCARD\r\n');
    const account = openAccount(xandikos);
    const { records } = await readAll(account);
    assert.deepEqual(
      records.map(({ id, values }) => [id, values.full_name]),
      [
        ['broken.vcf', undefined],
        ['good.vcf', 'Good'],
      ],
    );
    assert.deepEqual(records[0]?.values, {});
    const text = await inXandikos.read('broken.vcf');
    const item = { id: 'broken.vcf', version: records[0]?.version, values: { note: 'x' }, before: {} };
    const results = await account.contacts.writes?.update?.send(account.session, [item]);
    assert.match(JSON.stringify(results), /"invalid".*cannot be read/);
    assert.equal(await inXandikos.read('broken.vcf'), text, 'nothing writes over it');
  });
});

function methodOf(request: string): string {
  return request.split(' ')[0] ?? '';
}

function bodyOf(request: { body?: string | Uint8Array }): string {
  return String(request.body ?? '');
}

function notes(records: { id: string; values: Record<string, unknown> }[]): Record<string, unknown> {
  return Object.fromEntries(records.map(({ id, values }) => [id, values.note]));
}

/** A server that cannot tell what changed, whether it admits it beforehand or not. */
function withoutSync(way: 'says so' | 'hides it'): Between {
  return async (request, pass) => {
    if (bodyOf(request).includes('sync-collection'))
      return httpReply(403, '<error xmlns="DAV:"><supported-report/></error>');
    const reply = await pass(request);
    if (way === 'hides it') return reply;
    return httpReply(reply.status, textOf(reply).replace(/<sync-token>.*?<\/sync-token>|<sync-collection \/>/g, ''));
  };
}

/** A server that lists so many cards at a time (RFC 6578 §3.6), in a book that does not change while it is listed. */
function inParts(most: number): Between {
  return async (request, pass) => {
    const token = /sync-token>([^<]*)</.exec(bodyOf(request))?.[1] ?? '';
    if (!bodyOf(request).includes('sync-collection')) return pass(request);
    const [, skip = '0', from = token] = /^part:(\d+):(.*)$/.exec(token) ?? [];
    const reply = await pass({ ...request, body: bodyOf(request).replace(token, from) });
    const text = textOf(reply);
    const all = (text.match(/<response>.*?<\/response>/gs) ?? []).sort();
    const part = all.slice(Number(skip), Number(skip) + most);
    const isLast = Number(skip) + most >= all.length;
    const cut = '<response><href>/x/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>';
    const next = `${cut}<sync-token>part:${Number(skip) + most}:${from}</sync-token>`;
    const end = isLast ? /<sync-token>.*?<\/sync-token>/.exec(text)?.[0] : next;
    return httpReply(207, `<multistatus xmlns="DAV:">${part.join('')}${end}</multistatus>`);
  };
}
