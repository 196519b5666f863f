import { Failure } from '../../connector/contract.ts';
import type { Reply, Session } from '../../connector/session.ts';
import { dataPath } from './connector-paths.ts';

/** A row of an answer: its fields, and what it is. */
export interface Row {
  Id: string;
  SystemModstamp?: string;
  IsDeleted?: boolean;
  [field: string]: unknown;
}

/** What a query found. `done` is false where the answer holds only the first of the rows. */
export interface Found {
  rows: Row[];
  done: boolean;
  reply: Reply;
}

/** Rows that one query asks for: what one answer may hold. */
export const mostRows = 2000;

/** The longest address of a query. Salesforce takes 16,384 characters in all. */
const longestAddress = 12_000;

/** Ids in a condition of one query: each takes about thirty characters of its address. */
const mostIdsAsked = 100;

/** Carries out a query. Records in the recycle bin, and activities of old, are among what is looked at. */
export async function query(s: Session, soql: string): Promise<Found> {
  const reply = await s.request({ method: 'GET', url: dataPath(s, '/queryAll'), query: { q: soql } });
  const { records, done } = reply.json<{ records?: Row[]; done?: boolean }>();
  if (!Array.isArray(records)) throw notRows();
  if (!records.every((row) => typeof row?.Id === 'string')) throw notRows();
  return { rows: records, done: done !== false, reply };
}

/** All rows of a query that asks for ids of its own, few enough for some answers. */
export async function queryWhole(s: Session, object: string, fields: string[], where: string): Promise<Row[]> {
  const all: Row[] = [];
  let after = '';
  for (;;) {
    const more = after === '' ? '' : ` AND Id > ${quoted(after)}`;
    const soql = `SELECT ${['Id', ...fields].join(', ')} FROM ${object} WHERE (${where})${more} ORDER BY Id LIMIT ${mostRows}`;
    const { rows, done } = await query(s, soql);
    all.push(...rows);
    const last = rows.at(-1);
    if (!last || (done && rows.length < mostRows)) return all;
    after = last.Id;
  }
}

/** Rows whose lookup is one of these ids, however many. */
export async function queryAmong(
  s: Session,
  object: string,
  fields: string[],
  lookup: string,
  ids: string[],
  where = '',
): Promise<Row[]> {
  const all: Row[] = [];
  for (let at = 0; at < ids.length; at += mostIdsAsked) {
    const some = ids.slice(at, at + mostIdsAsked).map(quoted);
    all.push(...(await queryWhole(s, object, fields, `${lookup} IN (${some.join(',')})${where && ` AND ${where}`}`)));
  }
  return all;
}

/** Does a query for so many fields still fit into an address? Otherwise records are read by their ids, whose body has no limit. */
export function fitsAddress(fields: string[]): boolean {
  return fields.reduce((length, field) => length + field.length + ', '.length * 2, 0) < longestAddress;
}

/** A text in a query. */
export function quoted(text: string): string {
  return `'${text
    .replace(/[\\']/g, (letter) => `\\${letter}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')}'`;
}

function notRows(): Failure {
  return new Failure('broken', 'Salesforce answered a query without its rows; it is asked again later');
}
