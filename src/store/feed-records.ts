import type { Values } from '../model/value.ts';
import type { Sql } from './db.ts';
import { fromText, toText } from './text.ts';

/** Where an account's object stands in the mirror. */
export interface MirroredFeed {
  id: string;
  /** The fields that all its records were read with; null: they were not all read yet. */
  listed: string[] | null;
}

/** The feed of an account's object; null: no sync reads it yet. */
export async function mirroredFeed(sql: Sql, account: string, object: string): Promise<MirroredFeed | null> {
  const [row] = await sql.rows<{ id: number; listed: string[] | null }>(
    `select id, progress -> 'listed' as listed from feed where account = $1 and object = $2`,
    [account, toText(object)],
  );
  return row ? { id: String(row.id), listed: row.listed } : null;
}

/** Live records of a feed in order of their ids. */
export async function feedRecords(
  sql: Sql,
  feed: string,
  after: string | null,
  most: number,
): Promise<{ id: string; values: Values }[]> {
  const rows = await sql.rows<{ id: string; content: Values }>(
    'select id, content from record where feed = $1 and gone is null and id > $2 order by id limit $3',
    [feed, after === null ? '' : toText(after), most],
  );
  return rows.map(({ id, content }) => ({ id: fromText(id), values: content }));
}
