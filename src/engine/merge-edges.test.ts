import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Partners } from '../model/decision.ts';
import type { Association } from '../model/field.ts';
import type { EdgeSlot, Link } from '../model/link.ts';
import type { Rules } from '../model/rules.ts';
import type { Side, Two, Values } from '../model/value.ts';
import { agreed, decided, rulesFor, type Settings } from './example.ts';

/** Firms x1 … x9 are y1 … y9 across; x0 and y0 have no partner. */
const partners: Partners = (side, _object, id) =>
  id.endsWith('0') ? null : `${side === 'a' ? 'y' : 'x'}${id.slice(1)}`;

test('A1 associations merge as a three-way set: what was added or removed on one side is added or removed across', () => {
  const rules = manyRules();
  const link = withEdges(rules, { a: ['x1', 'x2'], b: ['y1', 'y2'] });
  const first = decided(rules, link, people('x1', 'x3'), people('y1', 'y2', 'y4'), partners);
  assert.deepEqual([edgesOf(first, 'a'), edgesOf(first, 'b')], [{ add: ['x4'], remove: [] }, undefined]);
  const next = decided(rules, landed(rules, first, 'a'), people('x1', 'x3', 'x4'), people('y1', 'y2', 'y4'), partners);
  assert.deepEqual([edgesOf(next, 'a'), edgesOf(next, 'b')], [undefined, { add: ['y3'], remove: ['y2'] }]);
  const last = decided(rules, landed(rules, next, 'b'), people('x1', 'x3', 'x4'), people('y1', 'y3', 'y4'), partners);
  assert.deepEqual([last.writes.a, last.writes.b], [null, null]);
});

test('W4 A1 where both sides changed, what one is told is agreed only for it: a run that ends there loses nothing', () => {
  const rules = manyRules();
  const link = withEdges(rules, { a: ['x1', 'x2'], b: ['y1', 'y2'] });
  const first = decided(rules, link, people('x1', 'x3'), people('y1', 'y2', 'y4'), partners);
  const slot = slotOf(first, 'a');
  assert.deepEqual(
    [slot?.after.toSorted(), slot?.source],
    [
      ['x1', 'x2', 'x4'],
      ['y1', 'y2', 'y4'],
    ],
  );
  assert.equal(slot?.further, 'yes');
});

test('A1 at the first meeting both sets are joined, and an empty side is filled', () => {
  const rules = manyRules();
  const first = decided(rules, null, people('x1'), people('y2'), partners);
  assert.deepEqual([edgesOf(first, 'a'), edgesOf(first, 'b')], [{ add: ['x2'], remove: [] }, undefined]);
  const next = decided(rules, landed(rules, first, 'a'), people('x1', 'x2'), people('y2'), partners);
  assert.deepEqual(edgesOf(next, 'b'), { add: ['y1'], remove: [] });
  const filled = decided(rules, null, people('x1'), people(), partners);
  assert.deepEqual([edgesOf(filled, 'a'), edgesOf(filled, 'b')], [undefined, { add: ['y1'], remove: [] }]);
});

test('M3 M5 the same on both sides only moves the bases, and as agreed nothing happens', () => {
  const rules = manyRules();
  const met = decided(rules, null, people('x1'), people('y1'), partners);
  assert.deepEqual([met.writes.a, met.writes.b], [null, null]);
  const again = decided(rules, met.link, people('x1'), people('y1'), partners);
  assert.deepEqual([again.writes.a, again.writes.b, again.change], [null, null, 'none']);
});

test('A1 an edge whose far record has no partner waits, and is written once it has', () => {
  const rules = manyRules();
  const link = withEdges(rules, { a: [], b: [] });
  const waiting = decided(rules, link, people('x0', 'x1'), people(), partners);
  assert.deepEqual(edgesOf(waiting, 'b'), { add: ['y1'], remove: [] });
  assert.equal(waiting.link?.status, 'waiting');
  assert.deepEqual(
    waiting.waits.map(({ far }) => far),
    [{ side: 'a', object: 'firms', id: 'x0', acrossObject: 'firms' }],
  );
  assert.deepEqual(slotOf(waiting, 'b')?.source, ['x1'], 'what waits is not agreed on');
  const found: Partners = (side, object, id, across) => (id === 'x0' ? 'y9' : partners(side, object, id, across));
  const done = decided(rules, withEdges(rules, { a: ['x1'], b: ['y1'] }), people('x0', 'x1'), people('y1'), found);
  assert.deepEqual(edgesOf(done, 'b'), { add: ['y9'], remove: [] });
  assert.equal(done.link?.status, 'in-sync');
});

test('A1 an edge is never removed because its far record is gone or unlinked', () => {
  const rules = manyRules();
  const link = withEdges(rules, { a: ['x0', 'x1'], b: ['y0', 'y1'] });
  const decision = decided(rules, link, people('x1'), people('y0', 'y1'), partners);
  assert.deepEqual([decision.writes.a, decision.writes.b], [null, null]);
});

test('A1 an edge whose far record was replaced across is told anew, once what stands for it has another partner', () => {
  const rules = manyRules();
  const link = withEdges(rules, { a: ['x0', 'x1'], b: ['y0', 'y1'] });
  const left = decided(rules, link, people('x1', 'x2'), people('y0', 'y1'), partners);
  assert.deepEqual(edgesOf(left, 'b'), { add: ['y2'], remove: [] });
  assert.deepEqual(
    left.waits.map(({ far }) => far.id),
    ['y0'],
  );
  const found: Partners = (side, object, id, across) => (id === 'y0' ? 'x9' : partners(side, object, id, across));
  const now = people('y0', 'y1', 'y2');
  const next = decided(rules, landed(rules, left, 'b'), people('x1', 'x2'), now, found);
  assert.deepEqual([edgesOf(next, 'a'), edgesOf(next, 'b')], [{ add: ['x9'], remove: [] }, undefined]);
});

test('A1 a lost far record’s edge is told anew though the app goes on naming it, or let go of it only after its like was made', () => {
  const rules = manyRules();
  const link = withEdges(rules, { a: ['x0', 'x1'], b: ['y5', 'y1'] });
  const found: Partners = (side, object, id, across) => (id === 'y5' ? 'x9' : partners(side, object, id, across));
  for (const mine of [people('x0', 'x1'), people('x1')]) {
    const next = decided(rules, link, mine, people('y5', 'y1'), found);
    assert.deepEqual([edgesOf(next, 'a'), edgesOf(next, 'b')], [{ add: ['x9'], remove: [] }, undefined]);
    const now = people('x9', ...((mine.firms ?? []) as string[]));
    const last = decided(rules, landed(rules, next, 'a'), now, people('y5', 'y1'), found);
    assert.deepEqual([last.writes.a, last.writes.b], [null, null]);
  }
});

test('D2 an association that is absent from an answer is left alone', () => {
  const rules = manyRules();
  const link = withEdges(rules, { a: ['x1'], b: ['y1'] });
  const decision = decided(rules, link, {}, people('y1', 'y2'), partners);
  assert.deepEqual([decision.writes.a, decision.writes.b], [null, null]);
});

test('M9 in a one-way sync the source gets no edge, and the target keeps its own', () => {
  const rules = manyRules({ direction: 'a-to-b' });
  const link = withEdges(rules, { a: ['x1'], b: ['y1'] });
  const decision = decided(rules, link, people('x1', 'x2'), people('y1', 'y3'), partners);
  assert.equal(decision.writes.a, null);
  assert.deepEqual(edgesOf(decision, 'b'), { add: ['y2'], remove: [] });
});

test('A1 M2 a single association is a field: the side that changed speaks, and the old one gives way', () => {
  const rules = oneRules();
  for (const [a, b, side, expected] of [
    [['x2'], ['y1'], 'b', { add: ['y2'], remove: ['y1'] }],
    [['x1'], ['y2'], 'a', { add: ['x2'], remove: ['x1'] }],
    [[], ['y1'], 'b', { add: [], remove: ['y1'] }],
  ] as const) {
    const decision = decided(rules, withEdges(rules, { a: ['x1'], b: ['y1'] }), people(...a), people(...b), partners);
    assert.deepEqual(edgesOf(decision, side), expected);
    assert.equal(decision.writes[side === 'a' ? 'b' : 'a'], null);
  }
});

test('A1 M4 a single association changed on both sides goes to the default app, unless it has none', () => {
  for (const winner of ['a', 'b'] as const) {
    const rules = oneRules({ default: winner });
    const link = withEdges(rules, { a: ['x1'], b: ['y1'] });
    const both = decided(rules, link, people('x2'), people('y3'), partners);
    const target: Side = winner === 'a' ? 'b' : 'a';
    assert.deepEqual(edgesOf(both, target)?.add, [winner === 'a' ? 'y2' : 'x3']);
    assert.equal(both.conflicts, 1);
    const cleared =
      winner === 'a'
        ? decided(rules, link, people(), people('y3'), partners)
        : decided(rules, link, people('x2'), people(), partners);
    assert.deepEqual(edgesOf(cleared, winner)?.add, [winner === 'a' ? 'x3' : 'y2']);
  }
});

test('A1 a single association whose new far record has no partner waits with what it had', () => {
  const rules = oneRules();
  const link = withEdges(rules, { a: ['x1'], b: ['y1'] });
  const decision = decided(rules, link, people('x0'), people('y1'), partners);
  assert.deepEqual([decision.writes.a, decision.writes.b, decision.link?.status], [null, null, 'waiting']);
  assert.deepEqual(decision.link?.edges.a[0], ['x1']);
});

test('A1 a single association that an app dropped with its far record stays on the other side', () => {
  const rules = oneRules();
  const link = withEdges(rules, { a: ['x0'], b: ['y0'] });
  const decision = decided(rules, link, people(), people('y0'), partners);
  assert.deepEqual([decision.writes.a, decision.writes.b], [null, null]);
});

test('A1 where one side has one and the other many, the first of the many goes across, and others stay', () => {
  const rules = rulesFor(settings, { a: { associations: [firms('one')] }, b: { associations: [firms('many')] } });
  const link = withEdges(rules, { a: ['x1'], b: ['y1', 'y5'] });
  const moved = decided(rules, link, people('x2'), people('y1', 'y5'), partners);
  assert.deepEqual(edgesOf(moved, 'b'), { add: ['y2'], remove: ['y1'] });
  const more = decided(rules, link, people('x1'), people('y1', 'y5', 'y6'), partners);
  assert.deepEqual([more.writes.a, more.writes.b], [null, null]);
});

test('M9 a one-way sync whose default app is the target only fills a single association', () => {
  const rules = oneRules({ direction: 'a-to-b', default: 'b' });
  const link = withEdges(rules, { a: ['x1'], b: ['y1'] });
  assert.equal(decided(rules, link, people('x2'), people('y1'), partners).writes.b, null);
  const empty = withEdges(rules, { a: ['x1'], b: [] });
  assert.deepEqual(edgesOf(decided(rules, empty, people('x2'), people(), partners), 'b')?.add, ['y2']);
});

const settings: Settings = { mappings: 'none', associations: [{ a: 'firms', b: 'firms' }] };

function firms(many: Association['many']): Association {
  return { name: 'firms', label: 'firms', to: 'firms', many, writable: 'always' };
}

function manyRules(more: Settings = {}): Rules {
  const shape = { associations: [firms('many')] };
  return rulesFor({ ...settings, ...more }, { a: shape, b: shape });
}

function oneRules(more: Settings = {}): Rules {
  const shape = { associations: [firms('one')] };
  return rulesFor({ ...settings, ...more }, { a: shape, b: shape });
}

function withEdges(rules: Rules, { a, b }: Two<string[]>): Link {
  return agreed(rules, {}, {}, { edges: { a: { 0: a }, b: { 0: b } } });
}

function people(...ids: string[]): Values {
  return { firms: ids };
}

function edgesOf(decision: ReturnType<typeof decided>, side: Side) {
  return decision.writes[side]?.intent.edges.firms;
}

function slotOf(decision: ReturnType<typeof decided>, side: Side): EdgeSlot | undefined {
  return decision.writes[side]?.intent.edgeSlots[0];
}

/** The link once the write to `side` has landed. */
function landed(rules: Rules, decision: ReturnType<typeof decided>, side: Side): Link {
  const { after, source } = slotOf(decision, side) as EdgeSlot;
  return withEdges(rules, side === 'a' ? { a: after, b: source } : { a: source, b: after });
}
