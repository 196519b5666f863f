import type { Schema } from '../model/field.ts';
import { tuple } from '../model/hash.ts';
import type { Pair } from '../model/link.ts';
import type { AssociationMapping, Mapping } from '../model/rules.ts';
import { across, type Side, type Two, type Value, type Values } from '../model/value.ts';
import type { HistoryRow } from '../store/store.ts';
import { hashSide } from './detect.ts';
import type { Engine } from './engine.ts';

/** A mapping on one record: what both sides show, what they last agreed on, and how that came about. */
export interface FieldComparison {
  name: string;
  fields: Two<{ name: string; label: string; type: string }[]>;
  /** Null: the app did not show them. */
  values: Two<Value[] | null>;
  /** What each side showed when both last agreed; null: never, or it is not kept any more. */
  agreed: Two<Value[] | null>;
  state: FieldStanding;
  /** May it write on this side? */
  writes: Two<boolean>;
  /** The last write of it, and which rule decided; null: none is kept. */
  last: { row: HistoryRow; rule: string } | null;
}

/**
 * same: both stand as they agreed. equal: they mean the same, though never agreed. kept: they differ, and the rules leave it
 * so. changed-in-a, changed-in-b, changed-in-both: since they agreed. never-agreed: they differ and never met. on-its-way:
 * written, and not seen yet. absent: an app does not show it. alone: there is no record across.
 */
export type FieldStanding =
  | 'same'
  | 'equal'
  | 'kept'
  | 'changed-in-a'
  | 'changed-in-b'
  | 'changed-in-both'
  | 'never-agreed'
  | 'on-its-way'
  | 'absent'
  | 'alone';

/** An association on one record: the far ids on both sides. */
export interface AssociationComparison {
  name: string;
  ends: Two<{ name: string; label: string; to: string }>;
  ids: Two<string[] | null>;
  agreed: Two<string[] | null>;
  state: 'same' | 'differs' | 'left-out';
}

/** Both sides of a pair, compared. */
export interface SidesComparison {
  fields: FieldComparison[];
  associations: AssociationComparison[];
}

/**
 * How a sync compares both sides of a pair, field by field, by its rules as they stand. `history`: the link's writes, newest
 * first, from which what was agreed is told where it stands no longer. Throws where an app cannot tell its fields now.
 */
export async function sidesComparer(
  engine: Engine,
  syncId: string,
): Promise<(pair: Pair, history: HistoryRow[]) => SidesComparison> {
  const sync = await engine.store.sync(syncId);
  const rules = await engine.rulebook.rules(sync);
  const schemas = {
    a: await engine.rulebook.schema(sync.accounts.a, sync.settings.a.object),
    b: await engine.rulebook.schema(sync.accounts.b, sync.settings.b.object),
  };
  return (pair, history) => ({
    fields: rules.mappings.map((mapping) => compareField(mapping, schemas, pair, history, sync.salt)),
    associations: rules.associations.map((mapping) => compareAssociation(mapping, schemas, pair)),
  });
}

function compareAssociation(
  { slot, name, ends, farSync }: AssociationMapping,
  schemas: Two<Schema>,
  pair: Pair,
): AssociationComparison {
  const ids = { a: idsOf(pair.a?.values[ends.a.name]), b: idsOf(pair.b?.values[ends.b.name]) };
  const agreed = { a: pair.link?.edges.a[slot] ?? null, b: pair.link?.edges.b[slot] ?? null };
  const stands = (side: Side) => (ids[side] ?? []).toSorted().join() === (agreed[side] ?? []).toSorted().join();
  const end = (side: Side) => ({
    name: ends[side].name,
    to: ends[side].to,
    label: labelOf(schemas[side].associations, ends[side].name),
  });
  const state = farSync === 'none' ? 'left-out' : stands('a') && stands('b') ? 'same' : 'differs';
  return { name, ends: { a: end('a'), b: end('b') }, ids, agreed, state };
}

function compareField(
  mapping: Mapping,
  schemas: Two<Schema>,
  pair: Pair,
  history: HistoryRow[],
  salt: number,
): FieldComparison {
  const of = (side: Side) => (pair[side] ? tuple(pair[side].values, mapping.fields[side]) : null);
  const values = { a: of('a'), b: of('b') };
  const named = (side: Side) =>
    mapping.fields[side].map((name) => {
      const field = schemas[side].fields.find((each) => each.name === name);
      return { name, label: field?.label ?? name, type: field?.type ?? 'text' };
    });
  const row = history.find(({ side, rule }) => mapping.fields[side].some((name) => rule[name] !== undefined));
  const written = row && mapping.fields[row.side].find((name) => row.rule[name] !== undefined);
  return {
    name: mapping.name,
    fields: { a: named('a'), b: named('b') },
    values,
    agreed: {
      a: agreedOn(mapping, 'a', pair, values.a, history, salt),
      b: agreedOn(mapping, 'b', pair, values.b, history, salt),
    },
    state: standingOf(mapping, pair, values, salt),
    writes: mapping.writes,
    last: row && written ? { row, rule: row.rule[written] as string } : null,
  };
}

function standingOf(mapping: Mapping, pair: Pair, values: Two<Value[] | null>, salt: number): FieldStanding {
  const { link, a, b } = pair;
  if (!a || !b || a.gone || b.gone) return 'alone';
  if (link?.pending.a?.slots[mapping.slot] || link?.pending.b?.slots[mapping.slot]) return 'on-its-way';
  if (values.a === null || values.b === null) return 'absent';
  const equal = mapping.equal(values.a, values.b, { a: a.values, b: b.values });
  const base = { a: link?.base.a[mapping.slot] ?? 0, b: link?.base.b[mapping.slot] ?? 0 };
  if (base.a === 0 || base.b === 0) return equal ? 'equal' : 'never-agreed';
  const changed = {
    a: hashSide(mapping, 'a', values.a, a.values, salt) !== base.a,
    b: hashSide(mapping, 'b', values.b, b.values, salt) !== base.b,
  };
  if (equal) return changed.a || changed.b ? 'equal' : 'same';
  if (changed.a && changed.b) return 'changed-in-both';
  if (changed.a) return 'changed-in-a';
  return changed.b ? 'changed-in-b' : 'kept';
}

/** D1: a base is a hash. Its values are what stands, where that has it, else what a kept write left or found. */
function agreedOn(
  mapping: Mapping,
  side: Side,
  { link, ...seen }: Pair,
  now: Value[] | null,
  history: HistoryRow[],
  salt: number,
): Value[] | null {
  const base = link?.base[side][mapping.slot] ?? 0;
  if (base === 0) return null;
  const record = seen[side]?.values ?? {};
  const isBase = (values: Value[] | null) => values !== null && hashSide(mapping, side, values, record, salt) === base;
  if (isBase(now)) return now;
  for (const row of history) {
    if (row.side !== side) continue;
    for (const image of [row.after, row.before]) {
      const values = laidOver(image, mapping.fields[side], now);
      if (isBase(values)) return values;
    }
  }
  // Written across and taken over as it was: what the other side was given tells what this one showed.
  const given = history.find(
    (row) => row.side === across(side) && mapping.fields[across(side)].some((name) => name in row.after),
  );
  const there = given && tuple(given.after, mapping.fields[across(side)]);
  const back = there && mapping.convert(across(side), there, given.after);
  return back && 'values' in back && isBase(back.values) ? back.values : null;
}

function laidOver(image: Values, names: string[], now: Value[] | null): Value[] | null {
  if (!names.some((name) => name in image)) return null;
  return names.map((name, index) => image[name] ?? now?.[index] ?? null);
}

function idsOf(value: Value | undefined): string[] | null {
  return Array.isArray(value) ? value.map((entry) => (typeof entry === 'string' ? entry : entry.value)) : null;
}

function labelOf(named: { name: string; label: string }[], name: string): string {
  return named.find((each) => each.name === name)?.label ?? name;
}
