import { type Convert, entryField, isCountry, isText } from './convert.ts';
import type { Field, FieldType } from './field.ts';
import { countryCode } from './types/country.ts';
import { dateOf, datetimeOf } from './types/date.ts';
import { isEmpty } from './types/empty.ts';
import { entriesOf } from './types/list.ts';
import { foldText, normalText } from './types/text.ts';
import { Trouble } from './types/trouble.ts';
import { plain, types } from './types/types.ts';
import type { Labelled, Value } from './value.ts';

/** Do a value of side a and one of side b mean the same? */
export type Equal = (a: Value, b: Value) => boolean;

/**
 * The equality of two mapped fields. Identical values are equal, and two empty ones; else their common normal form
 * decides, else whether one converts to the other: eq(a, b) = to b (a) is b, or to a (b) is a.
 */
export function comparer(
  a: Field,
  b: Field,
  conversions: { toB: Convert | null; toA: Convert | null },
  region?: string,
): Equal {
  const means = commonForm(a, b, region) ?? byConversion(a, b, conversions, region);
  return (x, y) => {
    if (x === y) return true;
    if (isEmpty(x) || isEmpty(y)) return isEmpty(x) && isEmpty(y);
    return means(x, y);
  };
}

/** The comparison by a form that both fields have in common, where they do. */
function commonForm(a: Field, b: Field, region?: string): Equal | null {
  if (a.type === 'list' && b.type === 'list') return (x, y) => sameLists(entriesOf(x), entriesOf(y), a, b, region);
  if (a.type === 'list' || b.type === 'list') return null;
  if (isCountry(a) && isCountry(b)) return byNormal(countryNormal);
  const special = [a, b].find((field) => field.type === 'email' || field.type === 'phone' || field.type === 'url');
  if (special) return byNormal((value) => types[special.type].normal(value, region));
  if (isText(a) && isText(b)) return byNormal((value) => normalText(plain(value)));
  if (a.type === 'date' || b.type === 'date')
    return isDated(a) && isDated(b) ? byNormal((value) => dateOf(value) ?? plain(value)) : null;
  if (a.type === 'datetime' && b.type === 'datetime') return byNormal((value) => datetimeOf(value) ?? plain(value));
  if (a.type === 'boolean' && b.type === 'boolean') return byNormal(types.boolean.normal);
  return null;
}

function byNormal(normal: (value: Value) => string): Equal {
  return (x, y) => normal(x) === normal(y);
}

function byConversion(
  a: Field,
  b: Field,
  { toB, toA }: { toB: Convert | null; toA: Convert | null },
  region?: string,
): Equal {
  const [normalA, normalB] = [normalOf(a, b, region), normalOf(b, a, region)];
  return (x, y) => isConverted(toB, normalB, x, y) || isConverted(toA, normalA, y, x);
}

function isConverted(convert: Convert | null, normal: (value: Value) => string, source: Value, target: Value): boolean {
  if (!convert) return false;
  const converted = convert(source, target);
  return !(converted instanceof Trouble) && normal(converted) === normal(target);
}

/** The normal form in which a value written to `target` is compared: as the source's type where text came of it. */
function normalOf(target: Field, source: Field, region?: string): (value: Value) => string {
  if (target.type === 'list' && source.type !== 'list') {
    // Only the main entry is mapped; what else is in the list is the list's own.
    const entry = types[entryField(target).type];
    if (source.type !== 'multi-select') return (value) => entry.normal(entriesOf(value)[0]?.value ?? '', region);
    return (value) => types['multi-select'].normal(value);
  }
  const kept = isText(target) && exact.has(source.type) ? types[source.type] : types[target.type];
  return (value) => kept.normal(value, region);
}

/** Written as text, these still compare as what they are: '12.50' is '12.5'. */
const exact: ReadonlySet<FieldType> = new Set(['number', 'integer', 'money', 'boolean', 'date', 'datetime']);

function isDated(field: Field): boolean {
  return field.type === 'date' || field.type === 'datetime' || isText(field);
}

function countryNormal(value: Value): string {
  return countryCode(plain(value)) ?? foldText(plain(value));
}

/** The same main entry and the same others in any order; labels count only where both sides have one. */
function sameLists(mine: Labelled[], theirs: Labelled[], a: Field, b: Field, region?: string): boolean {
  if (mine.length !== theirs.length) return false;
  const type = (a.of ?? 'text') === 'text' ? (b.of ?? 'text') : (a.of ?? 'text');
  const normal = (entry: Labelled) => types[type].normal(entry.value, region);
  const labels = Map.groupBy(theirs, normal);
  return mine.every((entry, index) => {
    const left = normal(entry);
    if (index === 0 && theirs[0] !== undefined && left !== normal(theirs[0])) return false;
    const partner = labels.get(left)?.shift();
    if (!partner) return false;
    return !entry.label || !partner.label || foldText(entry.label) === foldText(partner.label);
  });
}
