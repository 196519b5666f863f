import { across, type Side, type Two } from '../model/value.ts';
import { type Db, type Sql, wholeTables } from './db.ts';
import { knownSpecs } from './keys.ts';
import { fence } from './leases.ts';
import { readSyncFeeds, type SyncFeeds } from './pairs.ts';
import { type Candidate, type Candidates, type Lease, MOST_CANDIDATES } from './store.ts';
import { fromText, toTexts } from './text.ts';

/** For each record and rule: the live records across and on its own side that share a key of the rule with it. */
export async function findCandidates(
  sql: Sql,
  sync: string,
  side: Side,
  ids: string[],
  rules: Two<string>[][],
): Promise<Map<string, Candidates[]>> {
  const found = new Map(ids.map((id) => [id, rules.map((): Candidates => ({ across: [], twins: [] }))]));
  const feeds = await readSyncFeeds(sql, sync);
  const specs = await specPairs(sql, feeds, rules);
  if (specs.length === 0 || ids.length === 0) return found;
  const other = across(side);
  const rows = await sql.rows<CandidateRow>(side === 'a' ? candidatesOfA : candidatesOfB, [
    sync,
    feeds.feeds[side],
    toTexts(ids),
    specs.map((spec) => spec.rule),
    specs.map((spec) => spec[side]),
    specs.map((spec) => spec[other]),
    MOST_CANDIDATES,
  ]);
  for (const row of rows) {
    const candidate: Candidate = {
      id: fromText(row.candidate),
      link: row.paired ? String(row.link) : null,
      stage: row.stage,
    };
    found.get(fromText(row.id))?.[row.rule]?.[row.kind].push(candidate);
  }
  return found;
}

interface CandidateRow {
  id: string;
  rule: number;
  kind: 'across' | 'twins';
  candidate: string;
  link: number | null;
  paired: boolean | null;
  stage: Candidate['stage'];
}

/**
 * Keys of gone records are removed when they go, so whatever has a key is live. Each key gives its first few records
 * only, so one that thousands share costs no more than another.
 */
const candidatesSql = (own: Side, other: Side) => `
  with spec as materialized (
    select * from unnest($4::integer[], $5::integer[], $6::integer[]) as s (rule, own, other)
  ), mine as materialized (
    select r.id, s.rule, s.own, s.other, (r.keys ->> s.own::text)::bigint as hash
    from record r, spec s
    where r.feed = $2 and r.id = any($3::text[]) and r.gone is null and coalesce(r.keys ->> s.own::text, '') <> ''
  ), near as (
    select m.id, m.rule, 'across' as kind, c.*
    from mine m, lateral (${firstOf('m.other', other)} order by k.record limit $7) c
    union
    select m.id, m.rule, 'twins', c.*
    from mine m, lateral (${firstOf('m.own', own)} and k.record <> m.id order by k.record limit $7) c
  ), ranked as (
    select *, row_number() over (partition by id, rule, kind order by candidate) as place from near
  )
  select id, rule, kind, candidate, link, paired, stage from ranked where place <= $7 order by id, rule, kind, place`;

function firstOf(spec: string, side: Side): string {
  return `select k.record as candidate, l.id as link, l.a_id is not null and l.b_id is not null and l.stage <> 'gone' as paired, l.stage
      from match_key k left join link l on l.sync = $1 and l.${side}_id = k.record
      where k.spec = ${spec} and k.hash = m.hash and l.held is null`;
}

const candidatesOfA = candidatesSql('a', 'b');
const candidatesOfB = candidatesSql('b', 'a');

/** First full match of one rule, in one statement. Returns how many links were made. */
export async function matchAll(db: Db, lease: Lease, rule: Two<string>[], earlier: Two<string>[][]): Promise<number> {
  return db.transaction(async (tx) => {
    await fence(tx, lease);
    const feeds = await readSyncFeeds(tx, lease.id);
    const now = await specPairs(tx, feeds, [rule]);
    const before = await specPairs(tx, feeds, earlier);
    if (now.length === 0) return 0;
    const columns = [now, before].flatMap((specs) => [specs.map((spec) => spec.a), specs.map((spec) => spec.b)]);
    const [row] = await wholeTables(tx, () => tx.rows<{ made: number }>(matchAllSql, [lease.id, ...columns]));
    return row?.made ?? 0;
  });
}

/**
 * A key that one record of each side has makes a pair. A key that more have spoils all of them: each either has two
 * candidates, or is one of two candidates of its only one. So no pair of such a key is ever spelt out, however many
 * share it. Held records are no candidates. Of the pairs, those stand whose both records are in no other pair, not
 * spoilt, not linked, and had no candidate earlier.
 */
const matchAllSql = `
  with spec as materialized (
    select * from unnest($2::integer[], $3::integer[]) as s (a, b)
  ), held as materialized (
    select a_id, b_id from link where sync = $1 and held is not null
  ), one_a as (
    select s.a, s.b, k.hash, count(*) as many, min(k.record) as record
    from spec s join match_key k on k.spec = s.a
    where not exists (select from held h where h.a_id = k.record) group by 1, 2, 3
  ), one_b as (
    select s.a, s.b, k.hash, count(*) as many, min(k.record) as record
    from spec s join match_key k on k.spec = s.b
    where not exists (select from held h where h.b_id = k.record) group by 1, 2, 3
  ), met as materialized (
    select x.a, x.b, x.hash, x.many = 1 and y.many = 1 as alone, x.record as a_record, y.record as b_record
    from one_a x join one_b y using (a, b, hash)
  ), pair as materialized (
    select distinct a_record, b_record from met where alone
  ), earlier as materialized (
    select * from unnest($4::integer[], $5::integer[]) as s (a, b)
  ), spoilt_a as (
    select k.record from met m join match_key k on k.spec = m.a and k.hash = m.hash where not m.alone
    union all select a_record from pair group by 1 having count(*) > 1
    union all select x.record from earlier e join match_key x on x.spec = e.a
      where exists (
        select from match_key y where y.spec = e.b and y.hash = x.hash
          and not exists (select from held h where h.b_id = y.record)
      )
  ), spoilt_b as (
    select k.record from met m join match_key k on k.spec = m.b and k.hash = m.hash where not m.alone
    union all select b_record from pair group by 1 having count(*) > 1
    union all select y.record from earlier e join match_key y on y.spec = e.b
      where exists (
        select from match_key x where x.spec = e.a and x.hash = y.hash
          and not exists (select from held h where h.a_id = x.record)
      )
  ), made as (
    insert into link (sync, id, a_id, b_id, generation, stage, status, a_base, b_base)
    select $1, nextval('link_id'), a_record, b_record, 0, 'open', 'waiting', '', ''
    from (
      select p.a_record, p.b_record from pair p
      where not exists (select from spoilt_a s where s.record = p.a_record)
        and not exists (select from spoilt_b s where s.record = p.b_record)
        and not exists (select from link l where l.sync = $1 and l.a_id = p.a_record)
        and not exists (select from link l where l.sync = $1 and l.b_id = p.b_record)
      order by p.a_record
    ) ordered
    returning 1
  )
  select count(*)::integer as made from made`;

interface SpecPair {
  rule: number;
  a: number;
  b: number;
}

/** Stands for a spec that a feed has no keys of: no row has this number. */
const noSpec = 0;

/** The numbers of the rules' specs on both sides. */
async function specPairs(sql: Sql, sync: SyncFeeds, rules: Two<string>[][]): Promise<SpecPair[]> {
  const names = (side: Side) => [...new Set(rules.flatMap((specs) => specs.map((spec) => spec[side])))];
  if (rules.length === 0) return [];
  const a = await knownSpecs(sql, sync.feeds.a, names('a'));
  const b = await knownSpecs(sql, sync.feeds.b, names('b'));
  const pairs: SpecPair[] = [];
  for (const [rule, specs] of rules.entries()) {
    for (const spec of specs) {
      const numbers = { a: a.get(spec.a) ?? noSpec, b: b.get(spec.b) ?? noSpec };
      if (numbers.a !== noSpec || numbers.b !== noSpec) pairs.push({ rule, ...numbers });
    }
  }
  return pairs;
}
