import pg from 'pg';
import { type Ear, Failure, type Listener, type Listening } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { readCatalog } from './catalog.ts';
import { shownKey } from './cells.ts';
import { addressOf, connectionOf, database, type Run } from './database.ts';
import { idOf } from './ids.ts';
import { Broken, Rejected, troubleOf, unreachable } from './sqlstate.ts';
import type { Table } from './table.ts';
import { reasonAgainst, tablesOf } from './table-of.ts';

/** Telling by triggers, where the account's setting allows them. */
export const listening: Listening = {
  wanted: ({ notices }) => notices === 'triggers',
  begin: installNotice,
  end: removeNotice,
  listen,
};

/** The most rows that one notice names; a statement that wrote more rings for the table as a whole. */
const MOST_KEYS = 100;
/** PostgreSQL takes payloads of up to 8,000 bytes. */
const MOST_BYTES = 7_800;
const CHANNEL = 'syncline';
const INSTALL_SECONDS = 20;

/**
 * Adds triggers to tables that notify at once of what each statement wrote: to all or, where one is refused, to none. They
 * belong to the database's owner: the user must own the tables and may create functions in their schemas. Tables that have
 * them are left alone. Throws `Failure`.
 */
export async function installNotice(s: Session, objects: string[]): Promise<void> {
  const tables: Table[] = [];
  for (const object of objects) tables.push(await tableNamed(s, object));
  await change(s, async (run) => {
    for (const table of tables) {
      await run.rows(
        `create or replace function ${functionOf(table)}() returns trigger language plpgsql as ${notifier}`,
      );
      // To make a trigger is to lock the table.
      if (await hasTriggers(run, table)) continue;
      for (const statement of [...removal(table), ...addition(table)]) await run.rows(statement);
    }
  });
}

/** Takes the triggers off tables again; the functions stay. A table that is gone needs nothing. Throws `Failure`. */
export async function removeNotice(s: Session, objects: string[]): Promise<void> {
  const db = await database(s);
  const tables = await db.read(async (run) => {
    const found: Table[] = [];
    for (const object of objects) found.push(...tablesOf(await readCatalog(run, object)));
    return found;
  });
  await change(s, async (run) => {
    for (const statement of tables.flatMap(removal)) await run.rows(statement);
  });
}

/** Hears of every table of the database that has the triggers, until it is closed. Takes a connection of its own. */
export async function listen(s: Session, listener: Listener): Promise<Ear> {
  const client = new pg.Client(connectionOf(s));
  let isOpen = true;
  const lose = (cause: unknown) => {
    if (isOpen) listener.lost(troubleOf(new Broken(cause), 'no'));
    isOpen = false;
  };
  client.on('error', lose);
  client.on('end', () => lose('the server closed it'));
  client.on('notification', ({ payload }) => ring(listener, payload ?? ''));
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
  } catch (error) {
    isOpen = false;
    await client.end().catch(() => {});
    throw unreachable(error, addressOf(s).place);
  }
  return {
    async close() {
      isOpen = false;
      await client.end();
    },
  };
}

function ring(listener: Listener, payload: string): void {
  const notice = parsed(payload);
  if (notice) listener.heard(notice.object, [...new Set(notice.keys.map(idOf))]);
}

/** Anybody in the database may notify on the channel, so a payload can be anything. */
function parsed(payload: string): { object: string; keys: string[][] } | null {
  try {
    const { object, keys } = JSON.parse(payload) as { object: unknown; keys: unknown };
    const good =
      Array.isArray(keys) && keys.every((key) => Array.isArray(key) && key.every((part) => typeof part === 'string'));
    return typeof object === 'string' ? { object, keys: good ? (keys as string[][]) : [] } : null;
  } catch {
    return null;
  }
}

async function tableNamed(s: Session, object: string): Promise<Table> {
  const db = await database(s);
  const [found] = await db.read((run) => readCatalog(run, object));
  const why = found ? reasonAgainst(found) : `there is no table ${object} that the user may see`;
  const [table] = found ? tablesOf([found]) : [];
  if (!table) throw new Failure('invalid', why ?? object);
  return table;
}

async function change(s: Session, work: (run: Run) => Promise<void>): Promise<void> {
  const db = await database(s);
  try {
    await db.write(INSTALL_SECONDS, work);
  } catch (error) {
    throw error instanceof Rejected ? troubleOf(error, 'no') : error;
  }
}

/** Whether a table has all the triggers, made for the key it has now. */
async function hasTriggers(run: Run, table: Table): Promise<boolean> {
  const [row] = await run.rows(
    `select count(*) from pg_trigger where tgrelid = $1::regclass and tgname = any($2)
       and encode(tgargs, 'hex') = encode(convert_to($3, getdatabaseencoding()), 'hex') || '00'`,
    [table.into, triggers.map(({ name }) => name), keyExpression(table)],
  );
  return Number(row?.[0]) === triggers.length;
}

/** A trigger that sees the rows of a statement may fire on one event only. */
const triggers = [
  { name: 'syncline_insert', event: 'insert', transition: 'referencing new table as syncline_new' },
  {
    name: 'syncline_update',
    event: 'update',
    transition: 'referencing old table as syncline_old new table as syncline_new',
  },
  { name: 'syncline_delete', event: 'delete', transition: 'referencing old table as syncline_old' },
  { name: 'syncline_truncate', event: 'truncate', transition: '' },
];

function addition(table: Table): string[] {
  return triggers.map(
    ({ name, event, transition }) =>
      `create trigger ${name} after ${event} on ${table.into} ${transition}
        for each statement execute function ${functionOf(table)}(${literal(keyExpression(table))})`,
  );
}

function removal(table: Table): string[] {
  return triggers.map(({ name }) => `drop trigger if exists ${name} on ${table.into}`);
}

/** The function stands beside the tables it serves. */
function functionOf({ schema }: Table): string {
  return `${schema}.syncline_notice`;
}

/** SQL: the key of row `t` as a JSON array of texts. The trigger hands it to its function. */
function keyExpression(table: Table): string {
  return `json_build_array(${table.key.map((column) => shownKey(column)).join(', ')})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const notifier = `$syncline$
declare
  source text := case tg_op
    when 'INSERT' then 'select * from syncline_new'
    when 'DELETE' then 'select * from syncline_old'
    when 'UPDATE' then 'select * from syncline_new union all select * from syncline_old' end;
  keys json;
  payload text;
begin
  if source is not null then
    execute format('select json_agg(k) from (select %s as k from (%s) t limit ${MOST_KEYS * 2 + 1}) r', tg_argv[0], source) into keys;
    if keys is null then return null; end if;
    if json_array_length(keys) > ${MOST_KEYS * 2} then keys := null; end if;
  end if;
  payload := json_build_object('object', tg_table_schema || '.' || tg_table_name, 'keys', keys);
  if octet_length(payload) > ${MOST_BYTES} then
    payload := json_build_object('object', tg_table_schema || '.' || tg_table_name, 'keys', null);
  end if;
  perform pg_notify('${CHANNEL}', payload);
  return null;
end
$syncline$`;
