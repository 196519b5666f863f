/** The syncs that listen to feed $1, but for sync $2 (the writer of what was seen), with the side it is to them. */
const listeners = `
  select id as sync, 'a' as side from sync where a_feed = $1 and phase <> 'new' and id is distinct from $2::integer
  union all select id, 'b' from sync where b_feed = $1 and phase <> 'new' and id is distinct from $2::integer`;

/** Gives a row where anybody listens. */
export const listeningSql = `select from (${listeners}) l limit 1`;

/**
 * The fan-out, as the body of a CTE: work for every sync that listens, for the records that `touched` selects as `id`.
 * `clock` is the parameter of `moment`. Always in the same order, so that two transactions never hold each other's rows
 * crosswise.
 */
export function listenersSql(touched: string, clock: string): string {
  return `insert into work as w (sync, side, record, seq, reason, not_before, attempts)
    select sync, side, id, nextval('work_seq'), 'seen', moment(${clock}), 0
    from (select l.sync, l.side, t.id from (${listeners}) l, (${touched}) t order by 1, 2, 3) ordered
    on conflict (sync, side, record) do update
    set seq = excluded.seq, reason = excluded.reason, attempts = 0, not_before = least(w.not_before, excluded.not_before)`;
}
