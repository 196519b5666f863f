import type { Sql } from './db.ts';
import type { PartnerRef } from './store.ts';
import { fromText, toText } from './text.ts';

/** A1: where the far records are on the other side, in the order of `refs`. */
export async function findPartners(sql: Sql, sync: string, refs: readonly PartnerRef[]): Promise<(string | null)[]> {
  const partners: (string | null)[] = refs.map(() => null);
  if (refs.length === 0) return partners;
  const rows = await sql.rows<{ place: number; partner: string }>(partnersSql, [
    sync,
    refs.map((ref) => ref.side),
    refs.map((ref) => toText(ref.object)),
    refs.map((ref) => toText(ref.id)),
    refs.map((ref) => toText(ref.acrossObject)),
  ]);
  for (const row of rows) partners[row.place - 1] = fromText(row.partner);
  return partners;
}

/**
 * `road`: the syncs between the same two accounts, each once per direction it can be read in. Its own sync answers
 * first, then the older.
 */
const partnersSql = `
with own as (
  select a.account as a, b.account as b from sync s join feed a on a.id = s.a_feed join feed b on b.id = s.b_feed where s.id = $1
), ref as materialized (
  select *, case side when 'a' then own.a else own.b end as account, case side when 'a' then own.b else own.a end as across_account
  from unnest($2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as g (side, object, id, across_object, place), own
), wanted as (
  select distinct account, object, across_account, across_object from ref
), road as materialized (
  select w.*, s.id as sync, 'a' as near, fa.id as near_feed, fb.id as far_feed
  from wanted w
  join feed fa on fa.account = w.account and fa.object = w.object
  join feed fb on fb.account = w.across_account and fb.object = w.across_object
  join sync s on s.a_feed = fa.id and s.b_feed = fb.id
  union all
  select w.*, s.id, 'b', fb.id, fa.id
  from wanted w
  join feed fb on fb.account = w.account and fb.object = w.object
  join feed fa on fa.account = w.across_account and fa.object = w.across_object
  join sync s on s.a_feed = fa.id and s.b_feed = fb.id
), found as (
  select r.place, road.sync, road.near_feed, road.far_feed, r.id, l.partner
  from ref r join road using (account, object, across_account, across_object),
    lateral (
      select b_id as partner from link
      where road.near = 'a' and sync = road.sync and a_id = r.id and stage = 'active' and b_id is not null
      union all
      select a_id from link
      where road.near = 'b' and sync = road.sync and b_id = r.id and stage = 'active' and a_id is not null
    ) l
)
select distinct on (place) place::integer, partner
from found f
left join lateral (select gone from record g where g.feed = f.near_feed and g.id = f.id offset 0) near on true
left join lateral (select gone from record g where g.feed = f.far_feed and g.id = f.partner offset 0) far on true
where near.gone is null and far.gone is null
order by place, sync <> $1, sync, partner`;
