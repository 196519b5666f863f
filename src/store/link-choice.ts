import type { Link } from '../model/link.ts';
import type { ProblemCategory } from '../model/problem.ts';
import type { Sql } from './db.ts';

/** Links by how they stand; both null: all. */
export interface LinkChoice {
  status: Link['status'] | null;
  category: ProblemCategory | null;
  held: NonNullable<Link['held']> | null;
}

/** The ids of the links that stand so, in order, after `after`. */
export async function chooseLinks(
  sql: Sql,
  sync: string,
  { status, category, held }: LinkChoice,
  after: string | null,
  most: number,
): Promise<string[]> {
  const rows = await sql.rows<{ id: number }>(
    `select l.id from link l where l.sync = $1 and l.id > $2 and ($3::text is null or l.status = $3)
       and ($4::text is null or l.problem ->> 'category' = $4) and ($5::text is null or l.held = $5)
     order by l.id limit $6`,
    [sync, after ?? 0, status, category, held, most],
  );
  return rows.map(({ id }) => String(id));
}

/** How many links of a workspace's syncs stand how, from the counters that the database keeps. */
export async function countLinks(
  sql: Sql,
  workspace: string,
): Promise<{ sync: string; status: Link['status']; category: string; count: number }[]> {
  const rows = await sql.rows<{ sync: string; status: Link['status']; category: string; count: number }>(
    `select s.key as sync, c.status, c.category, c.total as count from sync s join link_count c on c.sync = s.id
     where s.workspace = $1 and c.total > 0 order by s.key`,
    [workspace],
  );
  return rows;
}
