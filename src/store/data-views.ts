import { sql } from 'kysely';
import type { Schema } from '../model/field.ts';
import { dataColumns, plainName } from './data-columns.ts';
import type { Db, Tx } from './db.ts';
import { identifier, literal } from './quoting.ts';

/** The role that may read the views and nothing else; the views of another workspace than the default have their own. */
const DATA_ROLE = 'syncline_data';
const DATA_SCHEMA = 'data';
const DEFAULT_WORKSPACE = 'default';
/** Raised when views are made otherwise than before. */
const FORM = 1;

/** How a view stands. refused: the database's user may not make schemas or views. */
export type DataViewState = 'kept' | 'made' | 'refused';

/**
 * Keeps the view of a feed in step with its object's fields: `data.<account>_<object>`, made anew where they changed. What
 * other roles were granted on it stays; where somebody's own views stand on it and a column went, it is left as it is.
 */
export async function keepDataView(db: Db, feed: string, schema: Schema): Promise<DataViewState> {
  const columns = dataColumns(schema);
  const madeOf = JSON.stringify([FORM, columns.map(({ name, expression }) => [name, expression])]);
  // A restored database has the rows and not the views.
  const [stored] = await db.rows<{ made_of: string }>(
    'select made_of from data_view where feed = $1 and to_regclass(name) is not null',
    [feed],
  );
  if (stored?.made_of === madeOf) return 'kept';
  try {
    await db.transaction(async (tx) => {
      // Workers that learn of the same change take turns.
      await tx.rows(`select pg_advisory_xact_lock(hashtext('syncline'), hashtext('data views'))`);
      const place = await placeOf(tx, feed);
      if (!place) return;
      await makeSchema(tx, place);
      const body = columns.map(({ name, expression }) => `${expression} as ${identifier(name)}`).join(',\n  ');
      const text = `select ${body}\nfrom syncline.record r where r.feed = ${Number(feed)} and r.gone is null`;
      await replaceView(tx, place, text);
      await tx.rows(
        `insert into data_view (feed, name, made_of) values ($1, $2, $3)
         on conflict (feed) do update set made_of = excluded.made_of`,
        [feed, place.view, madeOf],
      );
    });
    return 'made';
  } catch (error) {
    if (isRefused(error)) return 'refused';
    throw error;
  }
}

interface Place {
  workspace: number;
  schema: string;
  role: string;
  /** With its schema, quoted. */
  view: string;
  about: string;
}

async function placeOf(tx: Tx, feed: string): Promise<Place | null> {
  const [row] = await tx.rows<{ workspace: number; key: string; account: string; object: string; name: string | null }>(
    `select w.id as workspace, w.key, a.key as account, f.object, v.name
     from feed f join account a on a.id = f.account join workspace w on w.id = a.workspace
     left join data_view v on v.feed = f.id where f.id = $1`,
    [feed],
  );
  if (!row) return null;
  const own = row.key === DEFAULT_WORKSPACE ? '' : `_${row.workspace}_${plainName(row.key)}`.slice(0, 50);
  const schema = `${DATA_SCHEMA}${own}`;
  const about = `${row.object} of ${row.account}, as last seen`;
  const place = { workspace: row.workspace, schema, role: `${DATA_ROLE}${own}`, about };
  return { ...place, view: row.name ?? (await freeName(tx, schema, plainName(`${row.account}_${row.object}`))) };
}

/** The first free one of name, name_2, name_3 … */
async function freeName(tx: Tx, schema: string, wanted: string): Promise<string> {
  for (let count = 1; ; count++) {
    const last = count === 1 ? '' : `_${count}`;
    const name = `${identifier(schema)}.${identifier(wanted.slice(0, 63 - last.length) + last)}`;
    const taken = await tx.rows('select where to_regclass($1) is not null', [name]);
    if (taken.length === 0) return name;
  }
}

async function makeSchema(tx: Tx, { workspace, schema, role }: Place): Promise<void> {
  const present = await tx.rows('select from pg_namespace where nspname = $1', [schema]);
  if (present.length > 0) return;
  await run(tx, `create schema ${identifier(schema)}`);
  // A user of the database who may not make roles grants the views by hand (docs/guides/query-your-data.md).
  await run(
    tx,
    `do $$ begin
       if not exists (select from pg_roles where rolname = ${literal(role)}) then create role ${identifier(role)} nologin; end if;
     exception when insufficient_privilege or duplicate_object or unique_violation then null; end $$`,
  );
  await grantTo(tx, role, `usage on schema ${identifier(schema)}`);
  const links = `${identifier(schema)}.links`;
  await run(
    tx,
    `create view ${links} as
     select s.key as sync, l.a_id, l.b_id, l.status, l.problem ->> 'category' as problem
     from syncline.link l join syncline.sync s on s.id = l.sync where s.workspace = ${workspace}`,
  );
  await run(tx, `comment on view ${links} is 'Which record of a sync''s side a stands for which of its side b'`);
  await grantTo(tx, role, `select on ${links}`);
}

async function replaceView(tx: Tx, { view, role, about }: Place, text: string): Promise<void> {
  const create = `create or replace view ${view} as ${text}`;
  // Where only columns were added at the end, what stands on the view goes on standing.
  if (await attempt(tx, create)) return settle(tx, view, about, role);
  const granted = await tx.rows<{ grantee: string; privilege: string }>(
    `select quote_ident(r.rolname) as grantee, a.privilege_type as privilege
     from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
     where c.oid = to_regclass($1) and a.grantee <> c.relowner`,
    [view],
  );
  if (!(await attempt(tx, `drop view ${view}`))) return;
  await run(tx, create);
  for (const { grantee, privilege } of granted) await run(tx, `grant ${privilege} on ${view} to ${grantee}`);
  await settle(tx, view, about, role);
}

async function settle(tx: Tx, view: string, about: string, role: string): Promise<void> {
  await run(tx, `comment on view ${view} is ${literal(about)}`);
  await grantTo(tx, role, `select on ${view}`);
}

async function grantTo(tx: Tx, role: string, what: string): Promise<void> {
  const present = await tx.rows('select from pg_roles where rolname = $1', [role]);
  if (present.length > 0) await run(tx, `grant ${what} to ${identifier(role)}`);
}

const cannotReplace = '42P16';
const dependentsStandOnIt = '2BP01';

/** False where PostgreSQL refuses a change of a view for what the view is, or for what stands on it. */
async function attempt(tx: Tx, text: string): Promise<boolean> {
  await run(tx, 'savepoint view');
  try {
    await run(tx, text);
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== cannotReplace && code !== dependentsStandOnIt) throw error;
    await run(tx, 'rollback to savepoint view');
    return false;
  }
}

/** A statement that is put together here: it is not prepared, and takes no values. */
async function run(tx: Tx, text: string): Promise<void> {
  await sql.raw(text).execute(tx.build);
}

const insufficientPrivilege = '42501';

function isRefused(error: unknown): boolean {
  return (error as { code?: string }).code === insufficientPrivilege;
}
