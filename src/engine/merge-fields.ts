import type { Moment } from '../model/decision.ts';
import { hashValues } from '../model/hash.ts';
import type { Flips, Link } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Mapping, Rules } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Two, type Value, type Values } from '../model/value.ts';
import type { FieldChange } from './detect.ts';

/** X4: this many repeats of a value, or turns of direction, within the window freeze a field. */
const MOST_REPEATS = 3;
const MOST_TURNS = 10;
const FLIP_WINDOW_MILLISECONDS = 10 * 60_000;
/** How long a frozen field is left alone (seconds). */
export const FREEZE_SECONDS = 3_600;
const MOST_FLIP_HASHES = 6;

/** What is written on one side, and what it came from. */
export interface FieldWrites {
  values: Values;
  before: Values;
  slots: Record<number, { written: Value[]; before: Value[]; source: number }>;
  rule: Record<string, string>;
}

/** The outcome of a merge of fields: writes per side, bases that move without a write, problems of single fields. */
export interface FieldMerge {
  writes: Two<FieldWrites>;
  rebases: { slot: number; hashes: Two<number> }[];
  problems: Problem[];
  flips: Flips;
  conflicts: number;
  empties: number;
}

/** Who speaks for a field, and why. */
interface Verdict {
  winner: Side;
  why: string;
  conflict: 'no' | 'yes';
  /** Of a group: the sides on which all of it is empty. */
  empty?: Two<boolean>;
}

/** Field by field: one side changed, it speaks (M2); both changed, the rule decides (M4). `link` holds the bases. */
export function mergeFields(
  rules: Rules,
  link: Link,
  a: Seen,
  b: Seen,
  fields: FieldChange[],
  moment: Moment,
): FieldMerge {
  const merge = noFields(link);
  const seen = { a, b };
  const grouped = fields.some(({ mapping }) => mapping.group !== undefined);
  const groups = grouped ? groupVerdicts(rules, fields, seen, moment) : NO_GROUPS;
  for (const field of fields) {
    const { mapping, states } = field;
    if (isAbsent(field)) continue;
    // What is as it was when both agreed is not written again, be it a member of a group: an app may have rounded it (D1).
    if (states.a === 'same' && states.b === 'same') continue;
    if (areEqual(field, seen)) {
      rebase(merge, field);
      continue;
    }
    const { group } = mapping;
    const shown = group === undefined ? shownSince(field) : null;
    if (shown && mapping.isEmpty(shown, field.values[shown] as Value[])) {
      rebase(merge, field);
      continue;
    }
    const verdict = group === undefined ? judge(rules, field, seen, moment) : groups.get(group);
    // M8, D2: a group of which something is not shown is left alone, or half of one address would stand beside half of another.
    if (!verdict) continue;
    if (verdict.conflict === 'yes') merge.conflicts++;
    apply(rules, merge, field, verdict, seen, moment);
  }
  return merge;
}

const NO_GROUPS = new Map<string, Verdict>();

/** A merge of nothing. */
export function noFields(link: Link): FieldMerge {
  return {
    writes: { a: noWrites(), b: noWrites() },
    rebases: [],
    problems: [],
    flips: link.flips,
    conflicts: 0,
    empties: 0,
  };
}

/** No field written yet. */
export function noWrites(): FieldWrites {
  return { values: {}, before: {}, slots: {}, rule: {} };
}

function isNew({ states }: FieldChange): boolean {
  return states.a === 'new' || states.b === 'new';
}

function isAbsent({ states }: FieldChange): boolean {
  return states.a === 'absent' || states.b === 'absent';
}

function areEqual({ mapping, values }: FieldChange, { a, b }: Two<Seen>): boolean {
  return mapping.equal(values.a as Value[], values.b as Value[], { a: a.values, b: b.values });
}

/**
 * The side that did not show the field when the other record was made from it, where that other still holds what its app
 * filled in then: its form of empty (F16).
 */
function shownSince({ states }: FieldChange): Side | null {
  if (states.a === 'new' && states.b === 'same') return 'a';
  return states.b === 'new' && states.a === 'same' ? 'b' : null;
}

/** M1 to M4 for one field that is not equal and not the same on both sides. */
function judge(rules: Rules, field: FieldChange, seen: Two<Seen>, moment: Moment): Verdict {
  const { mapping, states, values } = field;
  const shown = shownSince(field);
  if (shown) return { winner: shown, why: 'filled', conflict: 'no' };
  const first = isNew(field);
  if (!first && states.a === 'same') return { winner: 'b', why: 'changed in b', conflict: 'no' };
  if (!first && states.b === 'same') return { winner: 'a', why: 'changed in a', conflict: 'no' };
  if (mapping.isEmpty('a', values.a as Value[])) return { winner: 'b', why: 'filled', conflict: first ? 'no' : 'yes' };
  if (mapping.isEmpty('b', values.b as Value[])) return { winner: 'a', why: 'filled', conflict: first ? 'no' : 'yes' };
  const winner = winnerOf(rules, mapping, seen, first ? 'first' : 'later', moment);
  const why =
    mapping.wins === 'latest' && !first ? 'latest change' : winner === rules.default ? 'default app' : 'field rule';
  return { winner, why, conflict: 'yes' };
}

/** D3: 'latest' is the change that we noticed later; where both were noticed in one run, or at the first meeting, the default app. */
function winnerOf(rules: Rules, mapping: Mapping, seen: Two<Seen>, meeting: 'first' | 'later', moment: Moment): Side {
  if (mapping.wins !== 'latest') return mapping.wins;
  if (meeting === 'first') return rules.default;
  if (seen.a.changed > moment.lastAsked && seen.b.changed > moment.lastAsked) return rules.default;
  return seen.a.changed > seen.b.changed ? 'a' : 'b';
}

/** M8: a group that changed anywhere, and is shown whole, is judged as one value: its verdict holds for all its fields. */
function groupVerdicts(rules: Rules, fields: FieldChange[], seen: Two<Seen>, moment: Moment): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  const groups = new Map<string, FieldChange[]>();
  for (const field of fields) {
    const { group } = field.mapping;
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), field]);
  }
  for (const [group, members] of groups) {
    if (members.some(isAbsent)) continue;
    const moved = members.filter((each) => each.states.a !== 'same' || each.states.b !== 'same');
    const unequal = moved.filter((each) => !areEqual(each, seen));
    if (unequal.length > 0) verdicts.set(group, judgeGroup(rules, members, seen, moment));
  }
  return verdicts;
}

function judgeGroup(rules: Rules, members: FieldChange[], seen: Two<Seen>, moment: Moment): Verdict {
  const first = members.some((each) => isNew(each) && !shownSince(each));
  const changed = (side: Side) => members.some((each) => each.states[side] !== 'same');
  const isEmpty = (side: Side) => members.every((each) => each.mapping.isEmpty(side, each.values[side] as Value[]));
  const empty = { a: isEmpty('a'), b: isEmpty('b') };
  if (!first && !changed('a')) return { winner: 'b', why: 'changed in b', conflict: 'no', empty };
  if (!first && !changed('b')) return { winner: 'a', why: 'changed in a', conflict: 'no', empty };
  if (empty.a) return { winner: 'b', why: 'filled', conflict: first ? 'no' : 'yes', empty };
  if (empty.b) return { winner: 'a', why: 'filled', conflict: first ? 'no' : 'yes', empty };
  const mapping = (members[0] as FieldChange).mapping;
  const winner = winnerOf(rules, mapping, seen, first ? 'first' : 'later', moment);
  return { winner, why: winner === rules.default ? 'default app' : 'field rule', conflict: 'yes', empty };
}

/** Turns a verdict into a write, or into moved bases where the direction, `fill` or `empty` forbids the write. */
function apply(
  rules: Rules,
  merge: FieldMerge,
  field: FieldChange,
  verdict: Verdict,
  seen: Two<Seen>,
  moment: Moment,
): void {
  const { mapping } = field;
  const source = verdict.winner;
  const target = across(source);
  const from = field.values[source] as Value[];
  const before = field.values[target] as Value[];
  if (!mapping.writes[target]) {
    // M9: a target edited by a person keeps its value, and its base, until the source changes too.
    if (verdict.conflict === 'yes' || field.states[target] !== 'same') rebase(merge, field);
    return;
  }
  // M9: a one-way sync whose default app is the target only fills what is empty there; of a group, all of it (M8).
  const filling = mapping.fill === 'if-empty' || (!rules.writes[source] && mapping.wins === target);
  const clears = mapping.isEmpty(source, from);
  if (clears && !verdict.empty && mapping.empty === 'keeps') return rebase(merge, field);
  if (filling && !(verdict.empty?.[target] ?? mapping.isEmpty(target, before))) return rebase(merge, field);
  const converted = mapping.convert(source, from, seen[source].values, before);
  if ('problem' in converted) {
    const message = `${mapping.name}: ${converted.message}`;
    merge.problems.push({ category: converted.problem, side: target, field: converted.field, message });
    return;
  }
  const written = converted.values;
  if (!turn(merge, mapping.slot, target, hashValues(written, moment.salt), moment.now)) {
    merge.problems.push(looping(mapping, target));
    return;
  }
  if (clears) merge.empties++;
  put(merge.writes[target], mapping, target, written, before, field.hashes[source], verdict.why);
}

/** M6: only the fields of the mapping that differ go into the write. */
function put(
  writes: FieldWrites,
  mapping: Mapping,
  target: Side,
  written: Value[],
  before: Value[],
  source: number,
  why: string,
): void {
  mapping.fields[target].forEach((name, index) => {
    const value = written[index] as Value;
    const old = before[index] as Value;
    if (hashValues([value], 0) === hashValues([old], 0)) return;
    writes.values[name] = value;
    writes.before[name] = old;
    writes.rule[name] = why;
  });
  writes.slots[mapping.slot] = { written, before, source };
}

function rebase(merge: FieldMerge, field: FieldChange): void {
  merge.rebases.push({ slot: field.mapping.slot, hashes: field.hashes });
}

/** X4: notes that a field is written towards `target`; false where it went back and forth too often and is frozen. */
function turn(merge: FieldMerge, slot: number, target: Side, hash: number, now: number): boolean {
  const past = merge.flips[slot];
  if (past && past.repeats >= MOST_REPEATS && now - past.at < FREEZE_SECONDS * 1000) return false;
  if (past && past.turns >= MOST_TURNS && now - past.at < FREEZE_SECONDS * 1000) return false;
  const recent = past && now - past.at < FLIP_WINDOW_MILLISECONDS ? past : null;
  const turned = recent !== null && recent.last !== target;
  const next = {
    repeats: (recent?.repeats ?? 0) + (turned && recent.hashes.includes(hash) ? 1 : 0),
    turns: (recent?.turns ?? 0) + (turned ? 1 : 0),
    last: target,
    hashes: [...(recent?.hashes ?? []), hash].slice(-MOST_FLIP_HASHES),
    at: now,
  };
  merge.flips = { ...merge.flips, [slot]: next };
  return true;
}

function looping(mapping: Mapping, side: Side): Problem {
  const message = `${mapping.name} was written back and forth several times within minutes, so it is left alone for an hour; look for an automation in one of the apps, or another sync, that changes it back`;
  return { category: 'looping', side, field: mapping.fields[side][0] as string, message };
}
