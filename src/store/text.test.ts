import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromJson, fromText, toJson, toText } from './text.ts';

const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });

test('any text becomes storable and comes back', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const stored = toText(text);
      assert.ok(stored.isWellFormed() && !stored.includes('\0'));
      assert.equal(fromText(stored), text);
    }),
  );
});

test('ordinary text is stored as it is', () => {
  for (const text of ['', 'Ann', 'ü 👩‍👩‍👧 \u2028', '\\u0000', '\\ud800']) assert.equal(toText(text), text);
});

test('any JSON becomes storable and comes back, in values and in names', () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, fc.oneof(anyText, fc.array(anyText), fc.constant(null))), (object) => {
      // A dictionary of fast-check has no prototype.
      const value = { ...object };
      const json = toJson(value);
      assert.ok(!/\\u0000/.test(json.replaceAll('\\\\', '')));
      assert.deepEqual(fromJson(json), JSON.parse(JSON.stringify(value)));
    }),
  );
});
