import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawHistory } from './draw.ts';
import { play } from './play.ts';
import { type Played, playMany } from './play-many.ts';
import { memoryWorldRig } from './rigs.ts';

/** A quick look; thousands are played by `npm run simulation`. */
const HISTORIES = 40;
/** Seeds of the quick look, away from those of continuous integration. */
const FIRST = 500_000;

test('I1–I24 hold in drawn histories with crashes, lost answers and people who edit on both sides', async () => {
  const sum: Played = await playMany({ first: FIRST, stride: 1, count: HISTORIES, store: 'memory' }, () => {});
  assert.deepEqual(sum.broken, []);
  assert.equal(sum.histories, HISTORIES);
  for (const name of ['user edit', 'user create', 'edit flowed', 'run quiet'])
    assert.ok(sum.met[name], `${name} was met`);
});

test('I24 the same history twice is the same, step by step', async () => {
  const once = await play(drawHistory(FIRST + HISTORIES), { rig: memoryWorldRig() });
  const again = await play(drawHistory(FIRST + HISTORIES), { rig: memoryWorldRig() });
  assert.deepEqual([again.steps, again.hash], [once.steps, once.hash]);
  assert.ok(once.steps > 100);
});
