import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom, systemRandom } from './random.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('one seed gives one sequence, another seed another', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return [random.next(), random.uuid(), random.secret(8)];
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test('numbers lie in [0, 1) and UUIDs are of version 4', () => {
  for (const random of [systemRandom, seededRandom(0)]) {
    for (let draw = 0; draw < 1000; draw++) {
      const number = random.next();
      assert.ok(number >= 0 && number < 1);
    }
    assert.match(random.uuid(), uuid);
  }
});
