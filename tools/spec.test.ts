import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { idsOf, proofsOf } from './spec.ts';
import { readTexts } from './tidy/sources.ts';

const texts = readTexts(fileURLToPath(new URL('..', import.meta.url)));
const { rules, named } = idsOf(texts['docs/spec.md'] ?? '');
const proofs = proofsOf(texts);

test('the specification has rules, and each ID is given once', () => {
  assert.ok(rules.length > 40);
  assert.deepEqual(
    named.filter((id, index) => named.indexOf(id) !== index),
    [],
  );
});

for (const rule of rules) {
  test(`a test proves ${rule}`, () =>
    assert.ok(proofs.has(rule), `no test's name begins with ${rule} of docs/spec.md`));
}

test('tests name no rule that the specification does not have', () => {
  const unknown = [...proofs].filter(
    ([id, paths]) => !named.includes(id) && paths.some((path) => path.endsWith('.test.ts')),
  );
  assert.deepEqual(Object.fromEntries(unknown), {});
});

test('a rule is proved by the name of a test, of a test in a suite, or by a checker of the simulation', () => {
  const found = proofsOf({
    'src/a.test.ts':
      "test('W2 W3 one', () => {}); describe('M1 two', () => {}); test(`R1 three ${n}`, () => {}); other('X1 no');",
    'src/store/suite/a.ts': "export const tests = { 'S1 four': async () => {} };",
    'test/simulation/checkers-quiet.ts': '/** Watches G1. */',
    'test/simulation/world.ts': '/** Says G2. */',
    'src/b.ts': "const cell = 'A4'; // U1",
  });
  assert.deepEqual([...found.keys()].sort(), ['G1', 'M1', 'R1', 'S1', 'W2', 'W3']);
});
