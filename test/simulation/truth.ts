import type { Condition, Filter } from '../../src/model/filter.ts';
import type { Pair } from '../../src/model/link.ts';
import type { MappingSettings, SyncSettings } from '../../src/model/settings.ts';
import { across, type Side, type Two, type Value, type Values } from '../../src/model/value.ts';
import { everyPair, PINNED_MILLISECONDS } from './admin.ts';
import type { SyncFact } from './checkers-local.ts';
import { mayWrite } from './checkers-scope.ts';
import type { FakeApp, FakeObject, FakeRecord } from './fake-app.ts';
import { choices, FILLED, isBlank, normalise, spelled } from './kinds.ts';
import type { FieldKnobs } from './knobs.ts';
import type { World } from './world.ts';

/** A sync as it truly stands: both objects, and what the engine believes. */
export interface Truth {
  sync: SyncFact;
  settings: SyncSettings;
  apps: Two<FakeApp>;
  objects: Two<FakeObject>;
  pairs: Pair[];
  /** Record id → the pairs that name it, per side. */
  of: Two<Map<string, Pair[]>>;
}

/** What a sync truly is, and what its links say. */
export async function truthOf(world: World, sync: SyncFact): Promise<Truth> {
  const { settings } = sync;
  const apps = { a: world.appOf(settings.a.account), b: world.appOf(settings.b.account) };
  const objects = { a: apps.a.object(settings.a.object), b: apps.b.object(settings.b.object) };
  const pairs = await everyPair(world.store, sync.id);
  const of = { a: new Map<string, Pair[]>(), b: new Map<string, Pair[]>() };
  for (const pair of pairs) {
    for (const side of ['a', 'b'] as const) {
      const id = pair.link?.ids[side];
      if (id) of[side].set(id, [...(of[side].get(id) ?? []), pair]);
    }
  }
  return { sync, settings, apps, objects, pairs, of };
}

/** A mapping with both its fields. */
export interface MappedFields {
  settings: MappingSettings;
  a: FieldKnobs;
  b: FieldKnobs;
}

/** The enabled mappings of a sync. */
export function mappedFields(truth: Truth): MappedFields[] {
  const { mappings } = truth.settings;
  if (!Array.isArray(mappings)) return [];
  return mappings.flatMap((each) => {
    if (each === 'default' || !each.enabled) return [];
    const a = fieldNamed(truth.objects.a, each.a[0]);
    const b = fieldNamed(truth.objects.b, each.b[0]);
    return a && b ? [{ settings: each, a, b }] : [];
  });
}

/** May a mapping write on this side, by its own direction and the sync's? */
export function mappingWrites(truth: Truth, mapping: MappedFields, side: Side): boolean {
  const way = side === 'b' ? 'a-to-b' : 'b-to-a';
  return (
    mayWrite(truth.settings, side) && (mapping.settings.direction === 'both' || mapping.settings.direction === way)
  );
}

/** M10 M1: was this mapping off at that time? What was made then meets the other side's value for the first time once it is on. */
export function wasOff({ sync }: Truth, { a, b }: MappedFields, at: number): boolean {
  return sync.earlier.some(({ settings: { mappings }, until }, place) => {
    const since = sync.earlier[place - 1]?.until ?? 0;
    const isIt = (each: MappingSettings) => !each.enabled && each.a[0] === a.name && each.b[0] === b.name;
    const isSwitchedOff = Array.isArray(mappings) && mappings.some((each) => each !== 'default' && isIt(each));
    return at > since - PINNED_MILLISECONDS && at <= until && isSwitchedOff;
  });
}

/** The live record of a pair on a side. */
export function liveOf(truth: Truth, pair: Pair, side: Side): FakeRecord | null {
  const record = truth.objects[side].records.get(pair.link?.ids[side] ?? '');
  return record?.state === 'live' ? record : null;
}

/**
 * Do these two values mean the same to someone who knows what both apps do to a value? eq(a, b): what b stores of a is b,
 * or what a stores of b is a.
 */
export function means(truth: Truth, mapping: MappedFields, a: Value, b: Value): boolean {
  // What both apps filled in by themselves says the same in both: nothing.
  if (isUntyped(a) && isUntyped(b)) return true;
  const toB = translate(mapping, 'a', a, truth);
  const toA = translate(mapping, 'b', b, truth);
  return (
    same(mapping.b, normalise(mapping.b.normalisers, toB), b) ||
    same(mapping.a, normalise(mapping.a.normalisers, toA), a)
  );
}

/** A side's value as the other side would have it written. */
function translate(mapping: MappedFields, from: Side, value: Value, truth: Truth): Value {
  const own = truth.apps[from].knobs.name;
  const other = truth.apps[across(from)].knobs.name;
  const spell = (text: string) => {
    const choice = choices.find((each) => spelled(own, each) === text);
    return choice ? spelled(other, choice) : text;
  };
  if (mapping.a.kind === 'select') return typeof value === 'string' ? spell(value) : value;
  if (mapping.a.kind === 'tags') return Array.isArray(value) ? (value as string[]).map(spell) : value;
  return value;
}

function same(field: FieldKnobs, one: Value, other: Value): boolean {
  if (isBlank(one) || isBlank(other)) return isBlank(one) && isBlank(other);
  if (field.kind === 'number') return Number(one) === Number(other);
  if (field.kind === 'email') return String(one).trim().toLowerCase() === String(other).trim().toLowerCase();
  if (field.kind === 'phone') return String(one).replace(/\D/g, '') === String(other).replace(/\D/g, '');
  if (field.kind === 'tags') return [...(one as string[])].sort().join() === [...(other as string[])].sort().join();
  return typeof one === 'string' && typeof other === 'string' ? one.trim() === other.trim() : one === other;
}

/** Is there nothing that a person typed? */
export function isUntyped(value: Value | undefined): boolean {
  return isBlank(value) || (typeof value === 'string' && value.toLowerCase() === FILLED.toLowerCase());
}

/** May this record start to sync towards the other side? A second reading of the specification §8, for the simulated settings. */
export function startsHere(truth: Truth, side: Side, values: Values): 'in' | 'out' | 'elsewhere' {
  const { settings } = truth;
  const { route } = settings;
  if (route && side === 'a' && !route.values.includes(String(values[route.field]))) return 'elsewhere';
  if (!mayWrite(settings, across(side))) return 'out';
  const filter = settings.filter[side === 'a' ? 'a-to-b' : 'b-to-a'];
  if (filter && !passes(filter, values)) return 'out';
  const required = settings.require === 'default' ? [] : settings.require;
  for (const name of required) {
    const own = side === 'a' ? name : mappedFields(truth).find((each) => each.a.name === name)?.b.name;
    if (own !== undefined && isBlank(values[own])) return 'out';
  }
  return 'in';
}

function passes(filter: Filter, values: Values): boolean {
  const condition = filter as Condition;
  const value = values[condition.field];
  if (condition.op === 'in') return (condition.value as string[]).includes(String(value ?? ''));
  return isBlank(value) || !String(value).toLowerCase().includes(String(condition.value));
}

function fieldNamed(object: FakeObject, name: string | undefined): FieldKnobs | undefined {
  return object.knobs.fields.find((field) => field.name === name);
}
