import { isText } from './convert.ts';
import { isWritable, readOnlyReason } from './defaults.ts';
import type { Field } from './field.ts';
import { pairing } from './pairing.ts';
import type { MappingSettings, SyncSettings } from './settings.ts';
import { reaches, type Side, type Two } from './value.ts';

/** Where a mapping may flow. */
export interface MappingFlow {
  /** May it write on this side, by both directions, types and fields? */
  to: Two<boolean>;
  /** Why it does not flow both ways though it was asked to, in words for the page; null where it does as asked. */
  why: string | null;
  /** Set where the mapping makes no sense: which part of it is wrong. */
  wrong?: 'a' | 'b' | 'options';
}

/** Where a mapping may flow: along the sync's direction and its own, as its types pair and its fields can be written. */
export function mappingFlow(
  settings: MappingSettings,
  fields: Two<Field[]>,
  direction: SyncSettings['direction'],
): MappingFlow {
  const shape = shapeProblem(fields, settings);
  if (shape) return { to: { a: false, b: false }, ...shape };
  const converts = typeFlow(settings, fields);
  const asked = (side: Side) => reaches(settings.direction, side) && reaches(direction, side);
  const may = (side: Side) => asked(side) && converts.to[side] && fields[side].every(isWritable);
  const to = { a: may('a'), b: may('b') };
  const missing = (['a', 'b'] as const).filter((side) => asked(side) && !to[side]);
  if (missing.length === 0) return { to, why: null };
  const closed = missing.filter((side) => converts.to[side]).flatMap((side) => fields[side]);
  const why = readOnlyReason(closed) ?? converts.why ?? 'its transform does not go this way';
  return to.a || to.b ? { to, why } : { to, why, wrong: 'b' };
}

/** Which ways the types, or transforms, which stand in for them, let values flow. */
export function typeFlow(settings: MappingSettings, { a, b }: Two<Field[]>): { to: Two<boolean>; why: string | null } {
  const { transform = {}, options } = settings;
  const given = { a: transform['b-to-a'] !== undefined, b: transform['a-to-b'] !== undefined };
  if (given.a || given.b) return { to: given, why: null };
  const [mine, theirs] = [a[0], b[0]];
  if (a.length > 1 || b.length > 1 || !mine || !theirs) return { to: { a: true, b: true }, why: null };
  const { flows, why } = pairing(mine, theirs, options ? 'coded' : 'plain');
  return { to: { a: flows === 'both' || flows === 'b-to-a', b: flows === 'both' || flows === 'a-to-b' }, why };
}

/** Several fields are a name in parts: text, and one full name across. */
function shapeProblem(
  { a, b }: Two<Field[]>,
  settings: MappingSettings,
): { wrong: 'a' | 'b' | 'options'; why: string } | null {
  if (a.length === 1 && b.length === 1) return null;
  if (a.length > 1 && b.length > 1) {
    return { wrong: 'b', why: 'several fields join into one field on the other side, not into several' };
  }
  if (settings.options) return { wrong: 'options', why: 'options belong to one field on each side' };
  const odd = settings.transform ? undefined : [...a, ...b].find((field) => !isText(field));
  if (!odd) return null;
  return { wrong: a.includes(odd) ? 'a' : 'b', why: `${odd.name} is not text; only text fields join into a full name` };
}
