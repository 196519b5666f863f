import type { Field, Schema, User } from './field.ts';
import type { Condition, Filter } from './filter.ts';
import { filterFields, kindOf, spanMilliseconds } from './filter-check.ts';
import { countryCode } from './types/country.ts';
import { dateOf, datetimeOf, isPlainDate } from './types/date.ts';
import { compareDecimals, decimal } from './types/decimal.ts';
import { isEmpty } from './types/empty.ts';
import { textsOf } from './types/list.ts';
import { normalPhone } from './types/phone.ts';
import { foldText } from './types/text.ts';
import { booleanOf, normalEmail, plain } from './types/types.ts';
import type { Value, Values } from './value.ts';

/** Does a record pass? Pure, on the full record. */
export type FilterTest = (values: Values) => boolean;

/** What a filter needs to know besides the record. `now` in milliseconds, for within-last. */
export interface FilterContext {
  now: number;
  /** The users of this side's account: owners are named by id or e-mail address. */
  users: User[];
  region?: string;
}

/** Compiles a checked filter into a test. Unknown fields count as empty. */
export function compileFilter(filter: Filter, schema: Schema, context: FilterContext): FilterTest {
  return compileNested(filter, filterFields(schema), context);
}

type Test = (value: Value) => boolean;

/** The operators that an empty value passes. */
const passedByEmpty: ReadonlySet<string> = new Set(['unknown', 'not-equals', 'not-in', 'not-contains']);

function compileNested(filter: Filter, fields: Map<string, Field>, context: FilterContext): FilterTest {
  if ('all' in filter) {
    const tests = filter.all.map((one) => compileNested(one, fields, context));
    return (values) => tests.every((test) => test(values));
  }
  if ('any' in filter) {
    const tests = filter.any.map((one) => compileNested(one, fields, context));
    return (values) => tests.some((test) => test(values));
  }
  const { field: name, op } = filter;
  const field = fields.get(name) ?? { name, label: name, type: 'text', writable: 'never' };
  const test = op === 'known' ? () => true : op === 'unknown' ? () => false : compileCondition(filter, field, context);
  const empty = passedByEmpty.has(op);
  return (values) => {
    const value = values[name] ?? null;
    return isEmpty(value) ? empty : test(value);
  };
}

function compileCondition(condition: Condition, field: Field, context: FilterContext): Test {
  switch (kindOf(field)) {
    case 'number':
      return numberTest(condition);
    case 'date':
      return dateTest(condition, field, context.now);
    case 'boolean': {
      const wanted = booleanOf(condition.value ?? null) === (condition.op === 'equals');
      return (value) => booleanOf(value) === wanted;
    }
    case 'set':
    case 'list':
      return entriesTest(condition, field, context);
    default:
      return textTest(condition, field, context);
  }
}

function wanted({ value }: Condition): (string | number | boolean)[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function numberTest(condition: Condition): Test {
  const given = wanted(condition).map((one) => decimal(one) ?? '0');
  return orderTest(condition, given, decimal, compareDecimals);
}

/** A date-time is compared with a bare date by its date in UTC, and with a moment by its moment. */
function dateTest(condition: Condition, field: Field, now: number): Test {
  if (condition.op === 'within-last') return withinTest(condition, field, now);
  const given = wanted(condition).map(String);
  const byDate = field.type === 'date' || given.every(isPlainDate);
  const read = byDate ? dateOf : datetimeOf;
  return orderTest(
    condition,
    given.map((one) => read(one) ?? ''),
    read,
    compareTexts,
  );
}

function withinTest(condition: Condition, field: Field, now: number): Test {
  const span = spanMilliseconds(condition.value) ?? 0;
  const read = field.type === 'date' ? dateOf : datetimeOf;
  const [from, to] = [read(new Date(now - span).toISOString()) ?? '', read(new Date(now).toISOString()) ?? ''];
  return (value) => {
    const moment = read(value);
    return moment !== null && moment >= from && moment <= to;
  };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A value that cannot be read passes only the operators of difference. */
function orderTest(
  { op }: Condition,
  given: string[],
  read: (value: unknown) => string | null,
  compare: (a: string, b: string) => number,
): Test {
  const [low = '', high = ''] = given;
  const holds: Record<string, (value: string) => boolean> = {
    equals: (value) => compare(value, low) === 0,
    'not-equals': (value) => compare(value, low) !== 0,
    in: (value) => given.some((one) => compare(value, one) === 0),
    'not-in': (value) => given.every((one) => compare(value, one) !== 0),
    greater: (value) => compare(value, low) > 0,
    after: (value) => compare(value, low) > 0,
    'greater-or-equal': (value) => compare(value, low) >= 0,
    less: (value) => compare(value, low) < 0,
    before: (value) => compare(value, low) < 0,
    'less-or-equal': (value) => compare(value, low) <= 0,
    between: (value) => compare(value, low) >= 0 && compare(value, high) <= 0,
  };
  const test = holds[op] ?? (() => false);
  return (value) => {
    const known = read(value);
    return known === null ? passedByEmpty.has(op) : test(known);
  };
}

/** Operators about a piece of the text, which has no normal form but case. */
const partial: ReadonlySet<string> = new Set(['contains', 'not-contains', 'starts-with', 'ends-with']);

function textTest(condition: Condition, field: Field, context: FilterContext): Test {
  const normal = partial.has(condition.op) ? foldText : normalOf(field, context);
  const given = wanted(condition).map((one) => normal(optionValue(String(one), field)));
  const test = textOperator(condition.op, given);
  return (value) => test(normal(plain(value)));
}

/** A set or list passes when one of its entries does; the operators of difference want all entries to pass. */
function entriesTest(condition: Condition, field: Field, context: FilterContext): Test {
  const entry: Field = { ...field, type: field.of ?? (field.type === 'list' ? 'text' : 'select') };
  const normal = normalOf(entry, context);
  const given = wanted(condition).map((one) => normal(optionValue(String(one), field)));
  // An option is in the set or not; only the texts of a list can contain a piece of text.
  const whole: Record<string, Condition['op']> = { contains: 'equals', 'not-contains': 'not-equals' };
  const op = field.type === 'list' ? condition.op : (whole[condition.op] ?? condition.op);
  const test = textOperator(op, given);
  if (passedByEmpty.has(op)) return (value) => textsOf(value).every((text) => test(normal(text)));
  return (value) => textsOf(value).some((text) => test(normal(text)));
}

function textOperator(op: Condition['op'], given: string[]): (text: string) => boolean {
  const [one = ''] = given;
  const set = new Set(given);
  switch (op) {
    case 'equals':
      return (text) => text === one;
    case 'not-equals':
      return (text) => text !== one;
    case 'in':
      return (text) => set.has(text);
    case 'not-in':
      return (text) => !set.has(text);
    case 'contains':
      return (text) => text.includes(one);
    case 'not-contains':
      return (text) => !text.includes(one);
    case 'starts-with':
      return (text) => text.startsWith(one);
    case 'ends-with':
      return (text) => text.endsWith(one);
    default:
      return () => false;
  }
}

function normalOf(field: Field, { users, region }: FilterContext): (text: string) => string {
  if (field.type === 'phone') return (text) => normalPhone(text, region);
  if (field.type === 'country') return (text) => countryCode(text) ?? foldText(text);
  if (field.type !== 'user') return foldText;
  const byEmail = new Map(users.flatMap(({ id, email }) => (email === undefined ? [] : [[normalEmail(email), id]])));
  return (text) => byEmail.get(normalEmail(text)) ?? text;
}

function optionValue(text: string, { options = [] }: Field): string {
  if (options.some((option) => option.value === text)) return text;
  return options.find((option) => option.label === text)?.value ?? text;
}
