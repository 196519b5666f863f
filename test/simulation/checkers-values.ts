import type { Pair } from '../../src/model/link.ts';
import type { SyncSettings } from '../../src/model/settings.ts';
import { across, type Side, type Value } from '../../src/model/value.ts';
import { mayWrite } from './checkers-scope.ts';
import type { FakeRecord } from './fake-record.ts';
import type { FieldWrite, IntentFact } from './ghost.ts';
import { isBlank } from './kinds.ts';
import {
  isUntyped,
  liveOf,
  type MappedFields,
  mappedFields,
  mappingWrites,
  means,
  type Truth,
  wasOff,
} from './truth.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** One field of one pair, with all that ever happened to it on both sides. */
interface FieldCase {
  world: World;
  truth: Truth;
  pair: Pair;
  mapping: MappedFields;
  name: string;
  now: { a: Value; b: Value };
  past: { a: FieldWrite[]; b: FieldWrite[] };
  /** One of the records took in another, or the place of one that is gone, whose past is not in its own. */
  merged: boolean;
  /** When the two became a pair: what happened before was between others. */
  met: number;
}

/**
 * I1 I3 I4 I7 I8: what two linked records say of one thing in the end is what the users' edits and the rules say. M1 M2
 * M3 M4 M5 M7 M8 M9 D1 D2 D3 X4.
 */
export function checkValues(world: World, truth: Truth): void {
  for (const pair of truth.pairs) {
    const { link } = pair;
    if (link?.stage !== 'active' || link.held || link.status === 'excluded') continue;
    const a = liveOf(truth, pair, 'a');
    const b = liveOf(truth, pair, 'b');
    if (!a || !b || world.admin.touched.has(`${truth.sync.id} ${link.id}`)) continue;
    const metAsPair = metSeq(world, truth, pair, a, b);
    const isRemade = (made?: IntentFact) => made?.link === link.id && made.generation > 0;
    const merged = [a, b].some(
      ({ id, born }) => world.ghost.survivors.has(id) || isRemade(world.ghost.tokens.get(born.token ?? '')),
    );
    for (const mapping of mappedFields(truth)) {
      const past = {
        a: world.ghost.pastOf(truth.apps.a.knobs.name, truth.objects.a.knobs.name, a.id, mapping.a.name),
        b: world.ghost.pastOf(truth.apps.b.knobs.name, truth.objects.b.knobs.name, b.id, mapping.b.name),
      };
      const now = { a: a.values[mapping.a.name] ?? null, b: b.values[mapping.b.name] ?? null };
      const name = `${mapping.a.name} of ${a.id} (${JSON.stringify(now.a)}) and ${mapping.b.name} of ${b.id} (${JSON.stringify(now.b)}), link ${link.id} of sync ${truth.sync.id}`;
      const met = Math.max(metAsPair, past.a[0]?.seq ?? 0, past.b[0]?.seq ?? 0);
      checkField({ world, truth, pair, mapping, name, now, past, merged, met });
    }
  }
}

function checkField(field: FieldCase): void {
  const { truth, mapping, pair, world } = field;
  if (wasTypedUnseen(field)) return world.ghost.meet('typed into a new record before it was shown');
  checkOneSided(field);
  if (pair.link?.problem) return;
  const both = mappingWrites(truth, mapping, 'a') && mappingWrites(truth, mapping, 'b');
  const plain = mapping.settings.fill === 'always' && mapping.settings.empty === 'flows';
  if (both && plain) {
    if (!means(truth, mapping, field.now.a, field.now.b)) {
      if (isTakenForEcho(field)) return world.ghost.meet('taken for an echo');
      if (wasOneWay(truth)) return world.ghost.meet('left unequal by a one-way time');
      throw new Violation('I1', `M2 not the same in the end: ${field.name}`);
    }
    if (!mapping.settings.group && !field.merged) checkWinner(field);
    return;
  }
  if (both) return checkBent(field);
  for (const side of ['a', 'b'] as const) if (mappingWrites(truth, mapping, side)) checkOneWay(field, side);
  world.ghost.meet('one-way field');
}

/**
 * F16: a value that somebody typed into a new record's empty field, before Syncline had settled what the app made of the
 * record, cannot be told from what the app filled in.
 */
function wasTypedUnseen({ world, truth, pair, past }: FieldCase): boolean {
  return (['a', 'b'] as const).some((side) => {
    const settled = world.checks.settled.get(`${truth.sync.id} ${pair.link?.id} ${side}`);
    return settled !== undefined && past[side].some((write) => write.by.who !== 'engine' && write.seq < settled);
  });
}

/** I8 D1: where only one side's users ever touched a field, Syncline never changes it there. */
function checkOneSided({ world, name, past, truth, pair, mapping, merged, met }: FieldCase): void {
  if (merged || mapping.settings.group || isShared(world, truth)) return;
  for (const side of ['a', 'b'] as const) {
    // Where the other side alone speaks, what its app fills in by itself counts too.
    if (!mappingWrites(truth, mapping, across(side))) continue;
    const other = liveOf(truth, pair, across(side));
    // A record that was there before brings what others typed elsewhere.
    if (world.ghost.tokens.get(other?.born.token ?? '')?.link !== pair.link?.id) continue;
    const [first] = past[across(side)];
    if (past[across(side)].some((write) => write.by.who !== 'engine') || !first) continue;
    if (wasOff(truth, mapping, first.at)) {
      world.ghost.meet('made while its mapping was off');
      continue;
    }
    const changed = past[side].find(
      (write) =>
        write.seq > met &&
        write.by.who === 'engine' &&
        !isBlank(write.before) &&
        JSON.stringify(write.before) !== JSON.stringify(write.after),
    );
    if (changed && world.checks.unseen.has(changed.seq)) world.ghost.meet('an unseen edit was overwritten');
    else if (changed) {
      const told = `${JSON.stringify(changed.before)} became ${JSON.stringify(changed.after)}`;
      throw new Violation('I8', `D1 only ${side} was edited by people, yet ${told} there: ${name}`);
    }
  }
}

/** M5 M10: what a one-way time left unequal keeps its bases when both ways flow again, and is not made equal by that. */
function wasOneWay({ sync }: Truth): boolean {
  return sync.earlier.some(({ settings }) => settings.direction !== 'both');
}

/**
 * A write's answer was lost, or showed nothing of what was stored, and somebody typed the same with other blanks or capitals: as an
 * app might have stored it, or as much of it as its field takes.
 */
function isTakenForEcho({ world, truth, mapping, now, past }: FieldCase): boolean {
  const { met } = world.ghost;
  const lost =
    met.has('write unknown-before') || met.has('write unknown-after') || met.has('crash') || met.has('write partial');
  const fold = (value: Value) => (typeof value === 'string' ? value.toLowerCase().replace(/\s+/g, ' ').trim() : null);
  return (['a', 'b'] as const).some((side) => {
    const [written, typed] = past[side].slice(-2);
    const unshown = truth.apps[side].knobs.image === 'none' && written?.by.who === 'engine' && typed?.by.who === 'user';
    const [here, there] = [fold(now[side]), fold(now[across(side)])];
    if ((!lost && !unshown) || here === null || there === null) return false;
    return here === there || (mapping[side].normalisers.includes('cut') && there.startsWith(here));
  });
}

/** M7, `fill`: a clear that stays, or a target that was not empty, may keep the two apart; nothing else may. */
function checkBent(field: FieldCase): void {
  const { truth, mapping, now, past, name } = field;
  if (means(truth, mapping, now.a, now.b) || isTakenForEcho(field)) return;
  if (mapping.settings.fill === 'if-empty' || wasOneWay(truth)) return;
  const cleared = [...past.a, ...past.b].some(
    (write) => write.by.who !== 'engine' && isBlank(write.after) && !isBlank(write.before),
  );
  if (cleared || isUntyped(now.a) || isUntyped(now.b)) return;
  throw new Violation('I1', `M7 not the same in the end, and nobody cleared anything: ${name}`);
}

/** M9: the target has the source's value, or what a person put there. */
function checkOneWay({ world, truth, mapping, now, past, name, met }: FieldCase, target: Side): void {
  if (means(truth, mapping, now.a, now.b) || mapping.settings.fill === 'if-empty') return;
  // A group that the target won as a whole may hold empty fields (M8).
  if (isFilledOnly(truth.settings, mapping, target) && (mapping.settings.group || !isBlank(now[target]))) return;
  if (truth.sync.earlier.some(({ settings }) => isFilledOnly(settings, mapping, target)))
    return world.ghost.meet('left unequal by a time when the target was the default app');
  const last = past[target].at(-1);
  if (last?.by.who !== 'engine' || last.by.sync !== truth.sync.id || last.seq < met) return;
  const source = past[across(target)].at(-1);
  const keeps = mapping.settings.empty === 'keeps' && source && isBlank(source.after);
  const inConflict = past[target].some((write) => write.by.who !== 'engine' || write.by.sync !== truth.sync.id);
  if (keeps || inConflict || isUntyped(now[across(target)])) return;
  throw new Violation('I1', `M9 the target does not say what the source says, and nobody edited it: ${name}`);
}

/** M9: a one-way sync whose default app is the target only fills what is empty there. */
function isFilledOnly(settings: SyncSettings, mapping: MappedFields, target: Side): boolean {
  const { wins } = mapping.settings;
  return !mayWrite(settings, across(target)) && (wins === 'default' ? settings.default : wins) === target;
}

/** How a stretch of edits between two agreements ends. */
interface Stretch {
  edits: { a: FieldWrite[]; b: FieldWrite[] };
  /** Something happened that no rule can order: an unseen edit overwritten, an answer lost. */
  blurred: string | null;
}

/** I3 I4: replays the field's history; the last stretch of edits decides what must stand there in the end. */
function checkWinner(field: FieldCase): void {
  const { world, truth, mapping, past, now, name, met } = field;
  if (isShared(world, truth) || truth.sync.earlier.length > 0) return;
  const stretch = lastStretch(field);
  const { a, b } = stretch.edits;
  if (stretch.blurred) {
    world.ghost.meet(`blurred ${stretch.blurred}`);
    return;
  }
  const lastA = a.at(-1);
  const lastB = b.at(-1);
  // A record may have been met as it was before its last edit, which Syncline had not seen then.
  const isEarly = (side: Side) => past[side].filter((write) => write.seq < met).length > 1;
  if (!lastA || !lastB) {
    const side: Side = lastA ? 'a' : 'b';
    const edit = lastA ?? lastB;
    if (!edit) return;
    if (isEarly(across(side))) return world.ghost.meet('met before its last edit was seen');
    world.ghost.meet('edit flowed');
    if (isSame(now[side], edit.after)) return;
    throw new Violation('I3', `M2 the last edit ${JSON.stringify(edit.after)} on ${side} was lost: ${name}`);
  }
  const ends = { a: lastA, b: lastB };
  if (a.length > 1 || b.length > 1 || isEarly('a') || isEarly('b')) return mustBeAmong(field, [ends.a, ends.b]);
  if (means(truth, mapping, ends.a.after, ends.b.after)) return;
  const { wins } = mapping.settings;
  if (wins === 'latest') return mustBeAmong(field, [ends.a, ends.b]);
  let winner: Side = wins === 'default' ? truth.settings.default : wins;
  if (isBlank(ends[winner].after)) winner = across(winner);
  world.ghost.meet(`conflict won by ${winner === truth.settings.default ? 'the default app' : 'the other'}`);
  if (!isSame(now[winner], ends[winner].after)) {
    const told = `${JSON.stringify(ends.a.after)} on a and ${JSON.stringify(ends.b.after)} on b`;
    throw new Violation(
      'I4',
      `M4 ${told} met, ${winner} should have won: ${name}; ${past.a.length + past.b.length} writes`,
    );
  }
}

function mustBeAmong({ truth, mapping, now, name }: FieldCase, ends: FieldWrite[]): void {
  const [a, b] = ends as [FieldWrite, FieldWrite];
  if (isSame(now.a, a.after) || isSame(now.b, b.after) || means(truth, mapping, a.after, b.after)) return;
  const told = `${JSON.stringify(a.after)} (last on a) nor ${JSON.stringify(b.after)} (last on b)`;
  throw new Violation('I3', `M4 neither ${told} stands in the end: ${name}`);
}

/** The edits since Syncline last made both sides agree, replayed from the apps' own logs. */
function lastStretch({ world, truth, mapping, past, met }: FieldCase): Stretch {
  const events = [
    ...sinceMet(past.a, met).map((write) => ({ side: 'a' as Side, write })),
    ...sinceMet(past.b, met).map((write) => ({ side: 'b' as Side, write })),
  ].sort((one, other) => one.write.seq - other.write.seq);
  const now: { a: Value; b: Value } = { a: null, b: null };
  let stretch: Stretch = { edits: { a: [], b: [] }, blurred: null };
  let last: Stretch = stretch;
  let sinceEngine = { a: false, b: false };
  let lost: { a: boolean; b: boolean } = { a: false, b: false };
  for (const { side, write } of events) {
    now[side] = write.after;
    if (write.by.who === 'engine') {
      if (world.checks.unseen.has(write.seq)) stretch.blurred = 'an edit nobody had seen was overwritten';
      lost[side] = world.checks.lost.has(write.by.call);
      sinceEngine[side] = true;
      const agree = past.a.some((each) => each.seq <= write.seq) && past.b.some((each) => each.seq <= write.seq);
      if (agree && means(truth, mapping, now.a, now.b)) {
        last = stretch;
        stretch = { edits: { a: [], b: [] }, blurred: null };
        sinceEngine = { a: false, b: false };
      }
    } else if (!isSame(write.before, write.after)) {
      if (lost[side]) stretch.blurred = 'an answer was lost before an edit';
      stretch.edits[side].push(write);
      lost = { a: false, b: false };
    }
  }
  return stretch.edits.a.length + stretch.edits.b.length > 0 ? stretch : last;
}

/** When the engine first took the two for a pair; 0 where it made one of them for the other. */
function metSeq(world: World, { sync }: Truth, { link }: Pair, a: FakeRecord, b: FakeRecord): number {
  const made = [a, b].some(({ born }) => {
    const fact = world.ghost.tokens.get(born.token ?? '');
    return fact?.sync === sync.id && fact.link === link?.id;
  });
  return made ? 0 : (world.checks.met.get(`${sync.id} ${a.id} ${b.id}`) ?? 0);
}

/** What stood there when the two met counts as typed then. */
function sinceMet(past: FieldWrite[], met: number): FieldWrite[] {
  const before = past.filter((write) => write.seq < met).at(-1);
  const after = past.filter((write) => write.seq >= met);
  return before ? [{ ...before, before: null, by: { who: 'user' } }, ...after] : after;
}

/** An edit that leaves what stood there is none, nor is one that puts the same tags in another order. */
export function isSame(one: Value, other: Value): boolean {
  const content = (value: Value) => JSON.stringify(Array.isArray(value) ? value.toSorted() : value);
  return content(one) === content(other);
}

/** Where other syncs write the same records too, edits come from more than two sides. */
function isShared(world: World, truth: Truth): boolean {
  const feeds = Object.values(truth.sync.feeds);
  return [...world.syncs.values()].some(
    (other) => other !== truth.sync && Object.values(other.feeds).some((feed) => feeds.includes(feed)),
  );
}
