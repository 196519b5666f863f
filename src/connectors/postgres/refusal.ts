import type { Refusal } from '../../connector/contract.ts';
import { Failure } from '../../connector/contract.ts';
import type { ProblemCategory } from '../../model/problem.ts';
import type { Database } from './database.ts';
import type { Cells } from './row-cells.ts';
import type { Rejected } from './sqlstate.ts';
import { isChanged } from './sqlstate.ts';
import type { Column, Table } from './table.ts';

/** A trigger's own words are shown to people, so far. */
const MOST_MESSAGE = 300;

/**
 * Why PostgreSQL refused a record, for people. In our own words, since its messages quote values; only what a trigger
 * raises on purpose is shown as it is. Duplicates are told by duplicates.ts, which knows the other record.
 */
export async function refusalOf(db: Database, table: Table, cells: Cells, error: Rejected): Promise<Refusal> {
  const { code, constraint } = error;
  const name = constraint ? ` "${constraint}"` : '';
  const column = table.columns.find((each) => each.name === error.column);
  if (code === '23502') return missing(table, column);
  if (code === '23503') return dangling(table, cells, constraint ?? '');
  if (code === '23514') return unchecked(table, name, unlisted(cells) ?? (await culprit(db, cells)));
  if (code === '23P01') return refuse('rejected-by-app', `the rule${name} of ${table.name} allows no two such records`);
  if (code === '22001') return tooLong(table, cells);
  if (code === '54000') return refuse('too-long', `a text is too long for an index of ${table.name}; shorten it`);
  if (code.startsWith('22')) return invalid(table, await culprit(db, cells));
  if (code === '42501')
    return {
      ...refuse('permission-missing', `the user may not write this in ${table.name}: grant it`),
      kind: 'forbidden',
    };
  if (isChanged(code)) {
    return refuse('schema-changed', `${table.name} is not as it was (${code}); its fields are read again`);
  }
  if (code === '428C9') return refuse('read-only', `${table.name} computes a column that was to be written`);
  const words = isRaised(code) ? error.message.slice(0, MOST_MESSAGE) : `error ${code}`;
  return refuse('rejected-by-app', `${table.name} refused the record: ${words}`);
}

/** A refusal for the record's own sake. */
export function refuse(category: ProblemCategory, message: string, field?: string): Refusal {
  return { kind: 'invalid', category, message, ...(field === undefined ? {} : { field }) };
}

function missing(table: Table, column: Column | undefined): Refusal {
  const reference = column && table.references.find((each) => each.columns.includes(column));
  if (reference) {
    return refuse(
      'association-waiting',
      `${table.name} takes no record without its ${reference.label}`,
      reference.name,
    );
  }
  return refuse(
    'required-missing',
    `${table.name} takes no record without ${column?.label ?? 'all its values'}; fill it in`,
    column?.name,
  );
}

/** `cells` is empty where a record was to be deleted. */
function dangling(table: Table, cells: Cells, constraint: string): Refusal {
  const columns = cells.size > 0 ? table.foreignKeys.get(constraint) : undefined;
  if (!columns) {
    const message = `other records refer to this one of ${table.name} ("${constraint}"); remove them first`;
    return refuse('rejected-by-app', message);
  }
  const reference = table.references.find((each) => columns.every((column) => each.columns.includes(column)));
  if (reference) {
    const message = `the record of ${reference.to} that ${reference.label} names is not there`;
    return refuse('association-waiting', message, reference.name);
  }
  const names = columns.map((column) => column.label).join(' and ');
  return refuse(
    'invalid-value',
    `the value for ${names} is not among those it may refer to; correct it`,
    columns[0]?.name,
  );
}

function tooLong(table: Table, cells: Cells): Refusal {
  for (const [column, text] of cells) {
    const length = text === null ? 0 : [...text].length;
    if (column.maxLength === undefined || length <= column.maxLength) continue;
    const message = `${column.label} takes ${column.maxLength} characters and the text has ${length}; shorten it`;
    return refuse('too-long', message, column.name);
  }
  return refuse('too-long', `a text is longer than its column in ${table.name} allows; shorten it`);
}

function unchecked(table: Table, constraint: string, column: Column | undefined): Refusal {
  if (column?.options) return invalid(table, column);
  const what = column ? `the value for ${column.label}` : 'the values';
  return refuse(
    'invalid-value',
    `the check${constraint} of ${table.name} does not allow ${what}; correct it`,
    column?.name,
  );
}

function unlisted(cells: Cells): Column | undefined {
  return [...cells].find(
    ([{ options }, text]) => options && text !== null && !options.some((one) => one.value === text),
  )?.[0];
}

function invalid(table: Table, column: Column | undefined): Refusal {
  if (!column) return refuse('invalid-value', `a value does not fit its column in ${table.name}; correct it`);
  if (column.options) {
    return refuse('unknown-option', `${column.label} has no such option; map it to one that it has`, column.name);
  }
  return refuse(
    'invalid-value',
    `the value for ${column.label} is not one of type ${column.fullType}; correct it`,
    column.name,
  );
}

/** The column whose text is no value of its type, found by trying one after the other. */
export async function culprit(db: Database, cells: Cells): Promise<Column | undefined> {
  for (const [column, text] of cells) {
    if (text === null) continue;
    try {
      await db.read((run) => run.rows(`select $1::text::${column.fullType}`, [text]));
    } catch (error) {
      if (error instanceof Failure && (error.kind === 'invalid' || error.kind === 'broken')) return column;
      throw error;
    }
  }
  return undefined;
}

/** Classes of codes that PostgreSQL itself gives; others come from RAISE in somebody's trigger. */
function isRaised(code: string): boolean {
  return code === 'P0001' || !/^(0|2|3|4|5|XX|P0|F0|HV)/.test(code);
}
