import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  collapsed,
  dayOnly,
  e164,
  filledWith,
  inOrder,
  lowerCased,
  type Rewrite,
  rounded,
  tagsStripped,
  trimmed,
  truncated,
} from './rewrite.ts';

const all: Record<string, Rewrite> = {
  trimmed,
  lowerCased,
  collapsed,
  dayOnly,
  truncated: truncated(5),
  e164: e164('DE'),
  rounded: rounded(2),
  filled: filledWith('Unknown'),
  together: inOrder(collapsed, trimmed, lowerCased),
};

test('F15 what an app stores it stores again unchanged, whatever the text', () => {
  for (const [name, rewrite] of Object.entries(all)) {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const once = rewrite(text);
        assert.deepEqual(rewrite(once), once, name);
      }),
    );
  }
});

test('values are changed as the names say', () => {
  assert.equal(e164('DE')('030 / 1234 5678'), '+493012345678');
  assert.equal(e164('DE')('call me'), 'call me');
  assert.equal(rounded(2)('3.14159'), '3.14');
  assert.equal(rounded(1)(2.25), 2.3);
  assert.equal(truncated(3)('ab😀'), 'ab', 'no half characters');
  assert.equal(tagsStripped('<p>Made of <b>beech</b></p>'), 'Made of beech');
  assert.equal(dayOnly('2026-11-23T10:00:00Z'), '2026-11-23');
  assert.equal(filledWith('Unknown')(null), 'Unknown');
});
