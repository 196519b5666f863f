import type { Link } from '../model/link.ts';
import { copyRows } from './copy.ts';
import type { Sql, Tx } from './db.ts';
import { cellsOf, givenLinks, type LinkRow, linkColumns, linkOf, linkParameters, storedIds } from './link-rows.ts';
import type { Changes, Counts } from './store.ts';

/** The links of a sync by id. */
export async function readLinks(sql: Sql, sync: string, ids: readonly string[]): Promise<Link[]> {
  const rows = await sql.rows<LinkRow>(
    `select ${linkColumns} from link l where l.sync = $1 and l.id = any($2::bigint[])`,
    [sync, ids],
  );
  return rows.map(linkOf);
}

/** New link ids. */
export async function newLinkIds(sql: Sql, count: number): Promise<string[]> {
  // In one row: a row for each would cost several times what the numbers do.
  const [row] = await sql.rows<{ ids: string[] | null }>(
    `select array_agg(nextval('link_id')::text) as ids from generate_series(1, $1::integer)`,
    [count],
  );
  return row?.ids ?? [];
}

/** What a change of links came to: those that became active, or got a new id while active; how many began to fail. */
export interface MovedLinks {
  active: Link[];
  failures: number;
}

/** Drops, inserts and updates links. */
export async function moveLinks(tx: Tx, sync: string, changes: Changes): Promise<MovedLinks> {
  const { drop = [], insert = [], update = [] } = changes;
  if (drop.length > 0) await tx.rows(dropSql, [sync, drop]);
  const before = update.length > 0 ? await readBefore(tx, sync, update) : new Map<string, Before>();
  const moved = update.filter((link) => gaveUpId(before.get(link.id) as Before, link));
  if (moved.length > 0) await tx.rows(releaseSql, [sync, moved.map((link) => link.id)]);
  if (insert.length > 0) await copyRows(tx, insertInto, insert, (link) => [sync, ...cellsOf(link)]);
  if (update.length > 0) await tx.rows(updateSql, [sync, ...linkParameters(update)]);
  const becameActive = (link: Link) => {
    const old = before.get(link.id) as Before;
    const ids = storedIds(link);
    return link.stage === 'active' && (old.stage !== 'active' || old.a_id !== ids.a || old.b_id !== ids.b);
  };
  const active = [...insert.filter((link) => link.stage === 'active'), ...update.filter(becameActive)];
  const fails = (link: Link) => link.status === 'failing' && before.get(link.id)?.status !== 'failing';
  return { active, failures: [...insert, ...update].filter(fails).length };
}

const dropSql = `
  with dropped as (delete from link where sync = $1 and id = any($2::bigint[]) returning id)
  delete from wait w using dropped d where w.sync = $1 and w.link = d.id`;

/** An id may pass from one link to another in one commit, while the unique indexes are checked row by row. */
const releaseSql = 'update link set a_id = null, b_id = null where sync = $1 and id = any($2::bigint[])';

const insertInto = `link (sync, id, a_id, b_id, generation, stage, status, problem, a_base, b_base, a_edges, b_edges, a_pending,
  b_pending, flips, held)`;

const updateSql = `
  update link l set a_id = g.a_id, b_id = g.b_id, generation = g.generation, stage = g.stage, status = g.status,
    problem = g.problem, a_base = g.a_base, b_base = g.b_base, a_edges = g.a_edges, b_edges = g.b_edges,
    a_pending = g.a_pending, b_pending = g.b_pending, flips = g.flips, held = g.held
  from ${givenLinks} where l.sync = $1 and l.id = any($2::bigint[]) and l.id = g.id`;

interface Before {
  id: number;
  a_id: string | null;
  b_id: string | null;
  stage: Link['stage'];
  status: Link['status'];
}

async function readBefore(tx: Tx, sync: string, links: readonly Link[]): Promise<Map<string, Before>> {
  const ids = links.map((link) => link.id);
  const rows = await tx.rows<Before>(
    'select id, a_id, b_id, stage, status from link where sync = $1 and id = any($2::bigint[])',
    [sync, ids],
  );
  const before = new Map(rows.map((row) => [String(row.id), row]));
  const lost = ids.find((id) => !before.has(id));
  if (lost !== undefined)
    throw new Error(`link ${lost} of sync ${sync} cannot be updated: it is not there; this is a bug`);
  return before;
}

function gaveUpId(before: Before, link: Link): boolean {
  const ids = storedIds(link);
  return (before.a_id !== null && before.a_id !== ids.a) || (before.b_id !== null && before.b_id !== ids.b);
}

/** Records as they stand now, from the counters that the database keeps. */
export async function readCounts(sql: Sql, sync: string): Promise<Counts> {
  const rows = await sql.rows<{ status: Link['status']; category: string; total: number; linked: number }>(
    'select status, category, total, linked from link_count where sync = $1 and total <> 0',
    [sync],
  );
  const counts: Counts = { inSync: 0, failing: 0, excluded: 0, waiting: 0, problems: {}, linked: 0 };
  for (const { status, category, total, linked } of rows) {
    counts[status === 'in-sync' ? 'inSync' : status] += total;
    counts.linked += linked;
    if (status === 'failing' && category !== '') counts.problems[category] = total;
  }
  return counts;
}
