import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { baseOf, bytesOf } from './link-rows.ts';

test('D1 a base takes 7 bytes a slot, and any 53-bit hash comes back', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), (base) => {
      const bytes = bytesOf(base);
      const agreed = base.slice(0, bytes.length / 7);
      assert.deepEqual(baseOf(bytes), agreed);
      assert.ok(base.slice(agreed.length).every((hash) => hash === 0));
      assert.notEqual(agreed.at(-1), 0);
    }),
  );
  assert.equal(bytesOf([1, 2, 3]).length, 21);
});
