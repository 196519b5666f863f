import type { Sql } from './db.ts';
import type { Role } from './tables.ts';

/** A program's way in. Times are milliseconds since 1970; `start` are the key's first letters. */
export interface ApiKeyRow {
  id: string;
  name: string;
  role: Role;
  start: string;
  madeBy: string;
  madeAt: number;
  expiresAt: number | null;
  usedAt: number | null;
}

/** Whose key it is. */
export interface KeyHolder {
  id: string;
  workspace: string;
  workspaceKey: string;
  name: string;
  role: Role;
}

/** How exactly `used_at` is kept, in milliseconds: not every call is worth a write. */
const USED_MILLISECONDS = 60_000;

/** Stores a new key by its hash. */
export async function addApiKey(
  sql: Sql,
  workspace: string,
  given: { name: string; role: Role; start: string; hash: string; madeBy: string; expiresInSeconds: number | null },
): Promise<ApiKeyRow> {
  const [row] = await sql.rows<ApiKeyRow & { id: number }>(
    `insert into api_key (workspace, name, role, start, hash, made_by, made_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, moment($7), moment($7) + $8::bigint * 1000) returning ${columns}`,
    [workspace, given.name, given.role, given.start, given.hash, given.madeBy, sql.time(), given.expiresInSeconds],
  );
  return shown(row as ApiKeyRow & { id: number });
}

/** The keys of a workspace by id, after one of them. */
export async function readApiKeys(sql: Sql, workspace: string, after: number, most: number): Promise<ApiKeyRow[]> {
  const rows = await sql.rows<ApiKeyRow & { id: number }>(
    `select ${columns} from api_key where workspace = $1 and id > $2 order by id limit $3`,
    [workspace, after, most],
  );
  return rows.map(shown);
}

const columns = `id, name, role, start, made_by as "madeBy", made_at as "madeAt", expires_at as "expiresAt", used_at as "usedAt"`;

function shown(row: Omit<ApiKeyRow, 'id'> & { id: number | string }): ApiKeyRow {
  return { ...row, id: String(row.id) };
}

/** Ends a key. Answers its name; null: the workspace has none of that id. */
export async function removeApiKey(sql: Sql, workspace: string, id: string): Promise<string | null> {
  const [row] = await sql.rows<{ name: string }>(
    'delete from api_key where workspace = $1 and id = $2 returning name',
    [workspace, id],
  );
  return row?.name ?? null;
}

/** Whose key it is that has this hash; null where it is unknown or past its time. */
export async function holderOf(sql: Sql, hash: string): Promise<KeyHolder | null> {
  const [row] = await sql.rows<KeyHolder & { id: number; workspace: number; stale: boolean }>(
    `select k.id, k.workspace, w.key as "workspaceKey", k.name, k.role,
       coalesce(k.used_at, 0) < moment($2) - $3::bigint as stale
     from api_key k join workspace w on w.id = k.workspace
     where k.hash = $1 and (k.expires_at is null or k.expires_at > moment($2))`,
    [hash, sql.time(), USED_MILLISECONDS],
  );
  if (!row) return null;
  const { stale, ...holder } = row;
  if (stale) await sql.rows('update api_key set used_at = moment($2) where id = $1', [row.id, sql.time()]);
  return { ...holder, id: String(row.id), workspace: String(row.workspace) };
}
