import type { Db, Sql, Tx } from './db.ts';
import type { Role } from './tables.ts';

/** A person in a workspace. Times are milliseconds since 1970. */
export interface MemberRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  since: number;
  secondFactor: boolean;
  /** When a session of theirs was last made or renewed; null: none is left. */
  seenAt: number | null;
}

/** One workspace of a person's. */
export interface PlaceRow {
  workspace: string;
  key: string;
  name: string;
  role: Role;
}

/** A person to be made. `password` is a hash; null where somebody else proves who they are. */
export interface PersonInsert {
  id: string;
  name: string;
  email: string;
  password: string | null;
}

/** Nobody would be left who may change people and roles; the act was not done. */
export class LastAdmin extends Error {
  override name = 'LastAdmin';
}

/** The address belongs to somebody already. */
export class EmailTaken extends Error {
  override name = 'EmailTaken';
}

/** Whether nobody is known yet. */
export async function isEmpty(sql: Sql): Promise<boolean> {
  return (await sql.rows('select 1 from person limit 1')).length === 0;
}

/** Makes the first person, super admin of the workspace. False: somebody was there already, and nothing was done. */
export async function addFirstPerson(db: Db, workspace: string, person: PersonInsert): Promise<boolean> {
  return db.transaction(async (tx) => {
    // Two that come at once take turns here; the second finds the first one's person.
    await tx.rows(`select pg_advisory_xact_lock(hashtext('syncline'), hashtext('first person'))`);
    if (!(await isEmpty(tx))) return false;
    await addPerson(tx, person);
    await addMember(tx, workspace, person.id, 'super-admin');
    return true;
  });
}

/** Makes a person. Throws EmailTaken. */
export async function addPerson(tx: Sql, { id, name, email, password }: PersonInsert): Promise<void> {
  const rows = await tx.rows(
    'insert into person (id, name, email) values ($1, $2, lower($3)) on conflict (email) do nothing returning id',
    [id, name, email],
  );
  if (rows.length === 0) throw new EmailTaken(`there is somebody with this e-mail address already`);
  if (password === null) return;
  await tx.rows(
    `insert into credential (id, account_id, provider_id, user_id, password) values ($1, $1, 'credential', $1, $2)`,
    [id, password],
  );
}

/** Puts a person into a workspace; somebody who is in it keeps the role they have. */
export async function addMember(sql: Sql, workspace: string, person: string, role: Role): Promise<void> {
  await sql.rows(
    `insert into membership (workspace, person, role, since, chosen_at) values ($1, $2, $3, moment($4), moment($4))
     on conflict (workspace, person) do update set chosen_at = excluded.chosen_at`,
    [workspace, person, role, sql.time()],
  );
}

/** The people of a workspace by id, after one of them. */
export async function readMembers(sql: Sql, workspace: string, after: string, most: number): Promise<MemberRow[]> {
  return sql.rows<MemberRow>(`${memberSql} where m.workspace = $1 and p.id > $2 order by p.id limit $3`, [
    workspace,
    after,
    most,
  ]);
}

/** One person of a workspace; null where they are not in it. */
export async function readMember(sql: Sql, workspace: string, person: string): Promise<MemberRow | null> {
  const [row] = await sql.rows<MemberRow>(`${memberSql} where m.workspace = $1 and p.id = $2`, [workspace, person]);
  return row ?? null;
}

const memberSql = `
  select p.id, p.name, p.email, m.role, m.since, coalesce(p.two_factor_enabled, false) as "secondFactor",
    (select (extract(epoch from max(s.updated_at)) * 1000)::bigint from sign_in s where s.user_id = p.id) as "seenAt"
  from membership m join person p on p.id = m.person`;

/** Gives a person of a workspace another role. False: they are not in it. Throws LastAdmin. */
export async function changeRole(db: Db, workspace: string, person: string, role: Role): Promise<boolean> {
  return db.transaction(async (tx) => {
    const members = await lockMembers(tx, workspace);
    if (!members.has(person)) return false;
    members.set(person, role);
    refuseWithoutAdmin(members);
    await tx.rows('update membership set role = $3 where workspace = $1 and person = $2', [workspace, person, role]);
    return true;
  });
}

/** Takes a person out of a workspace; who is then in none is forgotten. False: they are not in it. Throws LastAdmin. */
export async function removeMember(db: Db, workspace: string, person: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const members = await lockMembers(tx, workspace);
    if (!members.delete(person)) return false;
    refuseWithoutAdmin(members);
    await tx.rows('delete from membership where workspace = $1 and person = $2', [workspace, person]);
    await tx.rows('delete from person p where id = $1 and not exists (select from membership where person = p.id)', [
      person,
    ]);
    return true;
  });
}

/** Those who take somebody's last admin away at once take turns. */
async function lockMembers(tx: Tx, workspace: string): Promise<Map<string, Role>> {
  await tx.rows('select id from workspace where id = $1 for update', [workspace]);
  const rows = await tx.rows<{ person: string; role: Role }>(
    'select person, role from membership where workspace = $1 limit $2',
    [workspace, MOST_MEMBERS],
  );
  return new Map(rows.map(({ person, role }) => [person, role]));
}

/** People in one workspace at most. */
const MOST_MEMBERS = 10_000;

function refuseWithoutAdmin(members: Map<string, Role>): void {
  if ([...members.values()].includes('super-admin')) return;
  throw new LastAdmin('this is the last super admin of the workspace: make somebody else one before');
}

/** A person's workspaces, the one chosen last first. */
export async function readPlaces(sql: Sql, person: string): Promise<PlaceRow[]> {
  const rows = await sql.rows<Omit<PlaceRow, 'workspace'> & { workspace: number }>(
    `select w.id as workspace, w.key, coalesce(w.name, w.key) as name, m.role
     from membership m join workspace w on w.id = m.workspace where m.person = $1 order by m.chosen_at desc, w.id limit $2`,
    [person, MOST_PLACES],
  );
  return rows.map((row) => ({ ...row, workspace: String(row.workspace) }));
}

/** Workspaces that one person is in at most. */
const MOST_PLACES = 1000;

/** From now on this is the workspace that the person means when they name none. */
export async function choosePlace(sql: Sql, person: string, workspace: string): Promise<void> {
  await sql.rows('update membership set chosen_at = moment($3) where person = $1 and workspace = $2', [
    person,
    workspace,
    sql.time(),
  ]);
}
