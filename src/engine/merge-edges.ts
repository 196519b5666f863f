import type { Edges, Partners } from '../model/decision.ts';
import type { EdgeSlot, Link } from '../model/link.ts';
import type { AssociationMapping, Rules } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Two } from '../model/value.ts';

/** What is written of one record's associations. */
export interface EdgeWrites {
  edges: Edges;
  slots: Record<number, EdgeSlot>;
}

/** The outcome of a merge of associations. */
export interface EdgeMerge {
  writes: Two<EdgeWrites>;
  /** Bases that move without a write: per slot, both sides' sets. */
  rebases: { slot: number; sets: Two<string[]> }[];
  /** Far records that have no partner yet. */
  waits: FarRef[];
  conflicts: number;
}

/** A far record, to be found across. */
export interface FarRef {
  side: Side;
  object: string;
  id: string;
  acrossObject: string;
}

/**
 * A1: associations as three-way sets: what was added or removed on one side since both last agreed is added or removed on
 * the other, through the links of the far records. An edge is never removed because its far record is gone or unlinked: a
 * removal counts only where the far record still has its partner. A single-valued association is merged as a field.
 */
export function mergeEdges(rules: Rules, link: Link, a: Seen, b: Seen, partners: Partners): EdgeMerge {
  const merge = noEdgeMerge();
  for (const mapping of rules.associations) {
    if (mapping.farSync === 'none') continue;
    const now = { a: setOf(a, mapping.ends.a.name), b: setOf(b, mapping.ends.b.name) };
    if (now.a === null || now.b === null) continue;
    const sets = { a: now.a, b: now.b };
    const single = mapping.ends.a.many === 'one' || mapping.ends.b.many === 'one';
    if (single) mergeSingle(rules, merge, mapping, link, sets, partners);
    else mergeMany(merge, mapping, link, sets, partners);
  }
  return merge;
}

/** A merge of nothing. */
export function noEdgeMerge(): EdgeMerge {
  return { writes: { a: noEdges(), b: noEdges() }, rebases: [], waits: [], conflicts: 0 };
}

/** The far records whose partners the merge of this pair may ask for. */
export function farRefs(rules: Rules, link: Link | null, a: Seen | null, b: Seen | null): FarRef[] {
  const refs: FarRef[] = [];
  for (const mapping of rules.associations) {
    if (mapping.farSync === 'none') continue;
    for (const [side, seen] of [
      ['a', a],
      ['b', b],
    ] as const) {
      const now = seen && setOf(seen, mapping.ends[side].name);
      if (!now) continue;
      const ids = new Set([...now, ...(link?.edges[side][mapping.slot] ?? [])]);
      for (const id of ids) {
        refs.push({ side, object: mapping.ends[side].to, id, acrossObject: mapping.ends[across(side)].to });
      }
    }
  }
  return refs;
}

/** What a new record is made with: the associations whose far records have partners; the others wait. */
export function newEdges(
  rules: Rules,
  from: Side,
  seen: Seen,
  partners: Partners,
): { edges: EdgeMerge; missing: string[] } {
  const merge = noEdgeMerge();
  const target = across(from);
  const missing: string[] = [];
  for (const mapping of rules.associations) {
    const now = mapping.farSync === 'none' ? null : setOf(seen, mapping.ends[from].name);
    if (!now || !mapping.creates[target]) continue;
    const wanted = mapping.ends[target].many === 'one' ? now.slice(0, 1) : now;
    const found = wanted.map((id) => translate(merge, mapping, from, id, partners, mapping.creates));
    const add = found.filter((id) => id !== null);
    if (add.length < wanted.length) missing.push(mapping.ends[target].name);
    const source = now.filter((_id, index) => index >= wanted.length || found[index] !== null);
    if (add.length > 0) put(merge, mapping, target, { add, remove: [], after: add, source });
  }
  return { edges: merge, missing };
}

function mergeMany(
  merge: EdgeMerge,
  mapping: AssociationMapping,
  link: Link,
  now: Two<string[]>,
  partners: Partners,
): void {
  const settled = { a: [...now.a], b: [...now.b] };
  const changes = { a: noChanges(), b: noChanges() };
  /** What each side itself has changed, and the other is to be told. */
  const own = { a: noChanges(), b: noChanges() };
  const hasPartner = (side: Side, id: string) => translate(merge, mapping, side, id, partners) !== null;
  for (const side of ['a', 'b'] as const) {
    const base = link.edges[side][mapping.slot] ?? [];
    const target = across(side);
    for (const { id, found } of replaced(mapping, link, now, side, partners)) {
      changes[side].add.push(found);
      own[target].add.push(id);
    }
    if (same(base, now[side])) continue;
    for (const id of now[side].filter((each) => !base.includes(each))) {
      const found = translate(merge, mapping, side, id, partners);
      if (found === null) settled[side] = settled[side].filter((each) => each !== id);
      else if (!now[target].includes(found)) {
        changes[target].add.push(found);
        own[side].add.push(id);
      }
    }
    for (const id of base.filter((each) => !now[side].includes(each))) {
      const found = partnerOf(mapping, side, id, partners);
      const based = (link.edges[target][mapping.slot] ?? []).includes(found ?? '');
      if (found !== null && based && now[target].includes(found)) {
        changes[target].remove.push(found);
        own[side].remove.push(id);
      }
      // What stood for it across may get another partner: it is told anew then, as nothing else would tell it.
      if (found === null) settled[target] = settled[target].filter((each) => hasPartner(target, each));
    }
  }
  const changed = (['a', 'b'] as const).filter((side) => changes[side].add.length + changes[side].remove.length > 0);
  for (const target of changed) if (!mapping.writes[target]) settled[across(target)] = now[across(target)];
  const [target, next] = changed.filter((side) => mapping.writes[side]);
  if (!target) return rebase(merge, mapping, link, settled);
  const { add, remove } = changes[target];
  // Where both have changed, one is told first: should it end there, what the other is to be told is still open (W4).
  const open = next ? own[target] : noChanges();
  const kept = settled[target].filter((id) => !remove.includes(id) && !open.add.includes(id));
  const slot = { add, remove, after: [...kept, ...open.remove, ...add], source: settled[across(target)] };
  put(merge, mapping, target, next ? { ...slot, further: 'yes' } : slot);
}

/** Where a far record that was agreed upon has no partner any more: what stands across, and has another partner than was agreed. */
function replaced(
  mapping: AssociationMapping,
  link: Link,
  now: Two<string[]>,
  side: Side,
  partners: Partners,
): { id: string; found: string }[] {
  const target = across(side);
  const base = link.edges[side][mapping.slot] ?? [];
  if (base.every((id) => partnerOf(mapping, side, id, partners) !== null)) return [];
  const stood = (link.edges[target][mapping.slot] ?? []).filter((id) => now[target].includes(id));
  return stood.flatMap((id) => {
    const found = partnerOf(mapping, target, id, partners);
    return found === null || base.includes(found) || now[side].includes(found) ? [] : [{ id, found }];
  });
}

function noChanges(): { add: string[]; remove: string[] } {
  return { add: [], remove: [] };
}

/** As a field with the rule: the changed side speaks, both changed → the winner unless it is empty. */
function mergeSingle(
  rules: Rules,
  merge: EdgeMerge,
  mapping: AssociationMapping,
  link: Link,
  now: Two<string[]>,
  partners: Partners,
): void {
  const bases = { a: link.edges.a[mapping.slot], b: link.edges.b[mapping.slot] };
  const first = bases.a === undefined || bases.b === undefined;
  const changed = { a: first || !same(bases.a ?? [], now.a), b: first || !same(bases.b ?? [], now.b) };
  if (!changed.a && !changed.b) return;
  const winner = winnerOf(mapping, now, changed, first);
  const target = across(winner);
  if (!mapping.writes[target]) {
    if (changed.a && changed.b) rebase(merge, mapping, link, now);
    return;
  }
  // M9: a one-way sync whose default app is the target only fills what is empty there.
  const filling = !rules.writes[winner] && mapping.wins === target;
  if (filling && now[target].length > 0) return rebase(merge, mapping, link, now);
  if (now[winner].length === 0) return clearSingle(merge, mapping, link, now, winner, partners);
  const wanted = mapping.ends[target].many === 'one' ? now[winner].slice(0, 1) : now[winner];
  const found = wanted.map((id) => translate(merge, mapping, winner, id, partners));
  if (found.includes(null)) return;
  const add = (found as string[]).filter((id) => !now[target].includes(id));
  if (add.length === 0) return rebase(merge, mapping, link, now);
  if (!first && changed.a && changed.b) merge.conflicts++;
  const remove = mapping.ends[target].many === 'one' ? now[target] : departed(mapping, link, now, winner, partners);
  const after = [...now[target].filter((id) => !remove.includes(id)), ...add];
  put(merge, mapping, target, { add, remove, after, source: now[winner] });
}

function winnerOf(mapping: AssociationMapping, now: Two<string[]>, changed: Two<boolean>, first: boolean): Side {
  if (!changed.a) return 'b';
  if (!changed.b) return 'a';
  if (now[mapping.wins].length > 0) return mapping.wins;
  return first || now[across(mapping.wins)].length > 0 ? across(mapping.wins) : mapping.wins;
}

/** The winner has none: what it had is taken away across, if those far records still have their partners. */
function clearSingle(
  merge: EdgeMerge,
  mapping: AssociationMapping,
  link: Link,
  now: Two<string[]>,
  winner: Side,
  partners: Partners,
): void {
  const target = across(winner);
  const remove = departed(mapping, link, now, winner, partners);
  if (remove.length === 0) return rebase(merge, mapping, link, now);
  const after = now[target].filter((id) => !remove.includes(id));
  put(merge, mapping, target, { add: [], remove, after, source: now[winner] });
}

/** The far partners of what left the winner's set, as far as they still stand across. */
function departed(
  mapping: AssociationMapping,
  link: Link,
  now: Two<string[]>,
  winner: Side,
  partners: Partners,
): string[] {
  const target = across(winner);
  const gone = (link.edges[winner][mapping.slot] ?? []).filter((id) => !now[winner].includes(id));
  return gone
    .map((id) => partnerOf(mapping, winner, id, partners))
    .filter((id) => id !== null && now[target].includes(id)) as string[];
}

function translate(
  merge: EdgeMerge,
  mapping: AssociationMapping,
  side: Side,
  id: string,
  partners: Partners,
  may = mapping.writes,
): string | null {
  const found = partnerOf(mapping, side, id, partners);
  if (found === null && may[across(side)])
    merge.waits.push({ side, object: mapping.ends[side].to, id, acrossObject: mapping.ends[across(side)].to });
  return found;
}

function partnerOf({ ends }: AssociationMapping, side: Side, id: string, partners: Partners): string | null {
  return partners(side, ends[side].to, id, ends[across(side)].to);
}

function put(merge: EdgeMerge, mapping: AssociationMapping, target: Side, slot: EdgeSlot): void {
  merge.writes[target].edges[mapping.ends[target].name] = { add: slot.add, remove: slot.remove };
  merge.writes[target].slots[mapping.slot] = slot;
}

/** Moves the bases where nothing is written; a write's confirmation moves them otherwise. */
function rebase(merge: EdgeMerge, mapping: AssociationMapping, link: Link, sets: Two<string[]>): void {
  if (merge.writes.a.slots[mapping.slot] || merge.writes.b.slots[mapping.slot]) return;
  const stored = { a: link.edges.a[mapping.slot], b: link.edges.b[mapping.slot] };
  if (stored.a && stored.b && same(stored.a, sets.a) && same(stored.b, sets.b)) return;
  merge.rebases.push({ slot: mapping.slot, sets });
}

function setOf(seen: Seen, name: string): string[] | null {
  const value = seen.values[name];
  if (value === undefined) return null;
  return Array.isArray(value) ? (value as string[]) : value === null ? [] : [String(value)];
}

function same(one: string[], two: string[]): boolean {
  return one.length === two.length && one.every((id) => two.includes(id));
}

function noEdges(): EdgeWrites {
  return { edges: {}, slots: {} };
}
