import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { type Http, systemHttp } from '../../src/lib/http.ts';
import { makeDesk, runCommand, summaryIn } from '../scenarios/command.ts';
import { type FileContent, type Installation, install } from '../scenarios/installation.ts';
import { type CardPerson, cardPerson } from './carddav-person.ts';
import { type TestPostgres, testPostgres } from './postgres.ts';
import { type DavServer, furtherBook, missingServers, startRadicale } from './radicale.ts';

const skip = missingServers();
const cards = 1000;

suite('Radicale and a PostgreSQL table', { skip }, () => {
  let server: DavServer;
  before(async () => {
    server = await startRadicale();
  });
  after(() => server?.stop());

  suite('in this process', () => {
    let world: World;
    const requests: string[] = [];
    const http: Http = {
      request(request) {
        requests.push(`${request.method} ${/<(?:D|C):([a-z-]+)/.exec(String(request.body ?? ''))?.[1] ?? ''}`.trim());
        return systemHttp.request(request);
      },
    };
    let installation: Installation;
    let untouched: Map<string, string>;
    before(async () => {
      world = await makeWorld(server, 'inside');
      installation = await install();
      untouched = texts(world);
    });
    after(() => world?.shop.close());

    test('M1 the first sync makes a row for each of 1,000 cards, and none fails', async () => {
      const { exit, only } = await installation.sync(world.file, { http });
      assert.equal(exit, 0);
      assert.deepEqual(only.b, { created: cards, updated: 0, archived: 0, deleted: 0 });
      assert.deepEqual([only.inSync, only.failing, only.waiting, only.a.updated], [cards, 0, 0, 0]);
      assert.equal(await rows(world), cards);
    });

    test('M5 the second run writes nothing and lists nothing: one report of what changed', async () => {
      requests.splice(0);
      const { exit, only, events, calls } = await installation.sync(world.file, { http });
      assert.equal(exit, 0);
      assert.deepEqual([only.a, only.b], [nothing, nothing]);
      assert.deepEqual(requests, ['REPORT sync-collection']);
      assert.equal(
        events.filter(({ kind }) => kind === 'read').reduce((sum, { count }) => sum + count, 0),
        0,
      );
      assert.ok((calls.shop ?? 0) < 10, `${calls.shop} statements`);
      assert.deepEqual(texts(world), untouched, 'no card was touched');
    });

    test('M2 100 edits on one side and 100 of another field on the other, 50 records on both: 200 values kept', async () => {
      for (const n of range(0, 100)) await world.person.edit(cardId(n), { note: `note of a, ${n}` });
      const edited = texts(world);
      await world.shop.query(
        `update contacts set title = 'title of b, ' || substr(email, 7, 4)::int
          where substr(email, 7, 4)::int between 50 and 149`,
      );
      requests.splice(0);
      const { exit, only } = await installation.sync(world.file, { http });
      assert.equal(exit, 0);
      assert.deepEqual([only.a.updated, only.b.updated, only.conflicts], [100, 100, 0]);
      const found = await world.shop.query(
        `select substr(email, 7, 4)::int as n, note, title from contacts where substr(email, 7, 4)::int < 150`,
      );
      const now = texts(world);
      let kept = 0;
      for (const { n, note, title } of found.rows) {
        const card = now.get(cardId(n)) ?? '';
        if (n < 100) kept += Number(note === `note of a, ${n}` && card.includes(`NOTE:note of a\\, ${n}\r\n`));
        if (n >= 50) kept += Number(title === `title of b, ${n}` && card.includes(`TITLE:title of b\\, ${n}\r\n`));
      }
      assert.equal(kept, 200);
      unknownLinesAreTheSame(edited, now);
      for (const n of [...range(0, 50), ...range(150, cards)]) {
        assert.equal(
          now.get(cardId(n)),
          edited.get(cardId(n)),
          'a card without an edit across is byte for byte the same',
        );
      }
      const listings = requests.filter((request) => /^(PROPFIND|GET)/.test(request));
      assert.deepEqual(listings, [], 'nothing was listed to find 200 edits');
    });

    test('M5 the run after the edits writes nothing', async () => {
      const { only } = await installation.sync(world.file, { http });
      assert.deepEqual([only.a, only.b, only.inSync], [nothing, nothing, cards]);
    });
  });

  test('the command itself, on its own database, does the same', async () => {
    const world = await makeWorld(server, 'outside');
    const desk = makeDesk();
    try {
      const words = ['sync', desk.file(world.file), '--data', desk.data, '--yes', '--json'];
      const first = await runCommand(words);
      assert.equal(first.code, 0, first.out + first.err);
      assert.equal(summaryIn(first).syncs.people?.b.created, cards);
      const second = await runCommand(words);
      assert.equal(second.code, 0, second.out + second.err);
      const { syncs, calls } = summaryIn(second);
      assert.deepEqual([syncs.people?.a, syncs.people?.b, syncs.people?.inSync], [nothing, nothing, cards]);
      assert.equal(calls.book, 1, 'one report of what changed');
      assert.equal(await rows(world), cards);
    } finally {
      desk.clear();
      await world.shop.close();
    }
  });
});

const nothing = { created: 0, updated: 0, archived: 0, deleted: 0 };

/** A book of 1,000 cards, an empty table, and the file that joins them. */
interface World {
  person: CardPerson;
  shop: TestPostgres;
  file: FileContent;
  /** Where the server keeps the book. */
  folder: string;
}

async function makeWorld(server: DavServer, name: string): Promise<World> {
  const dav = await furtherBook(server, name);
  const person = cardPerson(dav);
  await person.write('', range(0, cards).map(cardText).join(''));
  const shop = await testPostgres();
  await shop.query(
    `create table contacts (id uuid primary key default gen_random_uuid(), first_name text, last_name text,
      email text, phone text, company text, title text, note text, birthday date)`,
  );
  const file = {
    accounts: {
      book: { app: 'carddav', settings: { url: dav.book }, secrets: { username: 'hub', password: 'hub' } },
      shop: { app: 'postgres', secrets: { url: shop.url } },
    },
    syncs: {
      people: { a: { account: 'book', object: 'contacts' }, b: { account: 'shop', object: 'public.contacts' } },
    },
  };
  return { person, shop, file, folder: join(server.folder, 'data/collection-root/hub', name) };
}

/** A card with what no field stands for: our connector must leave those lines alone. */
function cardText(n: number): string {
  const number = String(n).padStart(4, '0');
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `UID:${cardId(n).replace('.vcf', '')}`,
    `FN:Ann Other ${number}`,
    `N:Other ${number};Ann;;;`,
    `EMAIL;TYPE=INTERNET,WORK:person${number}@example.com`,
    `TEL;TYPE=CELL:+49 30 1234${number}`,
    'ORG:Example\\, Sons & Daughters;Branch',
    `X-LOYALTY;X-LEVEL=gold:${number};a\\,b`,
    'X-EMPTY:',
    `item1.X-ABLABEL:_$!<Anniversary>!$_`,
    `item1.X-ABDATE:2001-02-03`,
    `PHOTO;ENCODING=b;TYPE=PNG:${Buffer.from(`picture ${number} `.repeat(12)).toString('base64')}`,
    ...(n % 3 === 0 ? ['BDAY:1980-02-29'] : []),
    'END:VCARD',
    '',
  ];
  return lines.join('\r\n');
}

function cardId(n: number): string {
  return `card-${String(n).padStart(4, '0')}.vcf`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Every card, byte for byte, as it lies on the server's disk. */
function texts({ folder }: World): Map<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.vcf'));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

function unknownLinesAreTheSame(before: Map<string, string>, now: Map<string, string>): void {
  for (const [id, text] of before) assert.deepEqual(unknownLines(now.get(id) ?? ''), unknownLines(text), id);
}

/** The bytes of the lines that no field stands for, with their folding. */
function unknownLines(text: string): string[] {
  const lines = text.split(/\r\n(?![ \t])/);
  return lines.filter((line) => /^(X-|item1\.X-|PHOTO|UID|VERSION)/i.test(line));
}

async function rows({ shop }: World): Promise<number> {
  const found = await shop.query('select count(*)::int as n from contacts');
  return found.rows[0].n;
}
