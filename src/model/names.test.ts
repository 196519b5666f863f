import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSameName, joinName, splitName } from './names.ts';

test('a full name is split with an eye on what stands there now', () => {
  const cases: [string, string[], string[]][] = [
    ['Ann Lee', ['', ''], ['Ann', 'Lee']],
    ['Ann Marie Lee', ['', ''], ['Ann Marie', 'Lee']],
    ['Ann Marie Lee', ['Ann Marie', 'Lee'], ['Ann Marie', 'Lee']],
    ['Ann Marie Berg', ['Ann Marie', 'Lee'], ['Ann Marie', 'Berg']],
    ['Anna Berg Lee', ['Ann', 'Berg Lee'], ['Anna', 'Berg Lee']],
    ['Ann Smith Jones', ['Ann', 'Lee'], ['Ann', 'Smith Jones']],
    ['Ludwig van Beethoven', ['', ''], ['Ludwig', 'van Beethoven']],
    ['Charles de la Tour', ['', ''], ['Charles', 'de la Tour']],
    ['Lee, Ann', ['', ''], ['Ann', 'Lee']],
    ['Lee, Jr.', ['', ''], ['Lee,', 'Jr.']],
    ['Madonna', ['', ''], ['Madonna', '']],
    ['Lee', ['Ann', 'Lee'], ['', 'Lee']],
    ['  ', ['Ann', 'Lee'], ['', '']],
    ['Ann Marie Lee', ['', '', ''], ['Ann', 'Marie', 'Lee']],
    ['Bo', ['', '', ''], ['Bo', '', '']],
  ];
  for (const [full, now, parts] of cases) assert.deepEqual(splitName(full, now), parts, full);
});

test('no name is lost or changed by splitting', () => {
  const word = fc.stringMatching(/^[A-Za-zÅÄÖåäö]{1,6}$/);
  const words = fc.array(word, { maxLength: 5 }).map((list) => list.join(' '));
  fc.assert(
    fc.property(words, fc.array(words, { minLength: 2, maxLength: 3 }), (full, now) => {
      const parts = splitName(full, now);
      assert.equal(parts.length, now.length);
      assert.equal(joinName(parts), full);
      assert.ok(isSameName(full, parts));
      assert.deepEqual(splitName(full, parts), parts);
    }),
    { numRuns: 2000 },
  );
});
