import { hashValue, hashValues, tuple } from '../model/hash.ts';
import { type Link, type Pair, type Pending, putBase } from '../model/link.ts';
import type { Mapping, Rules } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Two, type Value, type Values } from '../model/value.ts';

/** What one side's field did since both last agreed. new: they never did. absent: the app did not show it (D2). */
export type FieldState = 'same' | 'changed' | 'new' | 'absent';

/** What differs from what each side itself showed when both last agreed. */
export interface Detected {
  /** The link with the writes settled whose outcome can be seen now; null where the pair has none. */
  link: Link | null;
  /** Whether settling changed the link. */
  settled: 'no' | 'yes';
  /** Of a write whose answer was lost: the slots of mappings and associations that are seen to have landed. */
  landed: Two<LandedSlots | null>;
  live: Two<boolean>;
  /** Sides with a write whose outcome only a later look at the record can tell. */
  unsettled: Two<boolean>;
  fields: FieldChange[];
}

/** Slots of mappings, and of associations. */
export interface LandedSlots {
  fields: number[];
  edges: number[];
}

/** One mapping, both sides. Values are null where absent. */
export interface FieldChange {
  mapping: Mapping;
  values: Two<Value[] | null>;
  hashes: Two<number>;
  states: Two<FieldState>;
}

/**
 * D1: for each side, what differs from what that side itself showed when both last agreed. Our own echoes vanish here:
 * a base holds what the app then showed, not what was sent, and a write without a stored image is settled against its
 * pre-image first.
 */
export function detect(rules: Rules, pair: Pair, salt: number): Detected {
  const live = { a: isLive(pair.a), b: isLive(pair.b) };
  let link = pair.link;
  let settled: Detected['settled'] = 'no';
  const unsettled = { a: false, b: false };
  const landed: Two<LandedSlots | null> = { a: null, b: null };
  for (const side of ['a', 'b'] as const) {
    const pending = link?.pending[side];
    const seen = pair[side];
    if (!link || !pending || link.ids[side] === null) continue;
    if (!seen || seen.answered <= pending.asked) unsettled[side] = true;
    else if (isLive(seen)) {
      const slots: LandedSlots = { fields: [], edges: [] };
      landed[side] = slots;
      const next = settle(rules, link, side, pending, { me: seen, other: pair[across(side)], landed: slots }, salt);
      if (next !== link) settled = 'yes';
      link = next;
    }
  }
  return { link, settled, landed, live, unsettled, fields: live.a && live.b ? compare(rules, link, pair, salt) : [] };
}

/** Is there such a record, and is it among the live ones? */
export function isLive(seen: Seen | null): boolean {
  return seen !== null && !seen.gone;
}

/**
 * The hash of one side's values of a mapping, as it stands in a base. Where a transform reads further fields of that
 * side's record, they count too: a change in one of them is a change of this mapping.
 */
export function hashSide(mapping: Mapping, side: Side, values: Value[], record: Values, salt: number): number {
  const further = mapping.reads?.[side];
  if (!further || further.length === 0) return hashValues(values, salt);
  return hashValues([...values, ...further.map((name) => record[name] ?? null)], salt);
}

/**
 * Has a person edited a mapped field of this side since both last agreed? G2: then a deletion across does not win. What an
 * accepted write to the other side was made from was agreed too, even if nobody has seen what that app made of it; a value on
 * which both never agreed counts as an edit.
 */
export function editedSince(rules: Rules, link: Link, side: Side, seen: Seen, salt: number): boolean {
  const own = link.pending[side];
  if (Object.keys(own?.edges ?? {}).length > 0) return true;
  const other = across(side);
  const pending = link.pending[other];
  return rules.mappings.some((mapping) => {
    if (own?.slots[mapping.slot]) return true;
    const carried = pending?.slots[mapping.slot];
    const agreed = carried && (carried.left ?? pending).state === 'accepted' ? carried.source : undefined;
    const base = agreed ?? link.base[side][mapping.slot] ?? 0;
    const now = tuple(seen.values, mapping.fields[side]);
    if (now === null) return false;
    if (base === 0) return (mapping.writes.a || mapping.writes.b) && !mapping.isEmpty(side, now);
    return hashSide(mapping, side, now, seen.values, salt) !== base;
  });
}

/**
 * Does the mirror show a value to be carried across that no accepted write carries? Told of pairs whose last writes are not
 * settled: what those wrote, or wrote over, is no news. G4 counts by it.
 */
export function isOwed(rules: Rules, link: Link, pair: Pair, salt: number): boolean {
  return (['a', 'b'] as const).some((side) => {
    const { values } = pair[side] as Seen;
    const own = link.pending[side]?.slots ?? {};
    const sent = link.pending[across(side)];
    // What nobody answered may not have landed, and goes out once more then.
    const carried = sent?.state === 'accepted' ? sent.slots : {};
    return rules.mappings.some((mapping) => {
      const now = mapping.writes[across(side)] ? tuple(values, mapping.fields[side]) : null;
      if (now === null) return false;
      const { slot } = mapping;
      const known = [link.base[side][slot] || 0, carried[slot]?.source ?? 0];
      for (const told of [own[slot]?.before, own[slot]?.written])
        if (told) known.push(hashSide(mapping, side, told, values, salt));
      if (known.every((hash) => hash === 0)) return !mapping.isEmpty(side, now);
      return !known.includes(hashSide(mapping, side, now, values, salt));
    });
  });
}

/** The fields that moved, and those of a group (which is judged whole). What stands as both agreed is left out at once. */
function compare(rules: Rules, link: Link | null, pair: Pair, salt: number): FieldChange[] {
  const a = (pair.a as Seen).values;
  const b = (pair.b as Seen).values;
  const moved: FieldChange[] = [];
  for (const mapping of rules.mappings) {
    const hashA = hashNow(mapping, 'a', a, salt);
    const hashB = isAlike(mapping, a, b) ? hashA : hashNow(mapping, 'b', b, salt);
    const stateA = stateOf(hashA, link?.base.a[mapping.slot]);
    const stateB = stateOf(hashB, link?.base.b[mapping.slot]);
    if (stateA === 'same' && stateB === 'same' && mapping.group === undefined) continue;
    const values = { a: tuple(a, mapping.fields.a), b: tuple(b, mapping.fields.b) };
    moved.push({ mapping, values, hashes: { a: hashA, b: hashB }, states: { a: stateA, b: stateB } });
  }
  return moved;
}

/** Do both sides hold the very same value of one field each? Mostly they do, and one hash stands for both. */
function isAlike({ fields, reads }: Mapping, a: Values, b: Values): boolean {
  if (reads !== undefined || fields.a.length !== 1 || fields.b.length !== 1) return false;
  return a[fields.a[0] as string] === b[fields.b[0] as string];
}

/** As hashSide, straight from the record; 0 where a field is absent. */
function hashNow(mapping: Mapping, side: Side, record: Values, salt: number): number {
  const names = mapping.fields[side];
  if (names.length === 1 && !mapping.reads?.[side]?.length) {
    const value = record[names[0] as string];
    return value === undefined ? 0 : hashValue(value, salt);
  }
  const values = tuple(record, names);
  return values === null ? 0 : hashSide(mapping, side, values, record, salt);
}

function stateOf(hash: number, base: number | undefined): FieldState {
  if (hash === 0) return 'absent';
  if (!base) return 'new';
  return hash === base ? 'same' : 'changed';
}

/**
 * Judges a write by what the record shows now. Accepted: what stands there is the app's form of it, or a later edit.
 * Sent: it landed only if the record moved away from its pre-image (not the base, which may be older) towards it.
 * What is absent (D2) tells nothing yet: its part stays pending.
 */
function settle(
  rules: Rules,
  link: Link,
  side: Side,
  pending: Pending,
  { me: seen, other: mate, landed }: { me: Seen; other: Seen | null; landed: LandedSlots },
  salt: number,
): Link {
  const other = across(side);
  let typed: 'no' | 'yes' = 'no';
  const base = { a: link.base.a.slice(), b: link.base.b.slice() };
  const edges = { a: { ...link.edges.a }, b: { ...link.edges.b } };
  const rest: Pick<Pending, 'slots' | 'edges'> = { slots: {}, edges: {} };
  for (const mapping of rules.mappings) {
    const write = pending.slots[mapping.slot];
    if (!write) continue;
    const now = tuple(seen.values, mapping.fields[side]);
    if (!now) {
      rest.slots[mapping.slot] = write;
      continue;
    }
    const echo = mapping.isEcho(side, write.written, now);
    const moved = hashValues(now, 0) !== hashValues(write.before, 0);
    const { op, state } = write.left ?? pending;
    if (state === 'sent' && !(moved && echo)) continue;
    if (state === 'sent') landed.fields.push(mapping.slot);
    const filled = op === 'create' && mapping.isEmpty(side, write.written) && !echo;
    const untouched = pending.version !== undefined && pending.version === seen.version;
    if (filled && !untouched && (!isLive(mate) || isAsSent(mapping, other, mate, write.source, salt))) {
      putBase(base[side], mapping.slot, 0);
      putBase(base[other], mapping.slot, 0);
      rest.slots[mapping.slot] = write;
      typed = 'yes';
      continue;
    }
    const shown = echo || filled ? now : write.written;
    putBase(base[side], mapping.slot, hashSide(mapping, side, shown, seen.values, salt));
    putBase(base[other], mapping.slot, write.source);
  }
  Object.assign(rest.slots, outOfForce(rules, pending));
  for (const association of rules.associations) {
    const write = pending.edges[association.slot];
    if (!write) continue;
    const now = seen.values[association.ends[side].name];
    if (!Array.isArray(now)) {
      rest.edges[association.slot] = write;
      continue;
    }
    const ids = now as string[];
    const arrived = write.add.every((id) => ids.includes(id)) && !write.remove.some((id) => ids.includes(id));
    if (pending.state === 'sent' && !arrived) continue;
    if (pending.state === 'sent') landed.edges.push(association.slot);
    edges[side][association.slot] = write.after;
    edges[other][association.slot] = write.source;
  }
  if (typed === 'no' && sizeOf(rest) > 0 && sizeOf(rest) === sizeOf(pending)) return link;
  return { ...link, base, edges, pending: { ...link.pending, [side]: stillOpen(pending, rest) } };
}

/** What is open of a write yet. One of which only stays what earlier ones left open is settled itself. */
function stillOpen(pending: Pending, rest: Pick<Pending, 'slots' | 'edges'>): Pending | null {
  if (sizeOf(rest) === 0) return null;
  const isOwn = Object.keys(rest.edges).length > 0 || Object.values(rest.slots).some((write) => !write.left);
  return { ...pending, ...rest, state: isOwn ? pending.state : 'accepted' };
}

function sizeOf({ slots, edges }: Pick<Pending, 'slots' | 'edges'>): number {
  return Object.keys(slots).length + Object.keys(edges).length;
}

/**
 * What the app accepted of mappings that are out of force just now: switched off, or of the way that the sync does not go. Which
 * fields show it is known again once they are back.
 */
function outOfForce(rules: Rules, pending: Pending): Pending['slots'] {
  const inForce = new Set(rules.mappings.map(({ slot }) => String(slot)));
  const left = Object.entries(pending.slots).filter(
    ([slot, write]) => !inForce.has(slot) && (write.left ?? pending).state === 'accepted',
  );
  return Object.fromEntries(left);
}

/**
 * F16: what a new record shows in a field that was left empty, the app filled in by itself. But where the record has changed
 * since it was made (or it is not known how it was made), somebody may have typed it: then it meets the other side's value
 * for the first time, as long as that is what the record was made from: of a field that was not shown then, until it is shown
 * to hold something. A value that has changed meanwhile speaks for itself, as long as its record is there (G2).
 */
function isAsSent(mapping: Mapping, side: Side, seen: Seen | null, source: number, salt: number): boolean {
  const now = seen && tuple(seen.values, mapping.fields[side]);
  if (source === 0) return now === null || mapping.isEmpty(side, now);
  return now !== null && hashSide(mapping, side, now, (seen as Seen).values, salt) === source;
}
