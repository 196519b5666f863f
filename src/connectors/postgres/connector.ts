import { type Connector, Failure, type ObjectType } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { readCatalog } from './catalog.ts';
import { choosesKeys, create, reserve } from './create.ts';
import { database } from './database.ts';
import { associationsOf, fieldsOf, identifiersOf } from './fields.ts';
import { listening } from './notice.ts';
import { byIds, page, pageRows } from './read.ts';
import { remove } from './remove.ts';
import type { Table } from './table.ts';
import { reasonAgainst, tablesOf } from './table-of.ts';
import { update } from './update.ts';
import { BATCH_ROWS } from './write.ts';

/** Any PostgreSQL database, version 13 or newer: its tables are the objects. */
export const connector: Connector = {
  app: {
    name: 'postgres',
    label: 'PostgreSQL',
    about: 'A database server: every table with a key can be synced.',
    category: 'database',
    notices:
      'By polling: each pass reads the rows written since the last one. Triggers that a setting allows make it at once.',
  },
  auth: {
    kind: 'own',
    secrets: [
      {
        name: 'url',
        label: 'Address',
        help: 'postgres://user:password@host:5432/database, with ?sslmode=require where the server asks for encryption.',
      },
    ],
  },
  settings: [
    {
      name: 'updatedAt',
      label: 'Updated-at column',
      help: 'The name of a column that every change of a row sets to the time. Speeds up polling of large tables that have an index on it.',
    },
    {
      name: 'notices',
      label: 'Notices',
      help: "'triggers' adds triggers to synced tables, so that changes are told at once; the user must own the tables. Left out: polling.",
    },
  ],
  limits: [],
  objects,
  listening,
  async whoami(s) {
    if (!['triggers', 'polling', ''].includes(s.settings.notices ?? ''))
      throw new Failure('unauthorized', "the setting notices takes 'triggers', or 'polling'");
    const db = await database(s);
    const [row] = await db.read((run) => run.rows('select current_database(), current_user'));
    return { id: db.place, label: `${row?.[0]} (${row?.[1]})`, is: 'place' };
  },
  async absent(s, object) {
    const db = await database(s);
    const [table] = await db.read((run) => readCatalog(run, object));
    return (
      (table && reasonAgainst(table)) ??
      `there is no table ${object} that the user may see; tables are named schema.table`
    );
  },
};

async function objects(s: Session): Promise<ObjectType[]> {
  const db = await database(s);
  return tablesOf(await db.read((run) => readCatalog(run))).map(objectOf);
}

function objectOf(table: Table): ObjectType {
  const rows = Math.min(BATCH_ROWS, pageRows(table));
  const chosen = choosesKeys(table);
  return {
    name: table.name,
    label: table.label,
    fields: fieldsOf(table),
    associations: associationsOf(table),
    keys: identifiersOf(table),
    reads: {
      page: (s, ask) => page(s, table, ask),
      byIds: (s, ids, fields) => byIds(s, table, ids, fields),
      byIdsMost: rows,
      pageMost: pageRows(table),
      deletions: 'compared',
      changes: table.hidesRows ? 'none' : 'since',
      overlapSeconds: 0,
      freshOnList: true,
      orderedVersions: false,
    },
    writes: {
      ...(table.may.insert && {
        create: {
          size: BATCH_ROWS,
          safety: [chosen ? { by: 'own-id' } : { by: 'window' }],
          ...(chosen && { reserve: (s: Session, items) => reserve(s, table, items) }),
          send: (s, items) => create(s, table, items),
        },
      }),
      ...(table.may.update && {
        update: { size: BATCH_ROWS, conditional: true, edges: true, send: (s, items) => update(s, table, items) },
      }),
      ...(table.may.delete && {
        delete: { size: BATCH_ROWS, conditional: true, send: (s, items) => remove(s, table, items) },
      }),
    },
  };
}
