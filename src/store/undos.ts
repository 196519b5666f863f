import type { Sql } from './db.ts';

/** An undo that nobody has heard of for so long was ended with its process, in milliseconds. */
const SILENT_MILLISECONDS = 120_000;

/** An undo that somebody asked for. Times are milliseconds. */
export interface StoredUndo {
  id: number;
  sync: string;
  syncKey: string;
  run: number | null;
  link: string | null;
  field: string | null;
  state: 'running' | 'done' | 'failed' | 'interrupted';
  total: number;
  undone: number;
  kept: number;
  /** The number of the run that it made; null: it wrote nothing yet. */
  ownRun: number | null;
  message: string | null;
  askedBy: string;
  askedAt: number;
  seenAt: number;
}

/** What is to be undone, and by whom it was asked for. */
export interface NewUndo {
  sync: string;
  run: number | null;
  link: string | null;
  field: string | null;
  total: number;
  askedBy: string;
}

/** Notes that an undo begins; null: another of this sync is under way. */
export async function beginUndo(sql: Sql, { sync, run, link, field, total, askedBy }: NewUndo): Promise<number | null> {
  const [row] = await sql.rows<{ id: number }>(
    `insert into undo (sync, run, link, field, state, total, undone, kept, asked_by, asked_at, seen_at)
     select s.id, $2, $3, $4, 'running', $5, 0, 0, $6, now.at, now.at
     from (select moment($7) as at) now, (select id from sync where id = $1 for update) s
     where not exists (select from undo u where u.sync = $1 and u.state = 'running' and u.seen_at > now.at - ${SILENT_MILLISECONDS})
     returning id`,
    [sync, run, link, field, total, askedBy, sql.time()],
  );
  return row?.id ?? null;
}

/** How far an undo is, or how it ended. */
export async function tellUndo(
  sql: Sql,
  id: number,
  told: {
    state: 'running' | 'done' | 'failed';
    undone: number;
    kept: number;
    ownRun: string | null;
    message: string | null;
  },
): Promise<void> {
  await sql.rows(
    `update undo set state = $2, undone = $3, kept = $4, own_run = $5, message = $6, seen_at = moment($7) where id = $1`,
    [id, told.state, told.undone, told.kept, told.ownRun, told.message, sql.time()],
  );
}

/** One undo of a workspace; null: there is none. */
export async function readUndo(sql: Sql, workspace: string, id: number): Promise<StoredUndo | null> {
  const [row] = await sql.rows<Row>(
    `select u.id, u.sync, s.key, u.run, u.link, u.field, u.total, u.undone, u.kept, u.message, u.asked_by, u.asked_at, u.seen_at,
       case when u.state = 'running' and u.seen_at < moment($3) - ${SILENT_MILLISECONDS} then 'interrupted' else u.state end as state,
       (select r.number from run r where r.sync = u.sync and r.id = u.own_run) as own_run
     from undo u join sync s on s.id = u.sync where s.workspace = $1 and u.id = $2`,
    [workspace, id, sql.time()],
  );
  if (!row) return null;
  const { sync, key, link, own_run, asked_by, asked_at, seen_at, ...rest } = row;
  return {
    ...rest,
    sync: String(sync),
    syncKey: key,
    link: link === null ? null : String(link),
    ownRun: own_run,
    askedBy: asked_by,
    askedAt: asked_at,
    seenAt: seen_at,
  };
}

interface Row extends Pick<StoredUndo, 'id' | 'run' | 'field' | 'state' | 'total' | 'undone' | 'kept' | 'message'> {
  sync: number;
  key: string;
  link: number | null;
  own_run: number | null;
  asked_by: string;
  asked_at: number;
  seen_at: number;
}
