import type { FieldType, Schema } from '../model/field.ts';
import { literal } from './quoting.ts';

/** The most columns of a view; PostgreSQL takes 1,664, of no more than 63 bytes each. */
const MOST_COLUMNS = 1_500;
const MOST_NAME = 63;

/** A column of a view: its name, and the expression over `record r` that makes it. */
export interface DataColumn {
  name: string;
  expression: string;
}

/** The columns of an object: its id, its fields by their types, and the ids of its associations. */
export function dataColumns({ fields, associations }: Schema): DataColumn[] {
  const taken = new Set<string>();
  const columns: DataColumn[] = [{ name: uniqueName('id', taken), expression: 'r.id' }];
  for (const { name, type } of fields) {
    // An app's own id field would only say the same again.
    if (columns.length < MOST_COLUMNS)
      columns.push({ name: uniqueName(name, taken), expression: expressionOf(name, type) });
  }
  for (const { name, many } of associations) {
    if (columns.length >= MOST_COLUMNS) break;
    const ids = `syncline.texts_of(r.content -> ${literal(name)})`;
    columns.push({ name: uniqueName(name, taken), expression: many === 'one' ? `(${ids})[1]` : ids });
  }
  return columns;
}

/** A name that needs no quotes: lower-case letters, digits and underscores; nothing that is taken. */
function uniqueName(wanted: string, taken: Set<string>): string {
  const plain = plainName(wanted);
  let name = plain;
  for (let count = 2; taken.has(name); count++)
    name = `${plain.slice(0, MOST_NAME - 1 - String(count).length)}_${count}`;
  taken.add(name);
  return name;
}

/** The plain form of a name. */
export function plainName(wanted: string): string {
  const plain = wanted
    .normalize('NFKD')
    .replace(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/gu, '_')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/_{2,}/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, MOST_NAME);
  return plain === '' ? 'field' : /^[0-9]/.test(plain) ? `_${plain}`.slice(0, MOST_NAME) : plain;
}

const casts: Partial<Record<FieldType, (json: string, text: string) => string>> = {
  number: (_json, text) => `syncline.number_of(${text})`,
  integer: (_json, text) => `syncline.number_of(${text})`,
  money: (_json, text) => `syncline.number_of(${text})`,
  boolean: (json) => `syncline.boolean_of(${json})`,
  date: (_json, text) => `syncline.date_of(${text})`,
  datetime: (_json, text) => `syncline.time_of(${text})`,
  'multi-select': (json) => `syncline.texts_of(${json})`,
  list: (json) => `syncline.texts_of(${json})`,
};

function expressionOf(name: string, type: FieldType): string {
  const [json, text] = [`r.content -> ${literal(name)}`, `r.content ->> ${literal(name)}`];
  return casts[type]?.(json, text) ?? text;
}
