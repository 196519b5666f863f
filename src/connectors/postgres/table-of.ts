import type { Option } from '../../model/field.ts';
import type { CatalogColumn, CatalogTable, CatalogUnique } from './catalog.ts';
import { listedIn } from './checks.ts';
import { type Column, humanised, type Kind, quoted, type Reference, type Table, type Unique } from './table.ts';

/** The tables that can be synced, of all that the catalog has. */
export function tablesOf(all: CatalogTable[]): Table[] {
  const usable = all.filter((each) => reasonAgainst(each) === null);
  const tables = new Map(usable.map((each) => [each.oid, tableOf(each)]));
  for (const each of usable) {
    const table = tables.get(each.oid);
    if (table) table.references = referencesOf(each, table, tables);
  }
  return [...tables.values()];
}

/** Why a table cannot be synced, and what to do about it; null where it can. */
export function reasonAgainst(table: CatalogTable): string | null {
  const name = nameOf(table);
  if (!table.may.select) return `the user may not read ${name}: grant select on the whole table`;
  if (keyIndex(table) === undefined) {
    return `${name} has neither a primary key nor a unique index over columns that are never null, so its rows cannot be told apart: add a primary key`;
  }
  if (table.elsewhere)
    return `${name} has partitions in other databases, whose changes cannot be noticed: sync them there`;
  return null;
}

function nameOf(table: CatalogTable): string {
  return `${table.schema}.${table.name}`;
}

function tableOf(from: CatalogTable): Table {
  const columns = from.columns.map((column) => columnOf(column, from));
  const into = `${quoted(from.schema)}.${quoted(from.name)}`;
  const index = keyIndex(from);
  const others = from.uniques.filter((each) => each !== index);
  const inSchema = from.schema === 'public' ? '' : ` (${from.schema})`;
  return {
    name: nameOf(from),
    oid: from.oid,
    schema: quoted(from.schema),
    label: caption(from.comment) ?? `${humanised(from.name)}${inSchema}`,
    from: from.partitioned ? into : `only ${into}`,
    into,
    columns,
    key: index ? (partsOf(index, columns).columns ?? []) : [],
    uniques: (index ? [index, ...others] : others).map((each) => partsOf(each, columns)),
    references: [],
    foreignKeys: new Map(from.references.map((each) => [each.name, columnsAt(each.columns, columns)])),
    rowBytes: from.rowBytes,
    may: from.may,
    hidesRows: from.rowSecurity,
    partitioned: from.partitioned,
    writtenAgain: from.writtenAgain || from.partitioned,
    checkedLater: from.checkedLater,
  };
}

/** The primary key, else the replica identity, else the unique index of the fewest columns that are never null. */
function keyIndex(table: CatalogTable): CatalogUnique | undefined {
  const never = new Set(table.columns.filter((column) => column.notNull).map((column) => column.number));
  const rank = (each: CatalogUnique) => (each.primary ? 0 : each.replica ? 1 : 1 + each.columns.length);
  return table.uniques
    .filter((each) => each.primary || (each.immediate && each.predicate === null))
    .filter((each) => each.columns.every((number) => never.has(number)))
    .sort((one, other) => rank(one) - rank(other))[0];
}

function partsOf(index: CatalogUnique, columns: Column[]): Unique {
  const named = columnsAt(index.columns, columns);
  return {
    parts: index.parts,
    columns: named.length === index.columns.length ? named : null,
    predicate: index.predicate,
  };
}

function columnsAt(numbers: (number | undefined)[], columns: Column[]): Column[] {
  return numbers.flatMap((number) => columns.find((column) => column.number === number) ?? []);
}

function columnOf(from: CatalogColumn, table: CatalogTable): Column {
  const kind = kindOf(from);
  const standard =
    from.identity === '' ? from.default : from.sequence && `nextval('${from.sequence.replaceAll("'", "''")}')`;
  const chosen = kind === 'uuid' || standard !== null;
  return {
    number: from.number,
    name: from.name,
    sql: quoted(from.name),
    label: caption(from.comment) ?? humanised(from.name),
    kind,
    type: from.type,
    fullType: from.fullType,
    ...limitsOf(kind, from),
    ...optionsOf(kind, from, table),
    notNull: from.notNull,
    default: standard,
    identity: from.identity === 'a' ? 'always' : from.identity === 'd' ? 'by default' : 'no',
    generated: from.generated,
    indexed: from.indexed,
    stamped: from.stamped,
    // A trigger that only fills in what is empty leaves a key alone that we choose.
    assigned: from.assigned === 'always' || (from.assigned === 'when empty' && !chosen),
    may: { insert: from.insert, update: from.update },
  };
}

const kinds: Record<string, Kind> = {
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  oid: 'integer',
  numeric: 'number',
  float4: 'float',
  float8: 'float',
  money: 'money',
  bool: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  uuid: 'uuid',
  bpchar: 'padded',
  json: 'long-text',
  jsonb: 'long-text',
  xml: 'long-text',
  bytea: 'long-text',
  tsvector: 'long-text',
};

function kindOf(column: CatalogColumn): Kind {
  if (column.typeKind === 'e') return column.isArray ? 'choices' : 'choice';
  if (column.isArray) return 'list';
  return (column.builtIn && kinds[column.typeName]) || 'text';
}

/** PostgreSQL packs a length as itself + 4, and a precision and scale as (precision << 16 | scale) + 4. */
const modifierOffset = 4;

function limitsOf(kind: Kind, column: CatalogColumn): Pick<Column, 'maxLength' | 'decimals'> {
  const modifier = column.modifier - modifierOffset;
  if (kind === 'integer') return { decimals: 0 };
  if (kind === 'money') return { decimals: 2 };
  if (kind === 'uuid') return { maxLength: 36 };
  if (modifier < 0) return {};
  // A scale has 11 bits and a sign; a negative one rounds before the point.
  if (kind === 'number') return { decimals: Math.max(0, ((modifier & 0x7ff) ^ 1024) - 1024) };
  return column.typeName === 'varchar' || kind === 'padded' ? { maxLength: modifier } : {};
}

function optionsOf(kind: Kind, column: CatalogColumn, table: CatalogTable): { options?: Option[] } {
  if (column.labels) return { options: column.labels.map(optionOf) };
  if (kind !== 'text' && kind !== 'padded') return {};
  for (const check of table.checks.filter((each) => each.column === column.number)) {
    const values = listedIn(check.definition, column.name);
    if (values) return { options: values.map(optionOf) };
  }
  return {};
}

function optionOf(value: string): Option {
  return { value, label: humanised(value) };
}

/**
 * A key without a meaning (a number, a UUID, or by its name an id) is a relation. A text that means what it holds (a
 * country's code, a currency) stays a field, although it refers to a list of them.
 */
function isRelation(column: Column, far: Column): boolean {
  return far.kind === 'integer' || far.kind === 'uuid' || isIdName(column.name) || isIdName(far.name);
}

function isIdName(name: string): boolean {
  return /(^|_)(id|key|ref|uuid|guid|no|nr|num|number)$/i.test(name) || /\p{Ll}(Id|ID|Key|Ref|Uuid|No)$/u.test(name);
}

function referencesOf(from: CatalogTable, table: Table, tables: Map<string, Table>): Reference[] {
  const found = new Map<string, Reference>();
  for (const { columns, to, toColumns } of from.references) {
    const far = tables.get(to);
    if (!far || far.key.length !== columns.length) continue;
    const numbers = far.key.map((column) => columns[toColumns.indexOf(column.number)]);
    const own = columnsAt(numbers, table.columns);
    const [first, farFirst] = [own[0], far.key[0]];
    if (own.length !== far.key.length || !first || !farFirst) continue;
    if (own.length === 1 && !isRelation(first, farFirst)) continue;
    const name = own.map((column) => column.name).join(',');
    const label = own.map((column) => column.label.replace(/ (id|key|ref|uuid|guid)$/i, '')).join(', ');
    if (!found.has(name)) found.set(name, { name, label, to: far.name, columns: own, far: far.key });
  }
  return [...found.values()];
}

/** A comment serves as a label where it is as short as one. */
function caption(comment: string | null): string | null {
  const text = comment?.trim() ?? '';
  return text !== '' && text.length <= longestCaption && !text.includes('\n') ? text : null;
}

const longestCaption = 60;
