import type { Sql } from './db.ts';

/** A sealed secret of the installation; the one made first counts, whoever else made one meanwhile. */
export async function ownSecret(sql: Sql, name: string, make: () => Uint8Array): Promise<Uint8Array> {
  const [stored] = await sql.rows<{ sealed: Buffer }>(readSql, [name]);
  if (stored) return stored.sealed;
  await sql.rows('insert into own_secret (name, sealed) values ($1, $2) on conflict do nothing', [
    name,
    Buffer.from(make()),
  ]);
  const [made] = await sql.rows<{ sealed: Buffer }>(readSql, [name]);
  return (made as { sealed: Buffer }).sealed;
}

const readSql = 'select sealed from own_secret where name = $1';
