import type { Pair, Pending } from '../../src/model/link.ts';
import { across, type Side } from '../../src/model/value.ts';
import type { FakeRecord } from './fake-app.ts';
import { POISON } from './fake-app.ts';
import type { RecordEvent } from './ghost.ts';
import { isBlank } from './kinds.ts';
import { liveOf, mappedFields, startsHere, type Truth } from './truth.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/**
 * I1 I6 I13 I20: every live record that may sync is linked, or stands in a state that the world can explain. X2 F1 F2 M1.
 */
export function checkLinks(world: World, truth: Truth): void {
  for (const side of ['a', 'b'] as const) {
    for (const [id, pairs] of truth.of[side]) {
      if (pairs.length > 1)
        throw new Violation('I6', `X2 record ${id} has ${pairs.length} links in sync ${truth.sync.id}`);
    }
    for (const record of truth.apps[side].live(truth.objects[side].knobs.name)) checkRecord(truth, side, record);
  }
  for (const pair of truth.pairs) if (pair.link) checkPair(world, truth, pair);
}

function checkRecord(truth: Truth, side: Side, record: FakeRecord): void {
  const scope = startsHere(truth, side, record.values);
  if (scope === 'in' && !truth.of[side].has(record.id)) {
    throw new Violation('I1', `F1 ${nameOf(truth, side, record.id)} is in scope and has no link`);
  }
}

function checkPair(world: World, truth: Truth, pair: Pair): void {
  const link = pair.link as NonNullable<Pair['link']>;
  const name = `link ${link.id} (${link.ids.a} and ${link.ids.b}) of sync ${truth.sync.id}`;
  if (link.stage === 'creating') throw new Violation('I1', `W2 ${name}: a create is still unresolved`);
  world.ghost.meet(`link ${link.status}`);
  if (link.held) return;
  for (const side of ['a', 'b'] as const) {
    // A write to a record that is gone needs no answer any more.
    if (!isUnresolved(link.pending[side]) || !liveOf(truth, pair, side)) continue;
    throw new Violation('I1', `W2 ${name}: a write to ${side} is still unresolved`);
  }
  if (link.status === 'in-sync') return mustBeWhole(truth, pair, name);
  if (link.status === 'excluded') return mustBeOutside(truth, pair, name);
  if (link.status === 'waiting') return mustWait(truth, pair, name);
  const { problem } = link;
  if (!problem) throw new Violation('I20', `${name} fails without a problem`);
  world.ghost.meet(`problem ${problem.category}`);
  if (!isExplained(world, truth, pair)) {
    throw new Violation(
      'I20',
      `${name} fails for no reason the world knows: ${problem.category}, ${problem.message} ${problem.others ?? ''}`,
    );
  }
}

/** Is it unknown whether some of this write has landed? What an earlier one left open, was accepted. */
function isUnresolved(pending: Pending | null): boolean {
  if (!pending) return false;
  const states = Object.values(pending.slots).map(({ left }) => (left ?? pending).state);
  return [...states, ...Object.keys(pending.edges).map(() => pending.state)].includes('sent');
}

function mustBeWhole(truth: Truth, pair: Pair, name: string): void {
  for (const side of ['a', 'b'] as const) {
    if (!liveOf(truth, pair, side))
      throw new Violation('I1', `${name} is in sync, but its record on ${side} is not there`);
  }
}

/** F1: excluded is what no direction lets in. */
function mustBeOutside(truth: Truth, pair: Pair, name: string): void {
  for (const side of ['a', 'b'] as const) {
    const record = liveOf(truth, pair, side);
    if (record && startsHere(truth, side, record.values) === 'in') {
      throw new Violation('I13', `F1 ${name} is excluded, but its record on ${side} is in scope`);
    }
  }
}

/** A1: who waits, waits for a far record that has no partner. */
function mustWait(truth: Truth, pair: Pair, name: string): void {
  const waits = (['a', 'b'] as const).some((side) => {
    const record = liveOf(truth, pair, side);
    return (
      record &&
      truth.objects[side].knobs.associations.some((each) => ((record.values[each.name] as string[]) ?? []).length > 0)
    );
  });
  if (!waits) throw new Violation('I16', `A1 ${name} waits for nobody`);
}

function isExplained(world: World, truth: Truth, pair: Pair): boolean {
  const link = pair.link as NonNullable<Pair['link']>;
  const problem = link.problem as NonNullable<typeof link.problem>;
  const live = { a: liveOf(truth, pair, 'a'), b: liveOf(truth, pair, 'b') };
  const others = problem.others ?? [];
  switch (problem.category) {
    case 'deleted-in-a':
      return !live.a && live.b !== null && !wasMerged(world, truth, pair, 'a');
    case 'deleted-in-b':
      return !live.b && live.a !== null && !wasMerged(world, truth, pair, 'b');
    case 'ambiguous-match':
      return others.length > 0 && others.some((id) => isLiveAnywhere(truth, id));
    case 'duplicate-in-target':
      return others.some((id) => isTaken(truth, pair, id)) || hasRival(truth, pair);
    case 'required-missing':
      return lacksRequired(truth, pair);
    case 'unknown-option':
    case 'unmapped-stage':
      return has(live, (value) => String(value).startsWith('odd-'));
    case 'rejected-by-app':
      return has(live, (value) => String(value).includes(POISON));
    case 'looping':
      return true;
    default:
      return false;
  }
}

function isLiveAnywhere(truth: Truth, id: string): boolean {
  return (['a', 'b'] as const).some((side) => truth.objects[side].records.get(id)?.state === 'live');
}

/**
 * A2: the record went into another that lives: it is followed, or set aside, and never taken for a deleted one. But where it
 * was archived, came back and was merged with no look in between, the app's listings never name it again: nobody can know.
 */
function wasMerged({ ghost, checks }: World, truth: Truth, pair: Pair, side: Side): boolean {
  const { knobs, records } = truth.objects[side];
  const id = pair.link?.ids[side] ?? '';
  const survivor = records.get(id)?.survivor;
  if (survivor === undefined || records.get(survivor)?.state !== 'live') return false;
  const account = truth.apps[side].knobs.name;
  const isReturn = (event: RecordEvent) =>
    event.what === 'restored' && event.id === id && event.object === knobs.name && event.account === account;
  const back = ghost.records.findLast(isReturn);
  if (!back || (checks.told.get(`${truth.sync.feeds[side]} ${id}`) ?? 0) > back.seq) return true;
  ghost.meet('came back and was merged unseen');
  return false;
}

/** P7: does this record belong with another? A link whose other end is gone frees its mate. */
function isTaken(truth: Truth, pair: Pair, id: string): boolean {
  return (['a', 'b'] as const).some((side) => {
    if (truth.objects[side].records.get(id)?.state !== 'live') return false;
    const links = (truth.of[side].get(id) ?? []).filter((each) => each !== pair);
    return links.some((each) => each.link?.stage !== 'gone' || each.link.held !== null);
  });
}

/** A unique value of the pair's record is held by another record across. */
function hasRival(truth: Truth, pair: Pair): boolean {
  return (['a', 'b'] as const).some((side) => {
    const record = liveOf(truth, pair, side);
    const target = across(side);
    return mappedFields(truth).some((mapping) => {
      if (!record || !mapping[target].unique) return false;
      const own = liveOf(truth, pair, target);
      return truth.apps[target].holder(
        truth.objects[target],
        mapping[target],
        record.values[mapping[side].name] ?? null,
        own,
      );
    });
  });
}

function lacksRequired(truth: Truth, pair: Pair): boolean {
  return (['a', 'b'] as const).some((side) => {
    const record = liveOf(truth, pair, side);
    return mappedFields(truth).some((mapping) => {
      return record && mapping[across(side)].required && isBlank(record.values[mapping[side].name]);
    });
  });
}

function has(live: { a: FakeRecord | null; b: FakeRecord | null }, test: (value: unknown) => boolean): boolean {
  return [live.a, live.b].some((record) => record && Object.values(record.values).flat().some(test));
}

/** A record by its app and id. */
function nameOf(truth: Truth, side: Side, id: string): string {
  return `${truth.apps[side].knobs.name} ${truth.objects[side].knobs.name} ${id} (sync ${truth.sync.id})`;
}
