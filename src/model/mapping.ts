import { must } from '../lib/assert.ts';
import { type Convert, converter } from './convert.ts';
import { isEcho } from './echo.ts';
import { comparer } from './equal.ts';
import type { Field } from './field.ts';
import { isSameName, joinName, splitName } from './names.ts';
import type { OptionTable } from './options.ts';
import type { Converted, Mapping } from './rules.ts';
import type { Transform } from './transform.ts';
import { isEmpty } from './types/empty.ts';
import { takeText } from './types/text.ts';
import { Trouble } from './types/trouble.ts';
import { plain } from './types/types.ts';
import type { UserTable } from './users.ts';
import { across, type Side, type Two, type Value, type Values } from './value.ts';

/** The fields of a mapping and what stands between them. */
export interface MappingFields {
  a: Field[];
  b: Field[];
  options: OptionTable | null;
  users: UserTable;
  region?: string;
  /** Transforms by the side that values come from. */
  transforms: { a?: Transform; b?: Transform };
  /** Which sides values can come from at all, by their types. */
  flows: Two<boolean>;
}

/** The four questions that the engine asks of a mapping's values. */
export type MappingValues = Pick<Mapping, 'convert' | 'equal' | 'isEmpty' | 'isEcho' | 'reads'>;

/** How a mapping's values convert and compare. */
export function mappingValues(fields: MappingFields): MappingValues {
  const plainValues = fields.a.length > 1 || fields.b.length > 1 ? nameValues(fields) : singleValues(fields);
  const values = fields.transforms.a || fields.transforms.b ? transformedValues(fields, plainValues) : plainValues;
  return { ...values, isEmpty: (_side, list) => list.every(isEmpty), isEcho: echoOf(fields) };
}

type Core = Pick<Mapping, 'convert' | 'equal' | 'reads'>;

function singleValues({ a: [first], b: [second], options, users, region, flows }: MappingFields): Core {
  const [a, b] = [must(first, 'the field on side a'), must(second, 'the field on side b')];
  const cross = { users, region };
  const toB = flows.a ? converter({ ...cross, from: 'a', source: a, target: b, options: options?.aToB ?? null }) : null;
  const toA = flows.b ? converter({ ...cross, from: 'b', source: b, target: a, options: options?.bToA ?? null }) : null;
  const means = comparer(a, b, { toB, toA }, region);
  return {
    convert: (from, values, _record, current) =>
      from === 'a' ? converted(toB, b, values, current) : converted(toA, a, values, current),
    equal: (x, y) => means(x[0] ?? null, y[0] ?? null),
  };
}

function converted(convert: Convert | null, target: Field, values: Value[], current: Value[] | undefined): Converted {
  if (!convert)
    return refused(target, new Trouble('invalid-value', `${target.label} cannot be written from this field`));
  const value = values[0] ?? null;
  const taken = convert(value, current?.[0]);
  if (taken instanceof Trouble) return refused(target, taken);
  // What needs no change is handed on as it is: most values of most records.
  return { values: taken === value && values.length === 1 ? values : [taken] };
}

function refused(target: Field, { problem, message }: Trouble): Converted {
  return { problem, field: target.name, message };
}

/** A full name with its parts: joined one way, split the other. */
function nameValues({ a, b }: MappingFields): Core {
  const whole: Side = a.length === 1 ? 'a' : 'b';
  const fields = { a, b };
  const text = (value: Value | undefined) => (isEmpty(value) ? '' : plain(value));
  return {
    convert(from, values, _record, current) {
      const targets = fields[across(from)];
      if (from !== whole) return namesTaken([joinName(values.map(text))], targets);
      const now = targets.map((_, index) => text(current?.[index]));
      return namesTaken(splitName(text(values[0]), now), targets);
    },
    equal(x, y) {
      const [full, parts] = whole === 'a' ? [x, y] : [y, x];
      return isSameName(text(full[0]), parts.map(text));
    },
  };
}

function namesTaken(names: string[], targets: Field[]): Converted {
  const values: Value[] = [];
  for (const [index, target] of targets.entries()) {
    const name = names[index] ?? '';
    const taken = name === '' ? null : takeText(name, target);
    if (taken instanceof Trouble) return refused(target, taken);
    values.push(taken);
  }
  return { values };
}

/** Transforms stand before the types: what they make must be what the other side holds. */
function transformedValues(fields: MappingFields, plainValues: Core): Core {
  const { transforms } = fields;
  const convert: Core['convert'] = (from, values, record, current) => {
    const transform = transforms[from];
    return transform
      ? transformed(transform, fields[across(from)], values, record)
      : plainValues.convert(from, values, record, current);
  };
  const sameAs = (side: Side) => sameField(fields[side], fields);
  const same = { a: sameAs('a'), b: sameAs('b') };
  const becomes = (from: Side, values: Value[], record: Values, target: Value[]) => {
    if (!fields.flows[from]) return false;
    const converted = convert(from, values, record, target);
    return 'values' in converted && same[across(from)](converted.values, target);
  };
  const reads = { a: transforms.a?.reads ?? [], b: transforms.b?.reads ?? [] };
  return {
    convert,
    equal(x, y, records) {
      if (becomes('a', x, records?.a ?? recordOf(fields.a, x), y)) return true;
      return becomes('b', y, records?.b ?? recordOf(fields.b, y), x);
    },
    ...(reads.a.length + reads.b.length > 0 ? { reads } : {}),
  };
}

function transformed(transform: Transform, [first]: Field[], values: Value[], record: Values): Converted {
  const taken = transform.run(values, record);
  if (taken instanceof Trouble) return refused(must(first, 'the field of a transform'), taken);
  return { values: [isEmpty(taken) ? null : taken] };
}

/** The equality of two values of the same fields. */
function sameField(fields: Field[], { region }: MappingFields): (x: Value[], y: Value[]) => boolean {
  const equals = fields.map((field) => comparer(field, field, { toB: (value) => value, toA: null }, region));
  return (x, y) => equals.every((equal, index) => equal(x[index] ?? null, y[index] ?? null));
}

function recordOf(fields: Field[], values: Value[]): Values {
  return Object.fromEntries(fields.map((field, index) => [field.name, values[index] ?? null]));
}

function echoOf(fields: MappingFields): Mapping['isEcho'] {
  return (side, written, now) =>
    fields[side].every((field, index) => isEcho(field, written[index] ?? null, now[index] ?? null, fields.region));
}
