import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision, Intent, Op } from '../model/decision.ts';
import { hashValues } from '../model/hash.ts';
import type { Link, Pair, Work } from '../model/link.ts';
import type { Side } from '../model/value.ts';
import { newlyMet, placeAfter } from './count.ts';
import { draft, newLink } from './decision.ts';
import { pairOf, rulesFor, type Settings, seen } from './example.ts';
import { addDue, type Known, plan, smallestBrake, tripped } from './plan.ts';

const rules = rulesFor();

test('W7 an update goes out only after its target was read for it, unless it is conditional on the version', () => {
  const update = writing('update', 'b', '1');
  const unread = plan(rules, [update], known());
  assert.deepEqual([unread.reread.b, unread.again.length, unread.batches], [['b1'], 1, []]);
  const read = plan(rules, [update], known({ fresh: ['b1'] }));
  assert.deepEqual([read.reread.b, read.batches.length], [[], 1]);
  const conditional = { ...rules, conditional: { a: false, b: true } };
  assert.equal(plan(conditional, [update], known()).batches.length, 0, 'no version is known');
  const versioned = writing('update', 'b', '1', { version: '7' });
  assert.equal(plan(conditional, [versioned], known()).batches.length, 1);
});

test('W7 removals are read before, creates are not', () => {
  assert.deepEqual(plan(rules, [writing('archive', 'b', '1')], known()).reread.b, ['b1']);
  assert.equal(plan(rules, [writing('create', 'b', '1')], known()).batches.length, 1);
});

test('a pair whose write is not settled is read, and put off where reading did not help', () => {
  const link = newLink('1', { a: 'a1', b: 'b1' });
  const decision = { ...draft(pairWith(1, null), link, 'none'), reread: { a: 'no', b: 'yes' } as const };
  assert.deepEqual(plan(rules, [decision], known()).reread.b, ['b1']);
  const { settle } = plan(rules, [decision], known({ fresh: ['b1'] }));
  assert.deepEqual([settle.done, settle.work.length], [[], 1]);
});

test('W6 of two creates with one key the second stands aside, and all its work comes back', () => {
  const twins = [writing('create', 'b', '1', { claims: ['k'] }), writing('create', 'b', '2', { claims: ['k'] })];
  const { batches, settle } = plan(rules, twins, known());
  assert.deepEqual(
    batches.map(({ items }) => items.length),
    [1],
  );
  assert.deepEqual(
    settle.work.map(({ record, seq }) => [record, seq]),
    [['a2', 2]],
  );
  assert.deepEqual(settle.done, [], 'W4 the work of a write is acknowledged with its outcome');
});

test('batches hold no more than the app takes, creates go first and removals last', () => {
  const decisions = [
    writing('archive', 'b', '9'),
    writing('update', 'a', '8'),
    ...['1', '2', '3'].map((name) => writing('create', 'b', name)),
  ];
  const { batches } = plan(rules, decisions, known({ fresh: ['b9', 'a8'], size: 2 }));
  assert.deepEqual(
    batches.map(({ op, side, items }) => [op, side, items.length]),
    [
      ['create', 'b', 2],
      ['create', 'b', 1],
      ['update', 'a', 1],
      ['archive', 'b', 1],
    ],
  );
});

test('W4 work without a write is acknowledged as it was loaded; what comes later keeps all its rows', () => {
  const link = newLink('1', { a: 'a1', b: 'b1' });
  const quiet = draft(pairWith(3, 4), link, 'none');
  assert.deepEqual(plan(rules, [quiet], known()).settle.done, [
    { side: 'a', record: 'a1', seq: 3 },
    { side: 'b', record: 'b1', seq: 4 },
  ]);
  const { settle } = plan(rules, [{ ...quiet, laterSeconds: 5 }], known());
  assert.deepEqual(
    [settle.done, settle.work.map(({ seq, delaySeconds }) => [seq, delaySeconds])],
    [
      [],
      [
        [3, 5],
        [4, 5],
      ],
    ],
  );
});

test('G4 a brake counts records: one that loses ten values is one', () => {
  const due = { create: 0, update: 0, empty: 0, archive: 0 };
  addDue(
    rules,
    due,
    [{ ...writing('update', 'b', '1'), empties: 10 }, writing('create', 'a', '2'), writing('delete', 'b', '3')],
    0,
  );
  assert.deepEqual(due, { create: 1, update: 1, empty: 1, archive: 1 });
});

test('G4 what may be removed once a record was looked at again counts as removed, where the policy removes', () => {
  const pair = pairOf(null, seen('a1', null), seen('b1', {}));
  const decision = draft(pair, newLink('1', { a: 'a1', b: 'b1' }), 'none');
  decision.reread = { a: 'no', b: 'yes' };
  const removed = (settings: Settings) => {
    const due = { create: 0, update: 0, empty: 0, archive: 0 };
    addDue(rulesFor(settings), due, [decision], 0);
    return due.archive;
  };
  assert.deepEqual([removed({ deletions: { a: 'archive' } }), removed({})], [1, 0]);
});

test('G4 a record that waited for its far record is no accident either while it is looked at again', () => {
  const due = { create: 0, update: 0, empty: 0, archive: 0 };
  for (const b of [null, 'b1']) {
    const link = { ...newLink('1', { a: 'a1', b }), status: 'waiting' as const };
    const pair = pairOf(link, seen('a1', {}), b ? seen(b, {}) : null);
    const decision = draft(pair, link, 'none');
    decision.reread = { a: 'yes', b: 'no' };
    addDue(rules, due, [decision], 0);
  }
  assert.deepEqual([due.create, due.update], [0, 0]);
});

test('G4 but where it has a new value besides, that may be written over another, and counts', () => {
  const due = { create: 0, update: 0, empty: 0, archive: 0 };
  const both = { a: 'a1', b: 'b1' };
  const told = (first: string, written: string | null) => {
    const link: Link = { ...newLink('1', both), status: 'waiting', base: { a: [0, 0, hashValues(['Ann'], 7)], b: [] } };
    const source = hashValues([written], 7);
    const slots = { 2: { written: [written], before: ['Ann'], source } };
    const pending =
      written === null
        ? null
        : { op: 'update' as const, state: 'accepted' as const, asked: 1, sentAt: 1, slots, edges: {} };
    const decision = draft(
      pairOf({ ...link, pending: { a: null, b: pending } }, seen('a1', { first }), seen('b1', {})),
      { ...link, pending: { a: null, b: pending } },
      'none',
    );
    return { ...decision, reread: { a: 'no', b: 'yes' } } as const;
  };
  const counts = (decision: Decision) => {
    const sum = { ...due };
    addDue(rules, sum, [decision], 7);
    return sum.update;
  };
  assert.deepEqual([counts(told('Ann', null)), counts(told('Bo', null)), counts(told('Bo', 'Bo'))], [0, 1, 0]);
});

test('G4 a share never stops fewer than twenty records, and an approved brake is passed', () => {
  const due = (update: number) => ({ create: 0, update, empty: 0, archive: 0 });
  assert.equal(tripped(rules, due(20), 10, []), null);
  assert.deepEqual(tripped(rules, due(21), 10, []), { brake: 'update', share: 2.1, limit: 20, count: 21 });
  assert.equal(tripped(rules, due(500), 1000, []), null);
  assert.equal(tripped(rules, due(501), 1000, [])?.limit, 500);
  assert.equal(tripped(rules, due(501), 1000, ['update']), null);
  assert.equal(smallestBrake(rules, 10_000), 100);
  const off = rulesFor({ brakes: { create: 'off', update: 'off', empty: 'off', archive: 'off' } });
  assert.equal(tripped(off, due(1e6), 1, []), null);
});

test('G4 the count goes through all work: a pair whose second work lies far behind neither hides what is between nor counts twice', () => {
  const first = pairWith(1, 900);
  const page = [first, pairWith(2, null)];
  assert.deepEqual(newlyMet(page, 0), page);
  assert.equal(placeAfter(page, 0), 2);
  const next = [pairWith(3, null), first];
  assert.deepEqual(newlyMet(next, 2), [next[0]]);
  assert.equal(placeAfter(next, 2), 900);
});

function pairWith(a: number | null, b: number | null): Pair {
  const row = (record: string, seq: number | null): Work | null => (seq === null ? null : { record, seq, attempts: 0 });
  return { ...pairOf(null, seen('a1', {}), seen('b1', {})), work: { a: row('a1', a), b: row('b1', b) } };
}

/** A decision to write the record `name` of a side. */
function writing(op: Op, side: Side, name: string, more: Partial<Intent> = {}): Decision {
  const link = newLink(name, { a: `a${name}`, b: op === 'create' ? null : `b${name}` });
  const pair = pairOf(
    op === 'create' ? null : link,
    seen(`a${name}`, {}),
    op === 'create' ? null : seen(`b${name}`, {}),
  );
  pair.work.a = { record: `a${name}`, seq: Number(name), attempts: 0 };
  const intent: Intent = {
    link,
    target: op === 'create' ? null : `${side}${name}`,
    source: `a${name}`,
    values: {},
    edges: {},
    before: {},
    slots: {},
    edgeSlots: {},
    rule: {},
    claims: [],
    work: [],
    attempts: 0,
    ...more,
  };
  const decision = draft(pair, link, 'none');
  decision.writes[side] = { op, intent };
  return decision;
}

function known({ fresh = [], size = 50 }: { fresh?: string[]; size?: number } = {}): Known {
  const sizes = { create: size, update: size, archive: size, delete: size };
  const ids = (side: Side) => new Set(fresh.filter((id) => id.startsWith(side)));
  return { fresh: { a: ids('a'), b: ids('b') }, sizes: { a: sizes, b: sizes } };
}
