import { Environment } from '@marcbachmann/cel-js';
import { countryCode, countryCode3, countryName } from './types/country.ts';
import { dateOf, datetimeOf } from './types/date.ts';
import { isEmpty } from './types/empty.ts';
import { e164 } from './types/phone.ts';

/** The longest text a transform may make, in characters. */
export const MOST_CHARACTERS = 1_000_000;

/** The most entries a list may have in a transform: expressions loop over lists inside loops. */
export const MOST_ENTRIES = 500;

/** The functions that transforms have beside those of CEL itself. */
export const transformFunctions = 'trim lower upper title split join replace e164 country date default'.split(' ');

/** A transform that could not be done with this record's values. The message holds no value. */
export class TransformFailure extends Error {
  override name = 'TransformFailure';
}

/**
 * The language of transforms: CEL over `value` and `record`, with trim lower upper title split join replace e164 country
 * date default. An empty value stays empty through all of them but `default`.
 */
export function transformEnvironment(region?: string): Environment {
  const environment = new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 500, maxDepth: 50, maxListElements: 100, maxMapEntries: 100 },
  })
    .registerVariable('value', 'dyn')
    .registerVariable('record', 'map')
    .registerFunction(
      'trim(dyn): dyn',
      onText((text) => text.trim()),
    )
    .registerFunction(
      'lower(dyn): dyn',
      onText((text) => text.toLowerCase()),
    )
    .registerFunction(
      'upper(dyn): dyn',
      onText((text) => text.toUpperCase()),
    )
    .registerFunction('title(dyn): dyn', onText(titleCase))
    .registerFunction('split(dyn, string): dyn', (value: unknown, by: string) =>
      isEmpty(value) ? [] : split(value, by),
    )
    .registerFunction('split(dyn, string, int): dyn', (value: unknown, by: string, at: bigint) =>
      isEmpty(value) ? null : (split(value, by).at(Number(at)) ?? null),
    )
    .registerFunction('join(dyn, string): dyn', join)
    .registerFunction('replace(dyn, string, string): dyn', (value: unknown, what: string, by: string) =>
      isEmpty(value) ? null : replace(textOf(value), what, by),
    )
    .registerFunction(
      'e164(dyn): dyn',
      onText((text) => phone(text, region)),
    )
    .registerFunction('e164(dyn, string): dyn', (value: unknown, country: string) =>
      onText((text) => phone(text, country))(value),
    )
    .registerFunction(
      'country(dyn): dyn',
      onText((text) => country(text, 'en')),
    )
    .registerFunction('country(dyn, string): dyn', (value: unknown, form: string) =>
      onText((text) => country(text, form))(value),
    )
    .registerFunction(
      'date(dyn): dyn',
      onText((text) => date(text)),
    )
    .registerFunction('date(dyn, string): dyn', (value: unknown, form: string) =>
      onText((text) => date(text, form))(value),
    )
    .registerFunction('default(dyn, dyn): dyn', (value: unknown, other: unknown) => (isEmpty(value) ? other : value));
  return withMixedNumbers(environment);
}

/** CEL does not mix whole and other numbers; people write `value * 2` and mean it. */
function withMixedNumbers(environment: Environment): Environment {
  const operators: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [sign, apply] of Object.entries(operators)) {
    environment.registerOperator(`double ${sign} int`, (a: number, b: bigint) => apply(a, Number(b)));
    environment.registerOperator(`int ${sign} double`, (a: bigint, b: number) => apply(Number(a), b));
  }
  return environment;
}

function onText(change: (text: string) => string): (value: unknown) => string | null {
  return (value) => (isEmpty(value) ? null : change(textOf(value)));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TransformFailure('it needs text here and got a list or a map; pick an entry or use join');
}

/** Words begin with a capital; so do the parts of a double name and what follows O' and D'. */
function titleCase(text: string): string {
  return text.toLowerCase().replace(/(?<=^|[\s(-]|(?<!\p{L})[od]['’])\p{L}/gu, (start) => start.toUpperCase());
}

function split(value: unknown, by: string): string[] {
  const parts = textOf(value).split(by, MOST_ENTRIES + 1);
  if (parts.length > MOST_ENTRIES) throw new TransformFailure(`split makes more than ${MOST_ENTRIES} parts`);
  return parts;
}

function join(list: unknown, by: string): string | null {
  if (isEmpty(list)) return null;
  if (!Array.isArray(list)) throw new TransformFailure('join needs a list');
  const parts = list.filter((part) => !isEmpty(part)).map(textOf);
  return bounded(
    parts.reduce((length, part) => length + part.length + by.length, 0),
    () => parts.join(by),
  );
}

function replace(text: string, what: string, by: string): string {
  if (what === '') return text;
  const parts = text.split(what);
  return bounded(text.length + (parts.length - 1) * (by.length - what.length), () => parts.join(by));
}

function bounded(length: number, make: () => string): string {
  if (length > MOST_CHARACTERS)
    throw new TransformFailure(`it makes a text of more than ${MOST_CHARACTERS} characters`);
  return make();
}

function phone(text: string, region?: string): string {
  const number = e164(text, region?.toUpperCase());
  if (number === null)
    throw new TransformFailure('e164 needs a phone number with its country code, or a country to read it in');
  return number;
}

/** `form`: 'code', 'code3', or the language of the name ('en', 'sv'). */
function country(text: string, form: string): string {
  const code = countryCode(text);
  if (code === null) throw new TransformFailure('country does not know this country by name or code');
  const name = form === 'code' ? code : form === 'code3' ? countryCode3(code) : countryName(code, form);
  if (name === null) throw new TransformFailure("country gives 'code', 'code3', or the name in 'en' or 'sv'");
  return name;
}

/** Without a form: the date of a date or time. With one: a date written in that form, or text in that form read as a date. */
function date(text: string, form?: string): string {
  const moment = datetimeOf(text);
  if (form === undefined) {
    const day = dateOf(text);
    if (day === null) throw new TransformFailure('date needs a date like 2026-11-23, or a form to read it by');
    return day;
  }
  return moment === null ? readDate(text, form) : writeDate(moment, form);
}

const dateParts = /YYYY|MM|DD|HH|mm|ss|M|D/g;

function writeDate(moment: string, form: string): string {
  const [year = '', month = '', day = '', hour = '', minute = '', second = ''] = moment.split(/[-T:.]/);
  const parts: Record<string, string> = { YYYY: year, MM: month, DD: day, HH: hour, mm: minute, ss: second };
  return form.replace(dateParts, (part) => parts[part] ?? String(Number(part === 'M' ? month : day)));
}

function readDate(text: string, form: string): string {
  const order: string[] = [];
  const pattern = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(dateParts, (part) => {
    order.push(part);
    return part === 'YYYY' ? '(\\d{4})' : part.length === 1 ? '(\\d{1,2})' : '(\\d{2})';
  });
  const found = new RegExp(`^\\s*${pattern}\\s*$`).exec(text);
  const part = (...names: string[]) => {
    const at = order.findIndex((name) => names.includes(name));
    return at < 0 ? '' : (found?.[at + 1]?.padStart(2, '0') ?? '');
  };
  const day = found ? dateOf(`${part('YYYY')}-${part('MM', 'M')}-${part('DD', 'D')}`) : null;
  if (day === null) throw new TransformFailure(`date needs a date like 2026-11-23 or one written as ${form}`);
  return order.includes('HH')
    ? (datetimeOf(`${day}T${part('HH')}:${part('mm') || '00'}:${part('ss') || '00'}Z`) ?? day)
    : day;
}
