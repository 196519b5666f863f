import type { AppRecord, Gone } from '../../connector/contract.ts';
import { Failure } from '../../connector/contract.ts';
import type { Read } from '../../connector/listing.ts';
import type { Session } from '../../connector/session.ts';
import type { Values } from '../../model/value.ts';
import { lookupFields, lookupValues } from './connector-associations.ts';
import { toValue, versionOf } from './connector-fields.ts';
import type { Described } from './connector-object.ts';
import { addParts } from './connector-parts.ts';
import { dataPath } from './connector-paths.ts';
import { fitsAddress, queryAmong, type Row } from './connector-soql.ts';

/** The fields of rows for what was asked for, and by which it is told who is gone. */
function columnsOf(object: Described, asked: string[]): string[] {
  const fields = asked.filter((name) => object.described.has(name) && object.known.has(name));
  const marks = ['SystemModstamp', 'IsDeleted', 'IsConverted', 'MasterRecordId', 'CurrencyIsoCode'];
  const kept = marks.filter((name) => object.described.has(name));
  return [...new Set(['Id', ...fields, ...lookupFields(object, asked), ...kept])];
}

/** The columns of a query: only the marks where all of them would not fit, and the rest is read by ids. */
export function queryColumns(object: Described, asked: string[]): string[] {
  const columns = columnsOf(object, asked);
  return fitsAddress(columns) ? columns : columnsOf(object, []);
}

/** Rows as records: the live ones with what was asked for, the others as gone. */
export async function readRows(object: Described, s: Session, rows: Row[], asked: string[]): Promise<Read> {
  const isWhole = fitsAddress(columnsOf(object, asked));
  const live = rows.filter((row) => !goneOf(row));
  const shown = isWhole
    ? live
    : await retrieve(
        object,
        s,
        live.map((row) => row.Id),
        asked,
      );
  const records = shown.map((row) => recordOf(object, row, asked));
  await addParts(object, s, records, shown, asked);
  return { records, gone: rows.flatMap((row) => goneOf(row) ?? []) };
}

/** Rows by their ids, in one call whose body has no limit; what is not there (any more) is left out. */
export async function retrieve(object: Described, s: Session, ids: string[], asked: string[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  const reply = await s.request({
    method: 'POST',
    url: dataPath(s, `/composite/sobjects/${object.name}`),
    body: { ids, fields: columnsOf(object, asked) },
    effect: 'read',
  });
  const rows = reply.json<(Row | null)[]>();
  if (!Array.isArray(rows))
    throw new Failure('broken', 'Salesforce answered a read without its records; it is asked again later');
  return rows.filter((row): row is Row => row !== null);
}

/** Of these ids, who is gone and where to, and who is live after all. */
export async function goneAmong(
  object: Described,
  s: Session,
  ids: string[],
): Promise<{ gone: Gone[]; live: string[] }> {
  const columns = columnsOf(object, []).filter((name) => name !== 'Id');
  const found = new Map((await queryAmong(s, object.name, columns, 'Id', ids)).map((row) => [row.Id, row]));
  const gone = ids.flatMap((id): Gone[] => {
    const row = found.get(id);
    return row ? [goneOf(row) ?? []].flat() : [{ id, how: 'missing' }];
  });
  const told = new Set(gone.map((one) => one.id));
  return { gone, live: ids.filter((id) => !told.has(id)) };
}

/** In the recycle bin, perhaps merged into another; or a lead that lives on as a contact. */
function goneOf(row: Row): Gone | undefined {
  if (row.IsDeleted === true) {
    const survivorId = row.MasterRecordId;
    return { id: row.Id, how: 'archived', ...(typeof survivorId === 'string' ? { survivorId } : {}) };
  }
  return row.IsConverted === true ? { id: row.Id, how: 'moved' } : undefined;
}

function recordOf(object: Described, row: Row, asked: string[]): AppRecord {
  const values: Values = {};
  for (const name of asked) {
    const field = object.known.get(name);
    if (field && row[name] !== undefined) values[name] = toValue(object, field, row[name]);
  }
  return {
    id: row.Id,
    values: { ...values, ...lookupValues(object, row, asked) },
    version: versionOf(row.SystemModstamp),
  };
}
