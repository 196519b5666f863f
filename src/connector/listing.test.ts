import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpReply } from '../lib/http.ts';
import type { Page, Reads } from './contract.ts';
import { Failure } from './failure.ts';
import { byIdsEach, keyset, listing } from './listing.ts';
import { cursorPaging, lastIdPaging, linkPaging, offsetPaging, type Paging } from './paging.ts';
import { passes, type Step } from './passes.ts';
import { type Answer, ok, sessionOn } from './session-bench.ts';

interface Row {
  id: string;
  at: string;
}

const rows: Row[] = Array.from({ length: 7 }, (_, index) => ({ id: String(index + 1), at: 'x' }));
const read = (all: Row[]) => ({ records: all.map(({ id }) => ({ id, values: {} })) });

function stepOf(paging: Paging): Step {
  return listing<Row>({
    request: () => ({ method: 'GET', url: '/rows' }),
    paging,
    rows: (body) => (body as { rows: Row[] }).rows,
    read,
  });
}

async function readAll(
  page: Reads['page'],
  session: Parameters<Reads['page']>[0],
  since?: string,
): Promise<{ ids: string[]; last: Page }> {
  const ids: string[] = [];
  let resume: string | undefined;
  for (let pages = 0; pages < 50; pages++) {
    const last = await page(session, { since, resume, fields: [] });
    ids.push(...last.records.map((record) => record.id));
    if (last.resume === undefined) return { ids, last };
    resume = last.resume;
  }
  throw new Error('the listing does not end');
}

/** Two rows a page from this offset. */
function slice(offset: number) {
  return rows.slice(offset, offset + 2);
}

const pagings: [string, Paging, Answer][] = [
  [
    'a token in the body',
    cursorPaging('after', (body) => (body as { next?: string }).next),
    ({ url }) => {
      const offset = Number(new URL(url).searchParams.get('after') ?? 0);
      return ok({ rows: slice(offset), ...(offset + 2 < rows.length ? { next: String(offset + 2) } : {}) });
    },
  ],
  [
    'a link in the body',
    linkPaging((body) => (body as { next?: string }).next),
    ({ url }) => {
      const offset = Number(new URL(url).searchParams.get('o') ?? 0);
      return ok({ rows: slice(offset), ...(offset + 2 < rows.length ? { next: `/rows?o=${offset + 2}` } : {}) });
    },
  ],
  [
    'an offset in rows',
    offsetPaging({ query: 'start', size: { query: 'limit', rows: 2 }, counts: 'rows' }),
    ({ url }) => ok({ rows: slice(Number(new URL(url).searchParams.get('start'))) }),
  ],
  [
    'a number of the page',
    offsetPaging({ query: 'page', size: { query: 'pageSize', rows: 2 }, first: 1, counts: 'pages' }),
    ({ url }) => ok({ rows: slice((Number(new URL(url).searchParams.get('page')) - 1) * 2) }),
  ],
  [
    'the last id',
    lastIdPaging('starting_after', (body) => (body as { more: boolean }).more),
    ({ url }) => {
      const offset = Number(new URL(url).searchParams.get('starting_after') ?? 0);
      return ok({ rows: slice(offset), more: offset + 2 < rows.length });
    },
  ],
];

for (const [name, paging, answer] of pagings) {
  test(`a listing that pages by ${name} is complete and ends`, async () => {
    const { session } = sessionOn(answer);
    const { ids } = await readAll(passes({ full: [stepOf(paging)], changed: [], overlapSeconds: 0 }), session);
    assert.deepEqual(
      ids,
      rows.map((row) => row.id),
    );
  });
}

test('an answer without rows is broken, never an empty listing', async () => {
  const { session } = sessionOn(() => ok({ error: null }));
  const page = passes({ full: [stepOf(pagings[0]?.[1] as Paging)], changed: [], overlapSeconds: 0 });
  await assert.rejects(page(session, { fields: [] }), (error) => error instanceof Failure && error.kind === 'broken');
});

test('R1 the next pass begins where this one began by the app’s clock, less the overlap', async () => {
  const [, paging, answer] = pagings[0] as (typeof pagings)[number];
  let minute = 0;
  const { session } = sessionOn((request, n) => {
    const date = new Date(Date.UTC(2030, 0, 1, 12, minute++)).toUTCString();
    return { ...answer(request, n), headers: { 'content-type': 'application/json', date } } as ReturnType<Answer>;
  });
  const asked: (string | undefined)[] = [];
  const changed: Step = async (_, ask) => {
    asked.push(ask.since);
    return { records: [], asOf: Date.UTC(2030, 0, 1, 13) };
  };
  const page = passes({ full: [stepOf(paging)], changed: [changed], overlapSeconds: 90 });
  const { last } = await readAll(page, session);
  await readAll(page, session, last.until);
  assert.deepEqual(asked, ['2030-01-01T11:58:30.000Z']);
});

test('steps follow one another, and what one notes down comes back to it in the next pass', async () => {
  const seen: string[] = [];
  const step =
    (name: string): Step =>
    async (_, ask) => {
      seen.push(`${name} ${ask.place ?? ''} ${ask.note ?? ''}`);
      if (ask.place === undefined) return { records: [{ id: name, values: {} }], place: 'more' };
      return { records: [], note: `${ask.note ?? ''}${name}` };
    };
  const { session } = sessionOn(() => ok());
  const page = passes({ full: [step('full')], changed: [step('a'), step('b')], overlapSeconds: 0 });
  const first = await readAll(page, session);
  const second = await readAll(page, session, JSON.stringify({ since: 'x', notes: {} }));
  await readAll(page, session, second.last.until);
  assert.deepEqual([first.ids, second.ids], [['full'], ['a', 'b']]);
  assert.deepEqual(seen.slice(2), ['a  ', 'a more ', 'b  ', 'b more ', 'a  a', 'a more a', 'b  b', 'b more b']);
});

test('F9 F10 a keyset sees every row once at least, whatever shares a stamp or moves while it pages', async () => {
  const size = 3;
  const table = new Map<string, string>();
  for (let n = 1; n <= 40; n++)
    table.set(String(n).padStart(3, '0'), n <= 5 ? `t${n}` : n <= 25 ? 't6' : `u${String(n).padStart(2, '0')}`);
  const { session } = sessionOn(({ body }, n) => {
    const { order, stamp, afterId } = JSON.parse(String(body)) as { order: string; stamp: string; afterId?: string };
    // A row that was not reached yet moves to the end while paging.
    if (n === 4) table.set('030', 'zz');
    const fits = (at: string, id: string) =>
      order === 'from' ? at >= stamp : order === 'beyond' ? at > stamp : at === stamp && id > (afterId ?? '');
    const found = [...table].filter(([id, at]) => fits(at, id)).map(([id, at]) => ({ id, at }));
    found.sort((one, other) =>
      order === 'tied' || one.at === other.at ? (one.id < other.id ? -1 : 1) : one.at < other.at ? -1 : 1,
    );
    return ok({ rows: found.slice(0, size), more: found.length > size });
  });
  const step = keyset<Row>({
    request: (query) => ({ method: 'POST', url: '/search', body: query, effect: 'read' }),
    rows: (body) => (body as { rows: Row[] }).rows,
    more: (body) => (body as { more: boolean }).more,
    stamp: (row) => row.at,
    id: (row) => row.id,
    read,
  });
  const page = passes({ full: [], changed: [step], overlapSeconds: 0 });
  const { ids } = await readAll(page, session, JSON.stringify({ since: '', notes: {} }));
  assert.deepEqual([...new Set(ids)].sort(), [...table.keys()].sort());
});

test('records that are read one by one and are not there are gone', async () => {
  const byIds = byIdsEach<Row>({
    request: (id) => ({ method: 'GET', url: `/rows/${id}` }),
    read: (row) => ({ id: row.id, values: {} }),
  });
  const { session } = sessionOn(({ url }) => (url.endsWith('/2') ? httpReply(404) : ok({ id: url.slice(-1) })));
  const page = await byIds(session, ['1', '2', '3'], []);
  assert.deepEqual(page, {
    records: [
      { id: '1', values: {} },
      { id: '3', values: {} },
    ],
    gone: [{ id: '2', how: 'missing' }],
  });
});
