import type { Pair } from '../../src/model/link.ts';
import { across, type Side } from '../../src/model/value.ts';
import { mayWrite } from './checkers-scope.ts';
import { liveOf, type Truth } from './truth.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** I16 A1: between records that are linked, what one side associates the other does too. */
export function checkEdges(world: World, truth: Truth, all: Truth[]): void {
  const { settings } = truth;
  if (typeof settings.associations === 'string' || settings.direction !== 'both') return;
  // M10: what a one-way time left unequal keeps its bases.
  if (truth.sync.earlier.some((each) => each.settings.direction !== 'both')) return;
  for (const pair of truth.pairs) {
    if (pair.link?.stage !== 'active' || pair.link.held || pair.link.status === 'excluded') continue;
    if (pair.link.problem || world.admin.touched.has(`${truth.sync.id} ${pair.link.id}`)) continue;
    for (const mapping of settings.associations) {
      if (!mapping.enabled) continue;
      const ends = { a: endOf(truth, 'a', mapping.a), b: endOf(truth, 'b', mapping.b) };
      if (!ends.a || !ends.b) continue;
      const far = all.find(
        (each) =>
          each.settings.a.account === settings.a.account &&
          each.settings.b.account === settings.b.account &&
          each.settings.a.object === ends.a?.to &&
          each.settings.b.object === ends.b?.to,
      );
      if (far) checkPair(world, truth, pair, far, { a: ends.a, b: ends.b });
    }
  }
}

function checkPair(
  world: World,
  truth: Truth,
  pair: Pair,
  far: Truth,
  ends: Record<Side, { name: string; to: string; many: 'one' | 'many' }>,
): void {
  const single = ends.a.many === 'one' || ends.b.many === 'one';
  const sets = { a: setOf(truth, pair, 'a', ends.a.name), b: setOf(truth, pair, 'b', ends.b.name) };
  if (!sets.a || !sets.b || !mayWrite(truth.settings, 'a') || !mayWrite(truth.settings, 'b')) return;
  world.ghost.meet('edges compared', sets.a.length);
  for (const side of ['a', 'b'] as const) {
    const own = sets[side] ?? [];
    const there = sets[across(side)] ?? [];
    const wanted = own.flatMap((id) => partnerOf(far, side, id) ?? []);
    const missing = wanted.filter((id) => !there.includes(id));
    const told = `${ends[side].name} of ${pair.link?.ids[side]} is [${own}], across [${there}]; link ${pair.link?.id} of sync ${truth.sync.id}`;
    if (!single && missing.length > 0) throw new Violation('I16', `A1 an association is missing across: ${told}`);
    // Merged as a field: while one far record has no partner, the one who speaks may wait for it.
    const waits = (['a', 'b'] as const).some((each) => sets[each]?.some((id) => partnerOf(far, each, id) === null));
    // M5: who was emptied by a person, or by the app itself, and agreed upon, is not filled again from what else the other has.
    const emptied = there.length === 0 && isOthers(world, truth, pair, across(side), ends[across(side)].name);
    if (single && !waits && !emptied && wanted.length > 0 && missing.length === wanted.length) {
      throw new Violation('I16', `A1 an association of one is not the same: ${told}`);
    }
  }
}

/** Was this association last written by somebody else than Syncline? */
function isOthers(world: World, truth: Truth, pair: Pair, side: Side, name: string): boolean {
  const id = pair.link?.ids[side] ?? '';
  const past = world.ghost.pastOf(truth.apps[side].knobs.name, truth.objects[side].knobs.name, id, name);
  return (past.at(-1)?.by.who ?? 'engine') !== 'engine';
}

/** The partner of a far record, where both live and are linked. */
function partnerOf(far: Truth, side: Side, id: string): string | null {
  const [pair] = far.of[side].get(id) ?? [];
  if (pair?.link?.stage !== 'active' || pair.link.held) return null;
  if (!liveOf(far, pair, 'a') || !liveOf(far, pair, 'b')) return null;
  return pair.link.ids[across(side)];
}

function setOf(truth: Truth, pair: Pair, side: Side, name: string): string[] | null {
  const record = liveOf(truth, pair, side);
  return record ? ((record.values[name] as string[] | undefined) ?? []) : null;
}

function endOf(truth: Truth, side: Side, name: string) {
  return truth.objects[side].knobs.associations.find((each) => each.name === name);
}
