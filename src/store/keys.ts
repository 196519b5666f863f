import { hash } from 'node:crypto';
import type { Sql, Tx } from './db.ts';
import { toTexts } from './text.ts';

/** 64 bits of a text's SHA-256, as a decimal bigint: what stands for a match key or a claim in the database. */
export function hash64(text: string): string {
  return hash('sha256', text, 'buffer').readBigInt64BE(0).toString();
}

/** The numbers that stand for these specs of a feed in the database; specs that are new get one. */
export async function specNumbers(
  tx: Tx,
  feed: string,
  rows: readonly { keys: Record<string, string> }[],
): Promise<Map<string, number>> {
  const names = new Set<string>();
  for (const { keys } of rows) for (const name in keys) names.add(name);
  if (names.size === 0) return new Map();
  const known = await knownSpecs(tx, feed, [...names]);
  const missing = [...names].filter((name) => !known.has(name));
  if (missing.length === 0) return known;
  await tx.rows(
    'insert into key_spec (feed, name) select $1, name from unnest($2::text[]) name order by name on conflict do nothing',
    [feed, toTexts(missing)],
  );
  return knownSpecs(tx, feed, [...names]);
}

/** The numbers of those of these specs that the feed has, by name. */
export async function knownSpecs(sql: Sql, feed: string, names: readonly string[]): Promise<Map<string, number>> {
  const stored = toTexts(names);
  const rows = await sql.rows<{ place: number; id: number }>(
    `select place::integer, s.id from unnest($2::text[]) with ordinality as n (name, place)
     join key_spec s on s.feed = $1 and s.name = n.name`,
    [feed, stored],
  );
  return new Map(rows.map((row) => [names[row.place - 1] as string, row.id]));
}

/** A record's keys as they are stored with it: spec number → hash, '' where the record has no such key. */
export function hashKeys(keys: Record<string, string>, specs: Map<string, number>): Record<number, string> {
  const hashes: Record<number, string> = {};
  for (const name in keys) {
    const key = keys[name] as string;
    hashes[specs.get(name) as number] = key === '' ? '' : hash64(key);
  }
  return hashes;
}

/**
 * Removes match keys that records no longer have, as the body of a CTE. `changed` selects `id`, `old_keys`, `keys`. The
 * mirror is locked, so that a ctid stays what it is.
 */
export function dropKeysSql(changed: string): string {
  return `delete from match_key where ctid = any (array(
    select m.place from (${changed}) c, jsonb_each_text(c.old_keys) o,
      lateral (
        select m.ctid as place from match_key m
        where m.spec = o.key::integer and m.hash = o.value::bigint and m.record = c.id offset 0
      ) m
    where o.value <> '' and c.keys ->> o.key is distinct from o.value
  ))`;
}
