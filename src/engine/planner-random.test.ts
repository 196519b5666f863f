import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Link } from '../model/link.ts';
import { putBase } from '../model/link.ts';
import type { Rules } from '../model/rules.ts';
import { across, type Side, type Two, type Value, type Values } from '../model/value.ts';
import { hashSide } from './detect.ts';
import { agreed, decided, moment, rulesFor } from './example.ts';

/** What an app makes of the texts it stores; each is idempotent. */
const normalisers: Record<string, (text: string) => string> = {
  exact: (text) => text,
  trim: (text) => text.trim(),
  lower: (text) => text.toLowerCase(),
  cut: (text) => text.slice(0, 4),
  upper: (text) => text.toUpperCase(),
};

const names = ['first', 'phone', 'city'];
/** Values that are told apart by every normaliser. */
const text = fc.constantFrom('Anna Bell ', 'Bert Cole', ' Carl Dorn', 'dora Edel', 'ELSA FINK');
const value = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.constant(null) });
const record = fc.record({ first: value, phone: value, city: value });
const edits = fc.record({ first: value, phone: value, city: value }, { requiredKeys: [] });
const settings = fc.record({
  direction: fc.constantFrom('both' as const, 'a-to-b' as const, 'b-to-a' as const),
  default: fc.constantFrom('a' as const, 'b' as const),
});
const normaliser = fc.constantFrom(...Object.keys(normalisers));

/** Rounds of planning and applying after which nothing is left to do (I2). */
const MOST_ROUNDS = 3;
const CASES = 4_000;

test('planner at random T2: I2 I4 I7 I8 I11 I12 two copies of a record that were edited apart come to rest, whatever the apps make of what they store', () => {
  const seen = { writes: 0, conflicts: 0, lossy: 0 };
  const property = fc.property(
    record,
    edits,
    edits,
    settings,
    fc.record({ a: normaliser, b: normaliser }),
    fc.boolean(),
    (origin, left, right, how, by, isFirst) => {
      const mappings = names.map((name) => ({ a: name, b: name }));
      const rules = rulesFor({ ...how, mappings });
      const stored = (side: Side, values: Values) =>
        normalised(values, normalisers[by[side]] as (text: string) => string);
      const base = { a: stored('a', origin), b: stored('b', stored('a', origin)) };
      const now = { a: { ...base.a, ...stored('a', left) }, b: { ...base.b, ...stored('b', right) } };
      const start = { a: { ...now.a }, b: { ...now.b } };
      let link: Link | null = isFirst ? null : agreed(rules, base.a, base.b);
      let rounds = 0;
      for (; rounds <= MOST_ROUNDS; rounds++) {
        const decision = decided(rules, link, now.a, now.b);
        link = decision.link as Link;
        if (!decision.writes.a && !decision.writes.b) break;
        seen.conflicts += decision.conflicts;
        for (const side of ['a', 'b'] as const) {
          const values = decision.writes[side]?.intent.values;
          if (!values) continue;
          assert.notEqual(how.direction, side === 'a' ? 'a-to-b' : 'b-to-a', 'I11 the source is written');
          for (const [name, next] of Object.entries(values)) {
            assert.ok(names.includes(name), 'I12 a field that is not mapped is written');
            assert.notEqual(now[side][name], next, 'I12 a field that does not differ is written');
            seen.writes++;
          }
          now[side] = { ...now[side], ...stored(side, values) };
          if (Object.keys(values).some((name) => now[side][name] !== values[name])) seen.lossy++;
        }
        link = confirmed(rules, link, decision.writes, now);
      }
      assert.ok(rounds < MOST_ROUNDS, `I2 still writing after ${rounds} rounds`);
      judge(how, isFirst, base, start, now, stored);
    },
  );
  fc.assert(property, { numRuns: CASES, seed: 20261123 });
  assert.ok(seen.writes > CASES && seen.conflicts > CASES / 10 && seen.lossy > CASES / 10, JSON.stringify(seen));
});

/** I4, I8: the end, field by field: a lone edit got across, the rule decided between two, and no one's own value was touched. */
function judge(
  how: { direction: string; default: Side },
  isFirst: boolean,
  base: Two<Values>,
  start: Two<Values>,
  now: Two<Values>,
  stored: (side: Side, values: Values) => Values,
): void {
  for (const name of names) {
    const isEdited = (side: Side) => isFirst || start[side][name] !== base[side][name];
    for (const side of ['a', 'b'] as const) {
      if (isEdited(side) && !isEdited(across(side)))
        assert.equal(now[side][name], start[side][name], 'I8 the side of the only edit is written');
    }
    if (!isEdited('a') && !isEdited('b')) {
      assert.deepEqual([now.a[name], now.b[name]], [start.a[name], start.b[name]], 'M5 equality was asserted again');
      continue;
    }
    if (how.direction !== 'both' || isAlike(start.a[name], start.b[name])) continue;
    let speaks: Side = isEdited('a') ? 'a' : 'b';
    if (isEdited('a') && isEdited('b'))
      speaks = (start[how.default][name] ?? null) === null ? across(how.default) : how.default;
    assert.equal(now[speaks][name], start[speaks][name], 'I4 the value that should stand was overwritten');
    const target = across(speaks);
    const [written] = Object.values(stored(target, { [name]: start[speaks][name] as Value }));
    assert.equal(now[target][name], written, 'I4 the value that should stand did not get across');
  }
}

/** Do they count as equal, so that nothing flows? Case, space and width do not; what was cut does. */
function isAlike(one: Value | undefined, other: Value | undefined): boolean {
  const plain = (text: Value | undefined) => (typeof text === 'string' ? text.trim().replace(/\s+/g, ' ') : text);
  return plain(one) === plain(other);
}

function normalised(values: Values, make: (text: string) => string): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, one]) => [name, typeof one === 'string' ? make(one) : one]),
  );
}

/** As a confirmation does: the base is what the app then showed (D1). */
function confirmed(
  rules: Rules,
  link: Link,
  writes: Two<{ intent: { slots: Record<number, { source: number }> } } | null>,
  now: Two<Values>,
): Link {
  const base = { a: link.base.a.slice(), b: link.base.b.slice() };
  for (const side of ['a', 'b'] as const) {
    for (const mapping of rules.mappings) {
      const slot = writes[side]?.intent.slots[mapping.slot];
      if (!slot) continue;
      const shown = mapping.fields[side].map((name) => now[side][name] as Value);
      putBase(base[side], mapping.slot, hashSide(mapping, side, shown, now[side], moment.salt));
      putBase(base[across(side)], mapping.slot, slot.source);
    }
  }
  return { ...link, base };
}
