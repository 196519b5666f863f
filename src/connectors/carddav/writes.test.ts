import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  type Between,
  type CardAccount,
  openAccount,
  readAll,
  readOne,
} from '../../../test/partners/carddav-account.ts';
import { type CardPerson, cardPerson } from '../../../test/partners/carddav-person.ts';
import {
  type DavServer,
  furtherBook,
  missingServers,
  startRadicale,
  startXandikos,
} from '../../../test/partners/radicale.ts';
import type { WriteResult } from '../../connector/contract.ts';
import { Failure } from '../../connector/failure.ts';
import { must } from '../../lib/assert.ts';
import { httpReply } from '../../lib/http.ts';
import type { Values } from '../../model/value.ts';

describe('writing an address book', { skip: missingServers() }, () => {
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
    server = await furtherBook(radicale, `writes-${++books}`);
    person = cardPerson(server);
  });

  for (const version of ['3.0', '4.0']) {
    test(`on a server that keeps bytes, all lines of a vCard ${version} but those written stay as they were`, async () => {
      const account = openAccount(xandikos);
      const stranger = cardPerson(xandikos);
      const id = `rich-${version}.vcf`;
      const text = richCard(version);
      await stranger.write(id, text);
      assert.equal(await stranger.read(id), text);
      await update(account, id, { email: 'new@example.com', note: 'short' });
      const changed = text
        .replace('old@example.com', 'new@example.com')
        .replace(/NOTE:.*?\r\n(?! )/s, 'NOTE:short\r\n');
      assert.equal(await stranger.read(id), changed);
      await update(account, id, { birthday: '1985-04-12', last_name: 'Berg' });
      const birthday = version === '3.0' ? '1985-04-12' : '19850412';
      const again = changed.replace(/BDAY.*\r\n/, `BDAY:${birthday}\r\n`).replaceAll('Lee', 'Berg');
      assert.equal(await stranger.read(id), again);
    });

    test(`on a server that rewrites cards, unknown properties of a vCard ${version} are untouched by an update`, async () => {
      const account = openAccount(server);
      await person.write('rich.vcf', richCard(version));
      const before = await person.read('rich.vcf');
      const result = await update(account, 'rich.vcf', { email: 'new@example.com', categories: ['a', 'b,c'] });
      const after = await person.read('rich.vcf');
      const changed = (text: string) => text.split('\r\n').filter((line) => !/EMAIL;.*pref|CATEGORIES/i.test(line));
      assert.deepEqual(changed(after), changed(before));
      assert.match(after, /\r\nCATEGORIES:a,b\\,c\r\n/);
      assert.ok('done' in result);
      assert.deepEqual(result.image, (await readOne(account, 'rich.vcf')).values, 'the image is what the server shows');
    });
  }

  test('long texts in any script are folded inside no character', async () => {
    const account = openAccount(xandikos);
    const note = '👩‍👩‍👧‍👦åäö漢字, '.repeat(4000);
    const [result] = await create(account, [{ full_name: 'Långt Namn', note }]);
    assert.ok(result && 'done' in result);
    assert.equal((await readOne(account, result.done)).values.note, note);
    for (const line of (await cardPerson(xandikos).read(result.done)).split('\r\n')) {
      assert.ok(Buffer.byteLength(line) <= 75 && !line.includes('\ufffd'));
    }
  });

  test('W7 a card that was changed meanwhile is stale, and so is one that changes between reading and writing', async () => {
    const [id = ''] = await person.make([{ note: 'first' }]);
    const account = openAccount(server);
    const { version } = await readOne(account, id);
    await person.edit(id, { note: 'theirs' });
    assert.equal(refusal(await update(account, id, { note: 'ours' }, version)), 'stale');
    const racing = openAccount(server, {}, async (request, pass) => {
      if (request.method === 'PUT') await person.edit(id, { note: 'in between' });
      return pass(request);
    });
    assert.equal(refusal(await update(racing, id, { note: 'ours' })), 'stale');
    const remove = account.contacts.writes?.delete;
    assert.equal(refusal((await remove?.send(account.session, [{ id, version }]))?.[0]), 'stale');
    assert.equal((await readOne(account, id)).values.note, 'in between');
  });

  test('an edit made right after our write is not taken for its image', async () => {
    const [id = ''] = await person.make([{ note: 'first', email: 'a@b.c' }]);
    const racing = openAccount(server, {}, async (request, pass) => {
      const reply = await pass(request);
      if (request.method === 'PUT') await person.edit(id, { note: 'theirs' });
      return reply;
    });
    assert.deepEqual(await update(racing, id, { note: 'ours' }), { done: id });
  });

  test('a server that gives no etag, or a weak one, for what it stored is read for it', async () => {
    const [id = ''] = await person.make([{ note: 'first' }]);
    for (const [n, etag] of [undefined, 'W/"1"'].entries()) {
      const account = openAccount(server, {}, async (request, pass) => {
        const reply = await pass(request);
        const { etag: _, ...headers } = reply.headers;
        return request.method === 'PUT' ? { ...reply, headers: { ...headers, ...(etag ? { etag } : {}) } } : reply;
      });
      const result = await update(account, id, { note: `note ${n}` });
      const record = await readOne(account, id);
      assert.deepEqual(result, { done: id, image: record.values, version: record.version });
    }
  });

  test('W7 a server with weak etags only is compared with before each write', async () => {
    const [id = ''] = await person.make([{ note: 'first' }]);
    const account = openAccount(server, {}, async (request, pass) => {
      assert.equal(request.headers?.['if-match'], undefined, 'a weak etag can be no condition');
      const { status, headers, body } = await pass(request);
      const text = Buffer.from(body).toString().replaceAll('<getetag>"', '<getetag>W/"');
      return httpReply(status, text, { ...headers, etag: 'W/"1"' });
    });
    const { version } = await readOne(account, id);
    assert.ok('done' in (await update(account, id, { note: 'ours' })));
    assert.equal(refusal(await update(account, id, { note: 'again' }, version)), 'stale');
    const remove = must(account.contacts.writes?.delete);
    assert.equal(refusal((await remove.send(account.session, [{ id, version }]))[0]), 'stale');
    const now = await readOne(account, id);
    assert.deepEqual(await remove.send(account.session, [now]), [{ done: id }]);
    assert.deepEqual(await remove.send(account.session, [now]), [{ done: id }]);
  });

  test('W2 a card that is there already is a duplicate with its id; so is one with its UID', async () => {
    const account = openAccount(server);
    const { create: batch } = account.contacts.writes ?? {};
    const items = [{ values: { full_name: 'Ann', uid: 'own <uid>' }, token: 'one.vcf' }];
    assert.ok('done' in must((await batch?.send(account.session, items))?.[0]));
    const again = await batch?.send(account.session, items);
    assert.deepEqual(duplicate(again), 'one.vcf');
    const sameUid = await batch?.send(account.session, [{ ...must(items[0]), token: 'two.vcf' }]);
    assert.deepEqual(duplicate(sameUid), 'one.vcf');
    assert.equal(await person.count(), 1);
  });

  test('new cards get the ids that were reserved, and UIDs inside to match', async () => {
    const account = openAccount(server);
    const [one, two] = await create(account, [{ email: 'a@b.c' }, { uid: 'theirs', email: 'b@b.c' }]);
    assert.ok(one && two && 'done' in one && 'done' in two);
    assert.deepEqual([one.image?.uid, two.image?.uid], [one.done.replace('.vcf', ''), 'theirs']);
  });

  test('S2 a thousand cards are created, in batches, with few further calls', async () => {
    const account = openAccount(server);
    const results: WriteResult[] = [];
    for (let at = 0; at < 1000; at += 50) {
      results.push(
        ...(await create(
          account,
          Array.from({ length: 50 }, (_, n) => person1000(at + n)),
        )),
      );
    }
    assert.equal(results.filter((result) => 'done' in result && result.image && result.version).length, 1000);
    assert.equal(account.requests.length, 1 + 1000 + 20, 'one to find the book, one each, one a batch to see them');
    account.forget();
    const { records } = await readAll(account);
    assert.equal(new Set(records.map((record) => record.values.email)).size, 1000);
    assert.equal(account.requests.length, 1 + 10);
  });

  test('a card is refused for what the server says, and its batch-mates are done', async () => {
    const answers: [number, string, string][] = [
      [400, '', 'invalid'],
      [403, '', 'forbidden'],
      [403, '<C:max-resource-size/>', 'invalid'],
      [409, '', 'unavailable'],
      [413, '', 'invalid'],
      [415, '<C:supported-address-data/>', 'invalid'],
      [418, '', 'invalid'],
      [507, '<quota-not-exceeded/>', 'forbidden'],
      [301, '', 'invalid'],
    ];
    const error = (inside: string) => `<error xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">${inside}</error>`;
    for (const [status, condition, kind] of answers) {
      const account = openAccount(server, {}, async (request, pass) =>
        String(request.body).includes('FN:Bad') ? httpReply(status, error(condition)) : pass(request),
      );
      const results = await create(
        account,
        ['Good', 'Bad', 'Fine'].map((full_name) => ({ full_name })),
      );
      assert.deepEqual(
        results.map((result) => 'done' in result || refusal(result)),
        [true, kind, true],
        `${status}`,
      );
    }
  });

  test('W2 a server that breaks down answers for what was sent only', async () => {
    let calls = 0;
    const dropping: Between = async (request, pass) => {
      if (request.method !== 'PUT') return pass(request);
      return ++calls < 3 ? pass(request) : httpReply(503);
    };
    const results = await create(
      openAccount(server, {}, dropping),
      Array.from({ length: 12 }, (_, n) => person1000(n)),
    );
    const kinds = results.map((result) =>
      'done' in result ? 'done' : 'unknown' in result ? 'unknown' : refusal(result),
    );
    assert.equal(kinds.filter((kind) => kind === 'done').length, 2);
    assert.ok(kinds.filter((kind) => kind === 'unknown').length <= 4, 'no more than were under way');
    assert.equal(kinds.at(-1), 'unavailable', 'what was not sent says so');
    const out = openAccount(server, {}, async (request, pass) =>
      request.method === 'PUT' ? httpReply(401) : pass(request),
    );
    const failed = (error: unknown) => error instanceof Failure && error.kind === 'unauthorized' && error.sent === 'no';
    await assert.rejects(create(out, [person1000(1), person1000(2)]), failed);
  });
});

async function create(account: CardAccount, records: Values[]): Promise<WriteResult[]> {
  const batch = must(account.contacts.writes?.create);
  const items = records.map((values) => ({ values }));
  const tokens = must(await batch.reserve?.(account.session, items));
  return batch.send(
    account.session,
    items.map((item, index) => ({ ...item, token: must(tokens[index]) })),
  );
}

async function update(account: CardAccount, id: string, values: Values, version?: string): Promise<WriteResult> {
  const item = { id, values, version: version ?? (await readOne(account, id)).version, before: {} };
  return must((await must(account.contacts.writes?.update).send(account.session, [item]))[0]);
}

function refusal(result: WriteResult | undefined): string {
  assert.ok(result && 'refused' in result, `expected a refusal, not ${JSON.stringify(result)}`);
  assert.ok(result.refused.message.length > 10);
  return result.refused.kind;
}

function duplicate(results: WriteResult[] | undefined): string | undefined {
  assert.equal(refusal(results?.[0]), 'duplicate');
  return results?.[0] && 'refused' in results[0] ? results[0].refused.existingId : undefined;
}

function person1000(n: number): Values {
  return {
    first_name: 'Ann',
    last_name: `Lee ${n}`,
    email: `ann.${n}@example.com`,
    phones: [{ value: `+46 70 ${n}` }],
  };
}

/** A card as phones make them, with much that Syncline knows nothing of, folded in odd places and with multi-byte characters. */
function richCard(version: string): string {
  const lines = [
    'BEGIN:VCARD',
    `VERSION:${version}`,
    'PRODID:-//Apple Inc.//iPhone OS 17//EN',
    `UID:rich-${version}`,
    'N:Lee;Ann;;;',
    'FN:Ann Lee',
    'item1.EMAIL;type=INTERNET;type=pref:old@example.com',
    'item1.X-ABLabel:_$!<Work>!$_',
    'EMAIL;type=INTERNET;type=HOME:home@example.com',
    'item2.TEL:+46 70 123',
    'item2.X-ABLabel:Boat house',
    'item3.ADR;type=HOME:;;Main Street 1\\nBack yard;Town;;12345;Sweden',
    'item3.X-ABADR:se',
    'BDAY;VALUE=date:1980-01-01',
    'X-SOCIALPROFILE;type=twitter;x-user=ann:http://twitter.com/ann',
    'X-UNKNOWN;X-PARAM="a:b;c":one\\;two\\, three\\nfour',
    'IMPP;X-SERVICE-TYPE=Jabber;type=HOME:xmpp:ann@example.com',
    'NOTE:This note is long enough to be folded\\, and its äöå are bytes of more th',
    ' an one kind; 漢字 and 👩‍👩‍👧‍👦 too\\nwith a second line',
    'PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQ',
    ' gKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBD',
    'REV:2024-01-02T03:04:05Z',
    'END:VCARD',
    '',
  ];
  return lines.join('\r\n');
}
