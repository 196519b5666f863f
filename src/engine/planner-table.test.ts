import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Side, Value, Values } from '../model/value.ts';
import { agreed, decided, rulesFor, written } from './example.ts';

type Now = 'as agreed' | 'changed' | 'changed alike' | 'cleared' | 'absent';
type Base = 'none' | 'equal' | 'lossy';
type Way = 'both' | 'a-to-b' | 'b-to-a';

/** One row of the table: how a field stood, stands, and may move. */
interface Row {
  base: Base;
  a: Now;
  b: Now;
  way: Way;
  wins: Side;
  clears: 'flows' | 'keeps';
}

/** What is expected: the field's new value on the side that is written, and whether the bases move without a write. */
type Expected = { writes: Side; value: Value } | { writes: null; rebased: boolean };

test('planner table T1: M1 M2 M3 M4 M5 M7 M9 D1 D2 every way a field can stand is decided as a second, plain list of rules says', () => {
  let rows = 0;
  for (const row of table()) {
    assert.deepEqual(outcome(row), expected(row), JSON.stringify(row));
    rows++;
  }
  assert.ok(rows > 800, `${rows} rows`);
});

function* table(): Generator<Row> {
  const nows: Now[] = ['as agreed', 'changed', 'changed alike', 'cleared', 'absent'];
  for (const base of ['none', 'equal', 'lossy'] as const)
    for (const a of nows)
      for (const b of nows)
        for (const way of ['both', 'a-to-b', 'b-to-a'] as const)
          for (const wins of ['a', 'b'] as const)
            for (const clears of ['flows', 'keeps'] as const) yield { base, a, b, way, wins, clears };
}

/** The values of a row. Where the base is lossy, side b holds a cut form of what side a holds. */
function valueAt(row: Row, side: Side): Value | undefined {
  const agreedText = row.base === 'lossy' && side === 'b' ? 'Bro' : 'Brown Fox';
  return {
    'as agreed': agreedText,
    changed: `new ${side}`,
    'changed alike': 'alike',
    cleared: null,
    absent: undefined,
  }[row[side]];
}

function outcome(row: Row): Expected {
  const rules = rulesFor({
    direction: row.way,
    default: row.wins,
    mappings: [{ a: 'city', b: 'city', empty: row.clears }],
  });
  const record = (side: Side): Values => {
    const value = valueAt(row, side);
    return value === undefined ? {} : { city: value };
  };
  const lossy = row.base === 'lossy' ? 'Bro' : 'Brown Fox';
  const link = row.base === 'none' ? null : agreed(rules, { city: 'Brown Fox' }, { city: lossy });
  const decision = decided(rules, link, record('a'), record('b'));
  for (const side of ['a', 'b'] as const) {
    const values = written(decision, side);
    if (!values) continue;
    assert.equal(decision.writes[side === 'a' ? 'b' : 'a'], null, `both sides are written: ${JSON.stringify(row)}`);
    return { writes: side, value: values.city as Value };
  }
  const before = link?.base ?? { a: [], b: [] };
  const after = decision.link?.base ?? before;
  return { writes: null, rebased: before.a[0] !== after.a[0] || before.b[0] !== after.b[0] };
}

/** The rules in plain words, written without looking at the engine. */
function expected(row: Row): Expected {
  const [a, b] = [valueAt(row, 'a'), valueAt(row, 'b')];
  if (a === undefined || b === undefined) return { writes: null, rebased: false };
  const isFirst = row.base === 'none';
  const moved = { a: isFirst || row.a !== 'as agreed', b: isFirst || row.b !== 'as agreed' };
  if (!moved.a && !moved.b) return { writes: null, rebased: false };
  if (a === b) return { writes: null, rebased: true };
  const isConflict = moved.a && moved.b;
  const value = { a, b };
  let speaks: Side = moved.a ? 'a' : 'b';
  if (isConflict) {
    speaks = row.wins;
    if (value[speaks] === null) speaks = speaks === 'a' ? 'b' : 'a';
  }
  const target: Side = speaks === 'a' ? 'b' : 'a';
  const source: Side | null = row.way === 'a-to-b' ? 'a' : row.way === 'b-to-a' ? 'b' : null;
  // One way: the source is never written. An edited target waits for the source; a conflict is settled as it stands.
  if (source === target) return { writes: null, rebased: isConflict };
  if (value[speaks] === null && row.clears === 'keeps') return { writes: null, rebased: true };
  // One way with the target as default app: only what is empty there is filled.
  if (source !== null && row.wins === target && value[target] !== null) return { writes: null, rebased: true };
  return { writes: target, value: value[speaks] };
}
