import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type Http, systemHttp } from '../../src/lib/http.ts';
import { type FileContent, type Installation, install } from '../scenarios/installation.ts';
import { type CardPerson, cardPerson } from './carddav-person.ts';
import { freePort } from './free-port.ts';
import { type TestPostgres, testPostgres } from './postgres.ts';
import { type DavServer, missingServers, startRadicale } from './radicale.ts';

const nothing = { created: 0, updated: 0, archived: 0, deleted: 0 };
const names = ['whole', 'cut', 'nonsense', 'nul', 'bytes', 'birthday'];

suite('a broken card stops nobody, and nothing writes over it', { skip: missingServers() }, () => {
  let server: DavServer;
  let person: CardPerson;
  let shop: TestPostgres;
  let installation: Installation;
  let file: FileContent;
  before(async () => {
    server = await startRadicale();
    person = cardPerson(server);
    for (const name of names) await person.write(`${name}.vcf`, cardText(name));
    shop = await testPostgres();
    await shop.query(
      'create table people (id uuid primary key default gen_random_uuid(), email text, last_name text, note text, birthday date)',
    );
    installation = await install();
    file = fileOf(server, shop);
  });
  after(async () => {
    await shop?.close();
    await server?.stop();
  });

  const rows = async () =>
    (await shop.query('select email, last_name, note from people order by email')).rows.map((row) => row.email);
  const address = (name: string) => `${name}@example.com`;

  test('a wrong password and a server that is not there are said at the account, with their place', async () => {
    const wrong = fileOf({ ...server, password: 'wrong' }, shop);
    const refused = await installation.refusal(wrong);
    assert.match(refused.message, /^accounts\.book: CardDAV.*401/);
    assert.deepEqual([refused.line, refused.column], [2, 3]);
    const nobody = fileOf({ ...server, book: `http://127.0.0.1:${await freePort()}/hub/contacts/` }, shop);
    assert.match((await installation.refusal(nobody)).message, /^accounts\.book: .*could not be reached/);
  });

  test('cards that cannot be read, or hold what no field takes, are left out; the others arrive', async () => {
    const ran = await installation.sync(file, { http: broken });
    assert.equal(ran.exit, 1);
    // A birthday that is no date is no reason to keep its person out: the field is left alone.
    assert.deepEqual(await rows(), [address('birthday'), address('whole')]);
    assert.deepEqual(ran.only.problems, { 'invalid-value': 2 }, JSON.stringify(ran.only));
    assert.equal(ran.only.excluded, 2, 'of what cannot be read nobody knows an address');
    assert.deepEqual(ran.only.a, nothing, 'no card was touched');
  });

  test('once they are mended they arrive', async () => {
    for (const name of names.slice(1)) await person.edit(`${name}.vcf`, { note: 'mended' });
    const ran = await installation.sync(file);
    assert.equal(ran.exit, 0, JSON.stringify(ran.only));
    assert.deepEqual(await rows(), names.map(address).sort());
  });

  test('D2 a linked card that comes broken changes nothing, here or there', async () => {
    const before = await Promise.all(names.map((name) => person.read(`${name}.vcf`)));
    const kept = (await shop.query('select * from people order by email')).rows;
    await person.edit('cut.vcf', { note: 'again' });
    const ran = await installation.sync(file, { http: broken });
    assert.deepEqual([ran.only.a, ran.only.b], [nothing, nothing]);
    assert.deepEqual((await shop.query('select * from people order by email')).rows, kept);
    for (const [n, name] of names.entries())
      if (name !== 'cut') assert.equal(await person.read(`${name}.vcf`), before[n]);
    const later = await installation.sync(file);
    assert.equal(later.exit, 0);
  });

  test('XML that breaks off, or is none, ends the sync at its account, and the next run has it all', async () => {
    await person.edit('whole.vcf', { note: 'later' });
    for (const spoil of [cutOff, noXml]) {
      const ran = await installation.sync(file, { http: spoil });
      assert.equal(ran.exit, 1);
      assert.match(ran.notes.join(), /accounts\.book: the address book answered with something.*not finished: people/);
      assert.deepEqual([ran.only.a, ran.only.b], [nothing, nothing]);
    }
    assert.equal((await installation.sync(file)).exit, 0);
    const { rows: found } = await shop.query('select note from people where email = $1', [address('whole')]);
    assert.equal(found[0].note, 'later');
  });
});

function cardText(name: string): string {
  const lines = ['BEGIN:VCARD', 'VERSION:3.0', `UID:${name}`, `FN:Ann ${name}`, `N:Müller ${name};Ann;;;`];
  return [...lines, `EMAIL:${name}@example.com`, 'BDAY:1980-02-29', 'END:VCARD', ''].join('\r\n');
}

/** The real network, where the answers are changed. */
function changing(change: (text: string) => string | Buffer): Http {
  return {
    async request(request) {
      const reply = await systemHttp.request(request);
      const text = Buffer.from(reply.body).toString();
      if (!/^REPORT|^PROPFIND/.test(request.method) || reply.status !== 207) return reply;
      return { ...reply, body: Buffer.from(change(text)) };
    },
  };
}

/** Each card changed as its name says. */
const broken = changing((text) => {
  const cards = text.replace(/BEGIN:VCARD[\s\S]*?END:VCARD/g, (card) => spoiltCard(card));
  const bytes = Buffer.from(cards);
  const at = bytes.indexOf('Müller bytes');
  return at < 0 ? bytes : Buffer.concat([bytes.subarray(0, at + 1), Buffer.from([0xfc]), bytes.subarray(at + 3)]);
});

function spoiltCard(card: string): string {
  const is = (name: string) => card.includes(`${name}@example.com`);
  if (is('cut')) return card.replace('END:VCARD', '');
  if (is('nonsense')) return 'What is this?';
  if (is('nul')) return card.replace('Müller', 'Mü\u0000ller');
  return is('birthday') ? card.replace('1980-02-29', '0000-13-45') : card;
}

const cutOff = changing((text) => text.slice(0, text.length >> 1));
const noXml = changing(() => '<html><body>Please sign in<br></body>');

function fileOf(server: DavServer, shop: TestPostgres): FileContent {
  const { username, password } = server;
  return {
    accounts: {
      book: { app: 'carddav', settings: { url: server.book }, secrets: { username, password } },
      shop: { app: 'postgres', secrets: { url: shop.url } },
    },
    syncs: { people: { a: { account: 'book', object: 'contacts' }, b: { account: 'shop', object: 'public.people' } } },
  };
}
