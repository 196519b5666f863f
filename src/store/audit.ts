import type { Sql } from './db.ts';
import { toJson } from './text.ts';

/** One act: who did what, when (milliseconds since 1970), about what. */
export interface AuditRow {
  id: string;
  at: number;
  caller: { kind: string; id: string; name: string };
  act: string;
  about: Record<string, unknown>;
}

/** What an entry says. */
export type AuditInsert = Omit<AuditRow, 'id' | 'at'> & { workspace: string };

/** Which entries are wanted: of one act or one caller, older than `before`, so many at most. */
export interface AuditQuery {
  before?: string | undefined;
  act?: string | undefined;
  caller?: string | undefined;
  most: number;
}

/** Writes down an act. */
export async function addAudit(sql: Sql, { workspace, caller, act, about }: AuditInsert): Promise<void> {
  await sql.rows(
    `insert into audit (workspace, at, caller_kind, caller, caller_name, act, about) values ($1, moment($2), $3, $4, $5, $6, $7)`,
    [workspace, sql.time(), caller.kind, caller.id, caller.name, act, toJson(about)],
  );
}

/** What was done in a workspace, newest first. */
export async function readAudit(sql: Sql, workspace: string, query: AuditQuery): Promise<AuditRow[]> {
  const rows = await sql.rows<StoredRow>(
    `select id, at, caller_kind, caller, caller_name, act, about from audit
     where workspace = $1 and id < coalesce($2::bigint, 9223372036854775807)
       and ($3::text is null or act = $3) and ($4::text is null or caller = $4)
     order by id desc limit $5`,
    [workspace, query.before ?? null, query.act ?? null, query.caller ?? null, query.most],
  );
  return rows.map(({ id, at, caller_kind, caller, caller_name, act, about }) => ({
    id: String(id),
    at,
    caller: { kind: caller_kind, id: caller, name: caller_name },
    act,
    about,
  }));
}

interface StoredRow {
  id: number;
  at: number;
  caller_kind: string;
  caller: string;
  caller_name: string;
  act: string;
  about: Record<string, unknown>;
}
