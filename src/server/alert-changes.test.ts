import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Alert, alertChanges, type Trouble } from './alert-changes.ts';

const MINUTE = 60_000;
const failing: Trouble = { subject: 'sync contacts', kind: 'failing', level: 1, detail: '3 records fail' };

/** Plays minute after minute; answers what was told when. */
function play(minutes: Trouble[][]): string[] {
  let known: Alert[] = [];
  let toldAt: number | null = null;
  return minutes.flatMap((troubles, minute) => {
    const { next, tell } = alertChanges(known, troubles, minute * MINUTE, toldAt);
    known = next;
    const told = [
      ...tell.stands.map(({ kind, level }) => `${minute} ${kind} ${level}`),
      ...tell.recovered.map(({ kind }) => `${minute} ${kind} over`),
    ];
    if (told.length > 0) toldAt = minute * MINUTE;
    return told;
  });
}

const times = <T>(count: number, of: T): T[] => Array.from({ length: count }, () => of);

test('a trouble is told once it has stood, and once when it is over', () => {
  assert.deepEqual(play([...times(20, [failing]), ...times(20, [])]), ['2 failing 1', '25 failing over']);
});

test('a blip is not told, and flapping is one trouble', () => {
  assert.deepEqual(play([[failing], [], [failing], [], []]), []);
  const flapping = Array.from({ length: 60 }, (_, n) => (n % 4 < 3 ? [failing] : []));
  assert.deepEqual(play(flapping), ['2 failing 1']);
});

test('ten times as many failing records are told anew', () => {
  assert.deepEqual(play([...times(10, [failing]), ...times(10, [{ ...failing, level: 3 }])]), [
    '2 failing 1',
    '10 failing 3',
  ]);
});

test('however troubles come and go, a workspace is told at most every five minutes', () => {
  const trouble = fc.record({
    subject: fc.constantFrom('sync a', 'sync b', 'account c'),
    kind: fc.constantFrom('failing', 'paused', 'stopped') as fc.Arbitrary<Trouble['kind']>,
    level: fc.integer({ min: 1, max: 4 }),
    detail: fc.constant(''),
  });
  let told = 0;
  fc.assert(
    fc.property(fc.array(fc.array(trouble, { maxLength: 4 }), { maxLength: 60 }), (minutes) => {
      const at = [...new Set(play(minutes).map((line) => Number(line.split(' ')[0])))];
      told += at.length;
      return at.every((minute, index) => index === 0 || minute - (at[index - 1] ?? 0) >= 5);
    }),
  );
  assert.ok(told > 0);
});
