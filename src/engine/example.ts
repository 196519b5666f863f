import assert from 'node:assert/strict';
import { compileRules } from '../model/compile.ts';
import type { Decision, Moment, Partners } from '../model/decision.ts';
import type { Association, Field, Schema } from '../model/field.ts';
import { normaliseSync } from '../model/file/normalise.ts';
import type { SyncInput } from '../model/file/schema.ts';
import type { Link, Pair } from '../model/link.ts';
import type { Rules } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import type { Side, Two, Values } from '../model/value.ts';
import { newLink } from './decision.ts';
import { hashSide } from './detect.ts';
import { merge } from './merge.ts';

/** The moment of the examples. */
export const moment: Moment = { now: 1_000_000, lastAsked: 10, salt: 7 };

/** Settings of a sync of people, but for what is the same in all examples. */
export type Settings = Omit<Partial<SyncInput>, 'mappings' | 'associations'> & {
  mappings?: unknown;
  associations?: unknown;
};

/** What an object of an example has beside `first`, `phone` and `city`. */
export interface Shape {
  fields?: Field[];
  associations?: Association[];
  can?: Partial<Schema['can']>;
}

/** A plain field. */
export function field(name: string, more: Partial<Field> = {}): Field {
  return { name, label: name, type: 'text', writable: 'always', ...more };
}

/** The rules of a sync of people between two apps. */
export function rulesFor(settings: Settings = {}, shapes: Partial<Two<Shape>> = {}): Rules {
  const ends = { a: { account: 'x', object: 'people' }, b: { account: 'y', object: 'people' } };
  const compiled = compileRules({
    sync: 's',
    version: 1,
    settings: normaliseSync({ require: [], ...ends, ...settings } as SyncInput),
    schemas: { a: schema('left', shapes.a), b: schema('right', shapes.b) },
    slots: {},
    users: { a: [], b: [] },
    neighbours: [{ a: 'firms', b: 'firms' }],
    now: 0,
  });
  assert.ok('rules' in compiled, JSON.stringify(compiled));
  return compiled.rules;
}

function schema(app: string, { fields = [], associations = [], can = {} }: Shape = {}): Schema {
  return {
    app,
    object: 'people',
    label: 'people',
    fields: [...['first', 'phone', 'city'].map((name) => field(name)), ...fields],
    associations,
    keys: [],
    can: { create: 'yes', update: 'yes', archive: 'yes', delete: 'yes', ...can },
  };
}

/** A record as last seen; null: gone. */
export function seen(id: string, values: Values | null, more: Partial<Seen> = {}): Seen {
  const shown = { id, values: values ?? {}, answered: 20, firstSeen: 1, changed: 1, ...more };
  return values ? shown : { ...shown, gone: 'missing' };
}

/** A link whose bases hold these values. */
export function agreed(rules: Rules, a: Values, b: Values, more: Partial<Link> = {}): Link {
  const link: Link = { ...newLink('1', { a: 'a1', b: 'b1' }), stage: 'active', status: 'in-sync', ...more };
  for (const mapping of rules.mappings) {
    for (const side of ['a', 'b'] as const) {
      const record = side === 'a' ? a : b;
      const now = mapping.fields[side].map((name) => record[name] ?? null);
      link.base[side][mapping.slot] = hashSide(mapping, side, now, record, moment.salt);
    }
  }
  return link;
}

/** A pair of these records, without work. */
export function pairOf(link: Link | null, a: Seen | null, b: Seen | null): Pair {
  return { link, a, b, work: { a: null, b: null } };
}

/** What is decided of this pair; without a link the two meet for the first time. */
export function decided(
  rules: Rules,
  link: Link | null,
  a: Values | null,
  b: Values | null,
  partners: Partners = () => null,
): Decision {
  const fresh = link ? null : newLink('1', { a: 'a1', b: 'b1' });
  return merge(rules, { pair: pairOf(link, seen('a1', a), seen('b1', b)), fresh, drop: [] }, partners, moment);
}

/** What a decision writes on a side, or null. */
export function written(decision: Decision, side: Side): Values | null {
  return decision.writes[side]?.intent.values ?? null;
}
