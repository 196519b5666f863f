import pg from 'pg';
import { Failure } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { readCatalog } from './catalog.ts';
import { shownKey } from './cells.ts';
import { addressOf, database } from './database.ts';
import { idOf } from './ids.ts';
import { Broken, Rejected, troubleOf, unreachable } from './sqlstate.ts';
import type { Table } from './table.ts';
import { reasonAgainst, tablesOf } from './table-of.ts';

/** Who hears of changes. */
export interface Listener {
  /** A table was written. Without ids more rows than a notice can name: the whole table is to be read. */
  heard(object: string, ids: string[]): void;
  /** The connection broke: nothing more is heard until somebody listens again. */
  lost(failure: Failure): void;
}

/** The most rows that one notice names; a statement that wrote more rings for the table as a whole. */
const MOST_KEYS = 100;
/** PostgreSQL takes payloads of up to 8,000 bytes. */
const MOST_BYTES = 7_800;
const CHANNEL = 'syncline';
const INSTALL_SECONDS = 20;

/**
 * Adds triggers to a table that notify at once of what each statement wrote. They belong to the database's owner: the
 * user must own the table and may create functions in its schema. A notice is a doorbell, so that what a lost one told
 * is found by the next pass. Installing again replaces them. Throws `Failure`.
 */
export async function installNotice(s: Session, object: string): Promise<void> {
  const table = await tableNamed(s, object);
  // The function stands beside the tables it serves.
  const call = `${table.schema}.syncline_notice`;
  await change(s, [
    `create or replace function ${call}() returns trigger language plpgsql as ${notifier}`,
    ...removal(table),
    ...triggers.map(
      ({ name, event, transition }) =>
        `create trigger ${name} after ${event} on ${table.into} ${transition}
          for each statement execute function ${call}(${literal(keyExpression(table))})`,
    ),
  ]);
}

/** Takes the triggers off a table again; the function stays for other tables of the schema. Throws `Failure`. */
export async function removeNotice(s: Session, object: string): Promise<void> {
  await change(s, removal(await tableNamed(s, object)));
}

/** Hears of every table of the database that has the triggers, until it is closed. Takes a connection of its own. */
export async function listen(s: Session, listener: Listener): Promise<{ close(): Promise<void> }> {
  const { connectionString, place } = addressOf(s);
  const client = new pg.Client({ connectionString, keepAlive: true, application_name: 'syncline' });
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
    throw unreachable(error, place);
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

async function change(s: Session, statements: string[]): Promise<void> {
  const db = await database(s);
  try {
    await db.write(INSTALL_SECONDS, async (run) => {
      for (const statement of statements) await run.rows(statement);
    });
  } catch (error) {
    throw error instanceof Rejected ? troubleOf(error, 'no') : error;
  }
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

function removal(table: Table): string[] {
  return triggers.map(({ name }) => `drop trigger if exists ${name} on ${table.into}`);
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
