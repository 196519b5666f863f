import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Link, Pending } from '../model/link.ts';
import { agreed, unanswered } from './agree.ts';
import { newLink } from './decision.ts';
import { detect } from './detect.ts';
import { moment, pairOf, rulesFor, seen } from './example.ts';

const rules = rulesFor();
const slotOf = (name: string) => rules.mappings.find((mapping) => mapping.name === name)?.slot as number;

/** A link whose record on b was made with this value in the field city, which the app has not shown since. */
function madeWith(value: string | null): { link: Link; city: Pending['slots'][number] } {
  const city = { written: [value], before: [null], source: 7 };
  const made: Pending = {
    op: 'create',
    state: 'accepted',
    asked: 3,
    sentAt: 1,
    slots: { [slotOf('city')]: city },
    edges: {},
  };
  return { link: { ...newLink('1', { a: 'a1', b: 'b1' }), stage: 'active', pending: { a: null, b: made } }, city };
}

const first = { written: ['Anna'], before: ['Ann'], source: 8 };
const batch = { side: 'b', op: 'update', sentAt: 2 } as never;
const intent = { slots: { [slotOf('first')]: first }, edgeSlots: {}, rule: { first: 'changed in a' } } as never;

test('F16 a field that was left empty as the record was made stays one of a new record when another field is written', () => {
  const { link, city } = madeWith(null);
  const landed = { image: { first: 'Anna' }, version: undefined, known: {}, settledAfter: 9 };
  const after = agreed(link, { ...landed, run: { rules, moment } as never, batch, intent });
  const left = { op: 'create', state: 'accepted' };
  assert.deepEqual(after.pending.b?.slots, { [slotOf('city')]: { ...city, left } });
});

test('D1 D2 what a write left open, in a field that is not shown just now, stays open beside a write that nobody answered', () => {
  const { link } = madeWith('Bonn');
  const after = { ...link, pending: { a: null, b: unanswered(link, batch, intent, 9) } };
  const a = seen('a1', { first: 'Anna', city: 'Rom' });
  const between = detect(rules, pairOf(after, a, seen('b1', { first: 'Ann' })), moment.salt).link as Link;
  assert.deepEqual(Object.keys(between.pending.b?.slots ?? {}), [String(slotOf('city'))]);
  assert.equal(between.pending.b?.state, 'accepted', 'W2 the write itself is settled');
  const { fields } = detect(rules, pairOf(between, a, seen('b1', { first: 'Ann', city: 'Bonn' })), moment.salt);
  assert.equal(fields.find(({ mapping }) => mapping.name === 'city')?.states.b, 'same');
});
