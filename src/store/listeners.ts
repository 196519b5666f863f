/**
 * The fan-out, as the body of a CTE: work for every sync that listens to feed $1, but for sync $2 (the writer of what was
 * seen), for the records that `touched` selects as `id`. `clock` is the parameter of `moment`. Always in the same order, so that two
 * transactions never hold each other's rows crosswise.
 */
export function listenersSql(touched: string, clock: string): string {
  return `insert into work as w (sync, side, record, seq, reason, not_before, attempts)
    select sync, side, id, nextval('work_seq'), 'seen', moment(${clock}), 0
    from (
      select l.sync, l.side, t.id
      from (
        select id as sync, 'a' as side from sync where a_feed = $1 and phase <> 'new'
        union all select id, 'b' from sync where b_feed = $1 and phase <> 'new'
      ) l, (${touched}) t
      where l.sync is distinct from $2
      order by 1, 2, 3
    ) ordered
    on conflict (sync, side, record) do update
    set seq = excluded.seq, reason = excluded.reason, attempts = 0, not_before = least(w.not_before, excluded.not_before)`;
}
