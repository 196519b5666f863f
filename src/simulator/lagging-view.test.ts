import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeGround } from './ground.ts';
import { ascendingIds } from './ids.ts';
import { LaggingView } from './lagging-view.ts';
import type { Actor } from './sim-record.ts';
import type { SimSettings } from './sim-settings.ts';
import { stillClock } from './test-clock.ts';

const ann: Actor = { kind: 'person', id: 'ann' };

function makeView(settings: Partial<SimSettings> = {}) {
  const ground = makeGround({ clock: stillClock(), settings }, (_object, random) => ascendingIds(random, 1));
  const table = ground.store.add('people');
  const view = new LaggingView({ ...ground, object: 'people', random: ground.random('lag') });
  const shown = () =>
    Array.from({ length: view.byId.length }, (_, at) => view.record(view.byId.at(at) ?? '')?.values.name);
  return { ...ground, table, view, shown };
}

test('F7 a change shows in the index only after its lag, a record by its id at once', () => {
  const { table, clock, settings, shown } = makeView();
  const { id } = table.create({ name: 'a' }, ann);
  assert.deepEqual(shown(), ['a'], 'without a lag at once');
  settings.searchLagMilliseconds = { atLeast: 5000, atMost: 5000 };
  table.update(id, { name: 'b' }, ann);
  table.create({ name: 'c' }, ann);
  assert.equal(table.get(id)?.values.name, 'b');
  clock.advance(4999);
  assert.deepEqual(shown(), ['a']);
  clock.advance(1);
  assert.deepEqual(shown(), ['b', 'c']);
  table.archive(id, ann);
  assert.deepEqual(shown(), ['b', 'c']);
  clock.advance(5000);
  assert.deepEqual(shown(), ['c']);
});

test('with uneven lags an older state never replaces a newer one, and in the end the index is right', () => {
  for (let seed = 0; seed < 50; seed++) {
    const { table, clock, view, shown } = makeView({ searchLagMilliseconds: { atLeast: 0, atMost: 60_000 } });
    const { id } = table.create({ name: '0' }, ann);
    let newest = 0;
    for (let n = 1; n <= 20; n++) {
      table.update(id, { name: String(n) }, ann);
      clock.advance(5000 + seed);
      const now = Number(shown()[0] ?? 0);
      assert.ok(now >= newest, `from ${newest} back to ${now}`);
      newest = now;
    }
    clock.advance(60_000);
    assert.deepEqual(shown(), ['20']);
    assert.equal(view.byTime.length, 1);
  }
});

test('a merge takes both records out of the index when the survivor comes in', () => {
  const { table, clock, shown, settings } = makeView();
  const [a, b] = [table.create({ name: 'a' }, ann).id, table.create({ name: 'b' }, ann).id];
  for (let n = 0; n < 5; n++) table.update(b, { name: `b${n}` }, ann);
  settings.searchLagMilliseconds = { atLeast: 1000, atMost: 1000 };
  table.merge(a, b, 'new-id', { name: 'ab' }, ann);
  assert.deepEqual(shown(), ['a', 'b4']);
  clock.advance(1000);
  assert.deepEqual(shown(), ['ab']);
});

test('F9 records of one time stamp come in no order of their ids', () => {
  const { table, view } = makeView({ stampMilliseconds: 60_000 });
  for (let n = 0; n < 50; n++) table.create({ name: String(n) }, ann);
  const ids = Array.from({ length: 50 }, (_, at) => Number(view.byTime.at(at)));
  assert.equal(new Set(ids).size, 50);
  assert.notDeepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  );
});
