import type { Values } from '../model/value.ts';
import type { Sql } from './db.ts';
import { fromText } from './text.ts';

/** The first live records of an account's object in the mirror; none where it was not read yet. */
export async function sampleRecords(
  sql: Sql,
  account: string,
  object: string,
  most: number,
): Promise<{ id: string; values: Values }[]> {
  const rows = await sql.rows<{ id: string; content: Values }>(
    `select r.id, r.content from feed f join record r on r.feed = f.id
     where f.account = $1 and f.object = $2 and f.progress ? 'listed' and r.gone is null order by r.id limit $3`,
    [account, object, most],
  );
  return rows.map(({ id, content }) => ({ id: fromText(id), values: content }));
}
