import type { Wait } from '../model/decision.ts';
import type { Link } from '../model/link.ts';
import type { Side } from '../model/value.ts';
import type { Tx } from './db.ts';
import { findPartners } from './partners.ts';
import { toText } from './text.ts';

/** Puts these waits in the place of all waits of these links. */
export async function replaceWaits(
  tx: Tx,
  sync: string,
  links: readonly string[],
  waits: readonly Wait[],
): Promise<void> {
  if (links.length > 0) await tx.rows('delete from wait where sync = $1 and link = any($2::bigint[])', [sync, links]);
  if (waits.length === 0) return;
  await tx.rows(
    `insert into wait (sync, link, side, record, far_side, far_object, far_id)
     select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
     on conflict do nothing`,
    [
      sync,
      waits.map((wait) => wait.link),
      waits.map((wait) => wait.side),
      waits.map((wait) => toText(wait.record)),
      waits.map((wait) => wait.far.side),
      waits.map((wait) => toText(wait.far.object)),
      waits.map((wait) => toText(wait.far.id)),
    ],
  );
}

/**
 * A1: a far record may find its partner after it was asked for and before its wait is stored, and nobody would be woken any
 * more. So whoever stores waits does it while no link of the same two accounts comes to be, and then looks once more.
 */
export async function holdOff(tx: Tx, sync: string, who: 'who links' | 'who waits'): Promise<void> {
  const lock = who === 'who waits' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await tx.rows(
    `select ${lock}(hashtextextended('wait ' || least(a.account, b.account) || ' ' || greatest(a.account, b.account), 0))
     from sync s join feed a on a.id = s.a_feed join feed b on b.id = s.b_feed where s.id = $1`,
    [sync],
  );
}

/** Makes work for those of these waits whose far record has its partner by now. */
export async function wakeMet(tx: Tx, sync: string, waits: readonly Wait[]): Promise<void> {
  const asked = waits.flatMap(({ far: { acrossObject, ...far } }) => (acrossObject ? [{ ...far, acrossObject }] : []));
  const found = await findPartners(tx, sync, asked);
  const met = waits.filter(({ far }) => far.acrossObject).filter((_, place) => found[place] !== null);
  if (met.length === 0) return;
  await tx.rows(wakeMetSql, [sync, met.map((wait) => wait.side), met.map((wait) => toText(wait.record)), tx.time()]);
}

const wakeMetSql = `
insert into work as w (sync, side, record, seq, reason, not_before, attempts)
select $1, side, record, nextval('work_seq'), 'partner', moment($4), 0
from (select distinct side, record from unnest($2::text[], $3::text[]) as g (side, record) order by 1, 2) ordered
on conflict (sync, side, record) do update
set seq = excluded.seq, reason = excluded.reason, attempts = 0, not_before = least(w.not_before, excluded.not_before)`;

/**
 * A1: makes work for whatever waits for one of these links' records, in all syncs between the same two accounts. The
 * waits stay until their link is planned again. A link of a later generation has a new record in the place of a lost one: what
 * names one of its records is planned again too.
 */
export async function wakeWaiting(tx: Tx, sync: string, links: readonly Link[]): Promise<void> {
  const known = links.filter((link) => link.ids.a !== null && link.ids.b !== null);
  const renewed = known.filter((link) => link.generation > 0);
  if (renewed.length > 0) await tx.rows(wakeNamingSql, wakeParameters(tx, sync, renewed));
  if (known.length === 0 || (await tx.rows('select from wait limit 1')).length === 0) return;
  await tx.rows(wakeSql, wakeParameters(tx, sync, known));
}

function wakeParameters(tx: Tx, sync: string, links: readonly Link[]): unknown[] {
  const ids = (side: Side) => links.map((link) => toText(link.ids[side] as string));
  return [sync, ids('a'), ids('b'), tx.time()];
}

/** `waiter`: a sync between the same accounts, with the account that its side a and side b stand for. */
const wokenSql = (woken: string) => `
with own as (
  select fa.account as a, fb.account as b, fa.object as a_object, fb.object as b_object
  from sync s join feed fa on fa.id = s.a_feed join feed fb on fb.id = s.b_feed where s.id = $1
), waiter as materialized (
  select s.id, fa.account as a, fb.account as b
  from own join feed fa on fa.account in (own.a, own.b) join sync s on s.a_feed = fa.id join feed fb on fb.id = s.b_feed
  where (fa.account, fb.account) in ((own.a, own.b), (own.b, own.a))
), far as (
  select g.id, own.a_object as object, own.a as account from own, unnest($2::text[]) as g (id)
  union all select g.id, own.b_object, own.b from own, unnest($3::text[]) as g (id)
), woken as (${woken}
)
insert into work as w (sync, side, record, seq, reason, not_before, attempts)
select sync, side, record, nextval('work_seq'), 'partner', moment($4), 0 from (select * from woken order by 1, 2, 3) ordered
on conflict (sync, side, record) do update
set seq = excluded.seq, reason = excluded.reason, attempts = 0, not_before = least(w.not_before, excluded.not_before)`;

const wakeSql = wokenSql(`
  select distinct w.sync, w.side, w.record
  from far f
  join lateral (select * from wait w where w.far_id = f.id and w.far_object = f.object offset 0) w on true
  join waiter t on t.id = w.sync and case w.far_side when 'a' then t.a else t.b end = f.account`);

/** Nothing finds associations by whom they name, so all links with any are looked through: a record is seldom replaced. */
const wakeNamingSql = wokenSql(`
  select l.sync, 'a' as side, l.a_id as record
  from waiter t join link l on l.sync = t.id
  where l.a_id is not null and l.b_id is not null and (${names('a')} or ${names('b')})`);

function names(side: Side): string {
  return `exists (
    select from jsonb_each(l.${side}_edges) e, jsonb_array_elements_text(e.value) n
    join far f on f.id = n where f.account = t.${side})`;
}
