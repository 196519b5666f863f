import type { Field } from './field.ts';
import { codeOf, crossOption } from './options.ts';
import { countryCode, countryCode3, countryName } from './types/country.ts';
import { isEmpty } from './types/empty.ts';
import { entriesOf, isList, textsOf, withFirst } from './types/list.ts';
import { invalid, takeText } from './types/text.ts';
import { type Taken, Trouble } from './types/trouble.ts';
import { types } from './types/types.ts';
import type { UserTable } from './users.ts';
import type { Side, Value } from './value.ts';

/** One direction of a mapping of one field to one field. */
export interface Crossing {
  /** The side that values come from. */
  from: Side;
  source: Field;
  target: Field;
  /** The option table of this direction, where a person mapped options or both fields are selects. */
  options: Map<string, string> | null;
  users: UserTable;
  /** The country of phone numbers without a country code. */
  region?: string;
}

/** A value for the target; `current`: what stands there now, of which a list keeps its further entries. */
export type Convert = (value: Value, current?: Value) => Taken;

/** The conversion of a crossing whose types pair in this direction. What it is given may be any JSON; it never throws. */
export function converter(crossing: Crossing): Convert {
  const { source, target } = crossing;
  const convert = ofShape(crossing, fullConverter(crossing));
  if (target.type === 'list' && source.type !== 'list' && source.type !== 'multi-select') return convert;
  return (value) => (isEmpty(value) ? null : convert(value));
}

/** Is the field about a country, by its type or by its role? */
export function isCountry(field: Field): boolean {
  return field.type === 'country' || (isText(field) && (field.means?.endsWith('.country') ?? false));
}

/** Is it free text? */
export function isText(field: Field): boolean {
  return field.type === 'text' || field.type === 'long-text';
}

/** The field as which a list's entries are converted and compared. */
export function entryField(list: Field): Field {
  return { ...list, type: list.of ?? 'text' };
}

/** A list that is none, and a list where one value should be, are caught here; the converters see what they expect. */
function ofShape({ source, target }: Crossing, convert: Convert): Convert {
  if (source.type === 'list' || source.type === 'multi-select') {
    return (value, current) => (value === null || isList(value) ? convert(value, current) : invalid(target, 'a list'));
  }
  const { label } = types[source.type];
  return (value, current) =>
    typeof value === 'object' && value !== null ? invalid(target, label) : convert(value, current);
}

function fullConverter(crossing: Crossing): Convert {
  const { source, target } = crossing;
  if (source.type === 'list' || target.type === 'list') return listConverter(crossing);
  if (source.type === 'multi-select') return multiConverter(crossing);
  if (crossing.options) return optionConverter(crossing, crossing.options);
  if (source.type === 'user') return userConverter(crossing);
  if (isCountry(source) && isText(target)) return (value) => takeText(countryText(value, source, target), target);
  if (isText(target) && source.type === 'select') return (value) => takeText(labelOf(value, source), target);
  if (isText(target)) return (value) => takeText(typeof value === 'boolean' ? String(value) : value, target);
  const { take } = types[target.type];
  return (value) => take(value, target);
}

function optionConverter({ source, target }: Crossing, table: Map<string, string>): Convert {
  return (value) => {
    const partner = crossOption(source.type === 'select' ? String(value) : codeOf(value), source, target, table);
    return typeof partner === 'string' ? types[target.type].take(partner, target) : partner;
  };
}

function multiConverter({ source, target, options }: Crossing): Convert {
  const cross = (text: string) => (options ? crossOption(text, source, target, options) : text);
  if (target.type === 'select') return (value) => cross(textsOf(value)[0] ?? '');
  if (isText(target)) {
    const labels = (value: Value) => textsOf(value).map((text) => labelOf(text, source));
    return (value) => takeText(labels(value).join('; '), target);
  }
  return (value) => each(textsOf(value), cross);
}

function userConverter({ from, target, users }: Crossing): Convert {
  if (target.type === 'user') return (value) => users.cross(from, String(value));
  return (value) => takeText(users.text(from, String(value)), target);
}

function listConverter(crossing: Crossing): Convert {
  const { source, target } = crossing;
  if (target.type === 'multi-select') return (value) => each(textsOf(value), (text) => fromLabel(text, target));
  if (source.type === 'multi-select') {
    return (value) => textsOf(value).map((text) => ({ value: labelOf(text, source) }));
  }
  if (source.type === 'list' && target.type === 'list') return (value) => types.list.take(value, target);
  if (source.type === 'list') {
    const { take } = types[target.type];
    return (value) => take(entriesOf(value)[0]?.value ?? null, target);
  }
  const entry = types[entryField(target).type];
  const same = (x: string, y: string) => entry.normal(x, crossing.region) === entry.normal(y, crossing.region);
  return (value, current) => {
    if (isEmpty(value)) return withFirst(current, null, same);
    const first = entry.take(value, target);
    return typeof first === 'string' ? withFirst(current, first, same) : first;
  };
}

function each(texts: string[], convert: (text: string) => Taken): Taken {
  const converted: string[] = [];
  for (const text of texts) {
    const one = convert(text);
    if (one instanceof Trouble) return one;
    if (typeof one === 'string' && !converted.includes(one)) converted.push(one);
  }
  return converted;
}

/** A text column of two or three letters wants codes; another one takes a country as it is written, or by name. */
function countryText(value: Value, source: Field, target: Field): Value {
  const code = typeof value === 'string' ? countryCode(value) : null;
  if (code === null) return value;
  if (target.maxLength === 2) return code;
  if (target.maxLength === 3) return countryCode3(code);
  return source.type === 'country' ? countryName(code) : value;
}

function labelOf(value: Value, select: Field): string {
  return select.options?.find((option) => option.value === value)?.label ?? String(value);
}

function fromLabel(text: string, select: Field): Taken {
  if (!select.options?.length) return text;
  const known = select.options.find((option) => option.label === text || option.value === text);
  return known?.value ?? crossOption(text, select, select, new Map());
}
