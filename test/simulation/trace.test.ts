import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawHistory } from './draw.ts';
import { historyNamed, keptHistories } from './kept.ts';
import { trace } from './trace.ts';

/** A seed with crashes, lost answers and people at work, away from those of continuous integration. */
const SEED = 600_002;

async function traceOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  await trace(drawHistory(seed), (line) => lines.push(line));
  return lines;
}

test('I24 a seed has one trace, line by line, and another seed another', async () => {
  const once = await traceOf(SEED);
  assert.deepEqual(await traceOf(SEED), once);
  assert.notDeepEqual(await traceOf(SEED + 1), once);
});

test('a trace tells of the world, of people, of calls with their answers, and of the end', async () => {
  const text = (await traceOf(SEED)).join('\n');
  for (const part of [
    /^seed 600002 /,
    /^app p \{/m,
    /^sync people \{/m,
    /^edit \{/m,
    /^\d+\.\d{3} w0\.0 store\.claim/m,
  ])
    assert.match(text, part);
  assert.match(text, /^ {2}commit\(/m);
  assert.match(text, /\d+ steps, hash [0-9a-f]+\n.+$/);
});

test('a kept history is found by its name', () => {
  const [first] = keptHistories();
  assert.ok(first, 'a history is kept');
  assert.deepEqual(historyNamed(first.name), first.history);
  assert.throws(() => historyNamed('none of these'), /there is no seed none of these/);
});
