import { performance } from 'node:perf_hooks';
import { listRecords, type RecordFilter } from '../src/store/record-list.ts';
import { startTestServer } from '../src/store/test-server.ts';
import { readTrend } from '../src/store/trends.ts';
import { listWrites } from '../src/store/write-list.ts';
import type { Figure } from './figure.ts';

/** The longest that a page of the record view may take, in milliseconds. */
const AIM = 'at most 300 ms';
const ROUNDS = 5;

/** Pages of the record view over so many records in sync, on the embedded PostgreSQL: the slowest of five rounds each. */
export async function recordList(rows: number): Promise<Figure[]> {
  const server = await startTestServer();
  try {
    const { db } = await server.database();
    for (const statement of fillSql(rows)) await db.rows(statement);
    const [ends] = await db.rows<{ half: number; last: number }>(
      'select min(at) + (max(at) - min(at)) / 2 as half, max(at) as last from history',
    );
    const syncs = [{ id: '1', feeds: { a: '1', b: '2' } }];
    const all: RecordFilter = {
      syncs,
      status: null,
      categories: null,
      from: null,
      to: null,
      text: null,
      after: null,
      most: 50,
    };
    const from = (ends?.last ?? 0) - 3_600_000;
    const asked: [string, () => Promise<unknown>][] = [
      ['the first page', () => listRecords(db, all)],
      ['a page from the middle', () => listRecords(db, { ...all, after: String(rows / 2) })],
      [
        'those that fail, of one category',
        () => listRecords(db, { ...all, status: 'failing', categories: ['too-long'] }),
      ],
      ['a status that nothing has', () => listRecords(db, { ...all, status: 'waiting' })],
      ['a text that one record has', () => listRecords(db, { ...all, text: 'Ann77777@' })],
      ['a text that nothing has', () => listRecords(db, { ...all, text: 'nobody at all' })],
      ['a text that all records have', () => listRecords(db, { ...all, text: 'EXAMPLE' })],
      [
        'a text that all have, with a status that nothing has',
        () => listRecords(db, { ...all, text: 'example', status: 'waiting' }),
      ],
      ['what changed in the last hour', () => listRecords(db, { ...all, from })],
      ['what changed in half of all time', () => listRecords(db, { ...all, to: ends?.half ?? 0 })],
      ["a run's writes", () => listWrites(db, { sync: '1', link: null, run: 1, after: null, most: 50 })],
      ['a week of trends', () => readTrend(db, '1', null, 0, 6)],
    ];
    const figures: Figure[] = [];
    for (const [name, ask] of asked)
      figures.push({ name: `record view: ${name}`, value: await slowest(ask), unit: 'ms', aim: AIM });
    return figures;
  } finally {
    await server.stop();
  }
}

async function slowest(ask: () => Promise<unknown>): Promise<number> {
  let most = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    await ask();
    most = Math.max(most, performance.now() - from);
  }
  return most;
}

/** Two apps that have the same people; the writes are spread over the last 30 days. */
function fillSql(rows: number): string[] {
  const naming = `{"naming": {"names": [["firstname", "lastname"]], "search": ["email", "firstname", "lastname"]}}`;
  const content = `jsonb_build_object('email', 'ann' || g || '@example.com', 'firstname', 'Ann' || g, 'lastname', 'Örn', 'note', repeat('x', 1500))`;
  const month = 30 * 86_400_000;
  return [
    `insert into workspace (key, made_at) values ('default', 0)`,
    `insert into account (workspace, key, app, settings) values (1, 'one', 'toy', '{}'), (1, 'two', 'toy', '{}')`,
    `insert into feed (account, object, progress) values (1, 'people', '${naming}'), (2, 'people', '${naming}')`,
    `insert into sync (workspace, key, a_feed, b_feed, settings, enabled, progress, salt) values (1, 'people', 1, 2, '{}', true, '{"phase":"live"}', 1)`,
    ...[1, 2].map(
      (feed) =>
        `insert into record (feed, id, content, answered, first_seen, changed) select ${feed}, 'r' || g, ${content}, 1, 1, 1 from generate_series(1, ${rows}) g`,
    ),
    `insert into link (sync, id, a_id, b_id, generation, stage, status, problem, a_base, b_base)
     select 1, g, 'r' || g, 'r' || g, 0, 'active', case when g % 100 = 0 then 'failing' else 'in-sync' end,
       case when g % 100 = 0 then jsonb_build_object('category', case when g % 1000 = 0 then 'too-long' else 'invalid-value' end, 'side', 'b', 'message', 'x') end,
       decode(repeat('ab', 140), 'hex'), decode(repeat('ab', 140), 'hex') from generate_series(1, ${rows}) g`,
    `select make_history_month(m) from (select moment(null) - ${month} as m union all select moment(null)) m`,
    `insert into run (sync, id, started_at, seen_at, tally) select 1, 'r1', moment(null) - ${month}, moment(null), '{"b": {"created": ${rows}}}'`,
    `insert into history (at, sync, run, link, side, op, record, before, after, rule, edges)
     select moment(null) - ${month} + (${month}::float8 * g / ${rows})::bigint, 1, 1, g, 'b', 'create', 'r' || g, '{}', ${content}, '{}', '{}' from generate_series(1, ${rows}) g`,
  ];
}

if (import.meta.main) {
  for (const { name, value, unit } of await recordList(Number(process.env.BENCH_ROWS ?? 100_000)))
    console.log(`${name}: ${value.toFixed(1)} ${unit}`);
}
