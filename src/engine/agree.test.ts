import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pending } from '../model/link.ts';
import { agreed } from './agree.ts';
import { newLink } from './decision.ts';
import { moment, rulesFor } from './example.ts';

test('F16 a field that was left empty as the record was made stays one of a new record when another field is written', () => {
  const rules = rulesFor();
  const slotOf = (name: string) => rules.mappings.find((mapping) => mapping.name === name)?.slot as number;
  const empty = { written: [null], before: [null], source: 7 };
  const made: Pending = {
    op: 'create',
    state: 'accepted',
    asked: 3,
    sentAt: 1,
    slots: { [slotOf('city')]: empty },
    edges: {},
  };
  const link = { ...newLink('1', { a: 'a1', b: 'b1' }), stage: 'active' as const, pending: { a: null, b: made } };
  const written = { written: ['Anna'], before: ['Ann'], source: 8 };
  const landed = { image: { first: 'Anna' }, version: undefined, known: {}, settledAfter: 9 };
  const after = agreed(link, {
    ...landed,
    run: { rules, moment } as never,
    batch: { side: 'b', op: 'update', sentAt: 2 } as never,
    intent: { slots: { [slotOf('first')]: written }, edgeSlots: {} } as never,
  });
  assert.deepEqual(after.pending.b, { ...made, asked: 9, sentAt: 2 });
});
