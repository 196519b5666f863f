import type { Db, Sql } from './db.ts';
import { addMember } from './people.ts';

/** The name a workspace goes by: its own, or its key. Null: there is no such workspace. */
export async function readWorkspace(sql: Sql, workspace: string): Promise<{ key: string; name: string } | null> {
  const [row] = await sql.rows<{ key: string; name: string }>(
    'select key, coalesce(name, key) as name from workspace where id = $1',
    [workspace],
  );
  return row ?? null;
}

/** Makes a workspace with a person as its super admin. Null: the key is taken. */
export async function addWorkspace(db: Db, key: string, name: string, person: string): Promise<string | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx.rows<{ id: number }>(
      'insert into workspace (key, name, made_at) values ($1, $2, moment($3)) on conflict (key) do nothing returning id',
      [key, name, tx.time()],
    );
    if (!row) return null;
    await addMember(tx, String(row.id), person, 'super-admin');
    return String(row.id);
  });
}

/** Gives a workspace another name; its key stays. */
export async function renameWorkspace(sql: Sql, workspace: string, name: string): Promise<void> {
  await sql.rows('update workspace set name = $2 where id = $1', [workspace, name]);
}
