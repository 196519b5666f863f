import type { Db, Sql } from './db.ts';
import { addMember, addPerson, type PersonInsert } from './people.ts';
import type { Role } from './tables.ts';

/** A way in for one person. Times are milliseconds since 1970. */
export interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  madeBy: string;
  madeAt: number;
  expiresAt: number;
}

/** An invitation that somebody holds the token of. */
export interface OpenInvitation {
  id: string;
  workspace: string;
  workspaceName: string;
  email: string;
  role: Role;
  /** The person's id, where the address belongs to somebody already. */
  person: string | null;
}

/** Makes an invitation; an open one for the same address gives way to it. `hash`: of the token. */
export async function addInvitation(
  db: Db,
  workspace: string,
  given: { email: string; role: Role; hash: string; madeBy: string; expiresInSeconds: number },
): Promise<InvitationRow> {
  return db.transaction(async (tx) => {
    await tx.rows('delete from invitation where workspace = $1 and email = lower($2) and accepted_at is null', [
      workspace,
      given.email,
    ]);
    const [row] = await tx.rows<StoredRow>(
      `insert into invitation (workspace, email, role, hash, made_by, made_at, expires_at)
       values ($1, lower($2), $3, $4, $5, moment($6), moment($6) + $7::bigint * 1000)
       returning ${columns}`,
      [workspace, given.email, given.role, given.hash, given.madeBy, tx.time(), given.expiresInSeconds],
    );
    return shown(row as StoredRow);
  });
}

/** The invitations of a workspace that nobody accepted yet, the oldest first, after one of them. */
export async function readInvitations(sql: Sql, workspace: string, after: number, most: number) {
  const rows = await sql.rows<StoredRow>(
    `select ${columns} from invitation where workspace = $1 and id > $2 and accepted_at is null order by id limit $3`,
    [workspace, after, most],
  );
  return rows.map(shown);
}

interface StoredRow {
  id: number;
  email: string;
  role: Role;
  made_by: string;
  made_at: number;
  expires_at: number;
}

const columns = 'id, email, role, made_by, made_at, expires_at';

function shown({ id, email, role, made_by, made_at, expires_at }: StoredRow): InvitationRow {
  return { id: String(id), email, role, madeBy: made_by, madeAt: made_at, expiresAt: expires_at };
}

/** Takes an invitation back. Answers the address it was for; null: there is no open one of that id. */
export async function removeInvitation(sql: Sql, workspace: string, id: string): Promise<string | null> {
  const [row] = await sql.rows<{ email: string }>(
    'delete from invitation where workspace = $1 and id = $2 and accepted_at is null returning email',
    [workspace, id],
  );
  return row?.email ?? null;
}

/** The invitation a token stands for; null where it is unknown, accepted or past its time. */
export async function openInvitation(sql: Sql, hash: string): Promise<OpenInvitation | null> {
  const [row] = await sql.rows<OpenInvitation & { id: number; workspace: number }>(
    `select i.id, i.workspace, coalesce(w.name, w.key) as "workspaceName", i.email, i.role, p.id as person
     from invitation i join workspace w on w.id = i.workspace left join person p on p.email = i.email
     where i.hash = $1 and i.accepted_at is null and i.expires_at > moment($2)`,
    [hash, sql.time()],
  );
  return row ? { ...row, id: String(row.id), workspace: String(row.workspace) } : null;
}

/**
 * Accepts an invitation once: the person is made if `made` is given, and is then in the workspace. False: somebody
 * accepted it, or took it back, meanwhile. Throws EmailTaken.
 */
export async function acceptInvitation(
  db: Db,
  { id, workspace, role }: OpenInvitation,
  person: string | PersonInsert,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const taken = await tx.rows(
      'update invitation set accepted_at = moment($2) where id = $1 and accepted_at is null returning id',
      [id, tx.time()],
    );
    if (taken.length === 0) return false;
    if (typeof person !== 'string') await addPerson(tx, person);
    await addMember(tx, workspace, typeof person === 'string' ? person : person.id, role);
    return true;
  });
}

/** The open invitations to an address, for somebody whose sign-on provider vouches for it. */
export async function invitationsOf(sql: Sql, email: string): Promise<OpenInvitation[]> {
  const rows = await sql.rows<{ hash: string }>(
    'select hash from invitation where email = lower($1) and accepted_at is null and expires_at > moment($2) limit $3',
    [email, sql.time(), MOST_INVITATIONS],
  );
  const found = await Promise.all(rows.map(({ hash }) => openInvitation(sql, hash)));
  return found.filter((each) => each !== null);
}

/** Open invitations of one address that are accepted at once, at most. */
const MOST_INVITATIONS = 100;
