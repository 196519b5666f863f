import type { Schema, User } from './field.ts';
import { compileFilter, type FilterTest } from './filter-compile.ts';
import type { Mapping, Scope } from './rules.ts';
import type { SyncSettings } from './settings.ts';
import { isEmpty } from './types/empty.ts';
import { across, reaches, type Side, type Two, type Value, type Values, wayFrom } from './value.ts';

/** What decides which records start to sync. */
export interface ScopeParts {
  settings: SyncSettings;
  schemas: Two<Schema>;
  users: Two<User[]>;
  mappings: Mapping[];
  /** The fields that a record of each side must have. */
  required: Two<string[]>;
  now: number;
  region?: string;
}

/** F1: may a record of `side` start to sync towards the other side? The route first, then the filter, then `require`. */
export function compileScope(parts: ScopeParts): (side: Side, values: Values) => Scope {
  const sides = { a: sideScope('a', parts), b: sideScope('b', parts) };
  return (side, values) => sides[side](values);
}

const inside: Scope = { is: 'in' };
const elsewhere: Scope = { is: 'elsewhere' };

function sideScope(side: Side, parts: ScopeParts): (values: Values) => Scope {
  const { settings, schemas, required } = parts;
  const way = wayFrom(side);
  const routed = routeTest(side, parts);
  if (!reaches(settings.direction, across(side))) {
    const out: Scope = { is: 'out', why: `the sync goes ${settings.direction} only` };
    return (values) => (routed(values) ? out : elsewhere);
  }
  const filter = settings.filter[way];
  const passes =
    filter && compileFilter(filter, schemas[side], { now: parts.now, users: parts.users[side], region: parts.region });
  const unmatched: Scope = { is: 'out', why: `it does not match the filter ${way}` };
  const lacks = required[side].map((name): [string, Scope] => [
    name,
    { is: 'out', why: `it has no ${labelOf(name, schemas[side])}` },
  ]);
  return (values) => {
    if (!routed(values)) return elsewhere;
    if (passes && !passes(values)) return unmatched;
    return lacks.find(([name]) => isEmpty(values[name]))?.[1] ?? inside;
  };
}

/**
 * The route is about side a's field. A record of side b goes where it would go once it is written: by what its mapped
 * field becomes on a, and it is this sync's where it says nothing.
 */
function routeTest(side: Side, { settings: { route }, mappings }: ScopeParts): FilterTest {
  if (!route) return () => true;
  const values = new Set(route.values);
  if (side === 'a') return (record) => includes(record[route.field] ?? null, values);
  const mapping = mappings.find((one) => one.fields.a.length === 1 && one.fields.a[0] === route.field && one.creates.a);
  if (!mapping) return () => true;
  const fields = mapping.fields.b;
  return (record) => {
    const converted = mapping.convert(
      'b',
      fields.map((name) => record[name] ?? null),
      record,
    );
    const value = 'values' in converted ? (converted.values[0] ?? null) : null;
    return isEmpty(value) || includes(value, values);
  };
}

function includes(value: Value, values: Set<string>): boolean {
  return typeof value === 'string' ? values.has(value) : typeof value === 'boolean' && values.has(String(value));
}

function labelOf(name: string, schema: Schema): string {
  return schema.fields.find((field) => field.name === name)?.label ?? name;
}
