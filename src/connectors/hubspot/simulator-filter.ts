import type { z } from 'zod';
import type { SimRecord } from '../../simulator/sim-record.ts';
import { invalid } from './simulator-error.ts';
import type { filterInput } from './simulator-input.ts';
import type { Portal, PortalObject } from './simulator-portal.ts';
import { shownValue } from './simulator-shown.ts';

/** One condition of a search. */
export type Filter = z.output<typeof filterInput>;

/** Conditions that must all hold; of several groups one must. */
export interface FilterGroup {
  filters: Filter[];
}

/** What a search may ask at once. */
const filterMost = { groups: 5, perGroup: 6, all: 18, queryCharacters: 3000 };

type Match = (record: SimRecord) => boolean;

/** A predicate for the filters and the free-text query. Refuses unknown properties, operators and too many filters. */
export function compileFilters(portal: Portal, object: PortalObject, groups: FilterGroup[], query: string): Match {
  const counts = groups.map(({ filters }) => filters.length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (
    groups.length > filterMost.groups ||
    all > filterMost.all ||
    counts.some((count) => count > filterMost.perGroup)
  ) {
    const { groups: most, perGroup } = filterMost;
    throw invalid(
      `A search takes at most ${most} filter groups, ${perGroup} filters in each and ${filterMost.all} in all`,
    );
  }
  if (query.length > filterMost.queryCharacters) throw invalid('The query is too long');
  const tests = groups.map(({ filters }) => filters.map((filter) => compileFilter(portal, object, filter)));
  const text = query.trim().toLowerCase();
  return (record) => {
    if (tests.length > 0 && !tests.some((group) => group.every((test) => test(record)))) return false;
    return text === '' || Object.values(record.values).some((value) => String(value).toLowerCase().includes(text));
  };
}

/** Where the matches of a search lie along a property of whole numbers: times in milliseconds, ids. */
export interface Bounds {
  from: number;
  to: number;
  /** Everything between the bounds matches: the filters ask for nothing else. */
  exact: boolean;
}

/** The bounds that the filters set on a property, as far as every group sets them. */
export function boundsOf(property: string, groups: FilterGroup[], query: string): Bounds {
  const bounds = groups.map(({ filters }) => {
    const bound: Bounds = { from: -Infinity, to: Infinity, exact: query.trim() === '' && groups.length === 1 };
    for (const { propertyName, operator, value, highValue } of filters) {
      const [low, high] = rangeOf(operator, timeOf(value), timeOf(highValue));
      if (propertyName !== property || !Number.isInteger(timeOf(value))) bound.exact = false;
      else if (low === -Infinity && high === Infinity) bound.exact = false;
      else [bound.from, bound.to] = [Math.max(bound.from, low), Math.min(bound.to, high)];
    }
    return bound;
  });
  const [first, ...others] = bounds;
  if (!first) return { from: -Infinity, to: Infinity, exact: query.trim() === '' };
  return others.reduce(
    (wide, { from, to }) => ({ from: Math.min(wide.from, from), to: Math.max(wide.to, to), exact: false }),
    first,
  );
}

function rangeOf(operator: string, value: number, highValue: number): [low: number, high: number] {
  switch (operator) {
    case 'EQ':
      return [value, value];
    case 'GT':
      return [value + 1, Infinity];
    case 'GTE':
      return [value, Infinity];
    case 'LT':
      return [-Infinity, value - 1];
    case 'LTE':
      return [-Infinity, value];
    case 'BETWEEN':
      return [value, highValue];
    default:
      return [-Infinity, Infinity];
  }
}

function compileFilter(portal: Portal, object: PortalObject, filter: Filter): Match {
  const { propertyName, operator, value, highValue } = filter;
  const property = object.properties.get(propertyName);
  if (!property) throw invalid(`There was a problem with the request: property ${propertyName} does not exist`);
  const needsValue = !['HAS_PROPERTY', 'NOT_HAS_PROPERTY', 'IN', 'NOT_IN'].includes(operator);
  if (needsValue && (value === undefined || value === null)) throw invalid(`${operator} needs a value`);
  const read = reader(portal, object, propertyName);
  const keyOf = keyMaker(property.type);
  const [low, high] = [keyOf(String(value ?? '')), keyOf(String(highValue ?? ''))];
  for (const key of needsValue ? [low] : []) {
    if (Number.isNaN(key))
      throw invalid(`${value} is not a ${property.type} that ${propertyName} can be compared with`);
  }
  const listed = new Set((filter.values ?? []).map((one) => keyOf(String(one))));
  const compare = (test: (key: number | string) => boolean) => (record: SimRecord) => {
    const held = read(record);
    return held !== null && test(typeof held === 'number' ? held : keyOf(held));
  };
  switch (operator) {
    case 'EQ':
      return compare((key) => key === low);
    case 'NEQ':
      return (record) => !compare((key) => key === low)(record);
    case 'GT':
      return compare((key) => key > low);
    case 'GTE':
      return compare((key) => key >= low);
    case 'LT':
      return compare((key) => key < low);
    case 'LTE':
      return compare((key) => key <= low);
    case 'BETWEEN':
      return compare((key) => key >= low && key <= high);
    case 'IN':
      return compare((key) => listed.has(key));
    case 'NOT_IN':
      return compare((key) => !listed.has(key));
    case 'HAS_PROPERTY':
      return (record) => read(record) !== null;
    case 'NOT_HAS_PROPERTY':
      return (record) => read(record) === null;
    case 'CONTAINS_TOKEN':
      return compare((key) => hasToken(String(key), String(value).toLowerCase()));
    case 'NOT_CONTAINS_TOKEN':
      return (record) => !compare((key) => hasToken(String(key), String(value).toLowerCase()))(record);
    default:
      throw invalid(`${operator} is not an operator`);
  }
}

/** Time stamps and ids are read without being written out: they are what sync searches by. */
function reader(portal: Portal, object: PortalObject, name: string): (record: SimRecord) => string | number | null {
  if (name === object.modified) return (record) => record.updatedAt;
  if (name === object.created) return (record) => record.createdAt;
  if (name === 'hs_object_id') return (record) => Number(record.id);
  return (record) => shownValue(portal, object, record, name);
}

/** Texts compare without case, numbers and times by their size. */
function keyMaker(type: string): (text: string) => number | string {
  if (type === 'number') return Number;
  if (type === 'datetime' || type === 'date') return timeOf;
  return (text) => text.toLowerCase();
}

function timeOf(text: string | number | null | undefined): number {
  if (typeof text === 'number') return text;
  return /^-?\d+$/.test(text ?? '') ? Number(text) : Date.parse(text ?? '');
}

/** Words of the value against words of the pattern; `*` stands for any end or beginning. */
function hasToken(held: string, pattern: string): boolean {
  const words = held.split(/[\s@.,;]+/);
  const parts = pattern.split(/[\s@.,;]+/).filter((part) => part !== '');
  return parts.every((part) => {
    const bare = part.replaceAll('*', '');
    return words.some((word) => {
      if (part.startsWith('*') && part.endsWith('*')) return word.includes(bare);
      if (part.startsWith('*')) return word.endsWith(bare);
      return part.endsWith('*') ? word.startsWith(bare) : word === part;
    });
  });
}
