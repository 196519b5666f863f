import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brakeLimit, MINIMUM_BRAKE_RECORDS } from './brakes.ts';

test('G4 a share is of linked records, and never fewer than the minimum', () => {
  assert.equal(brakeLimit({ share: 0.1 }, 1000), 100);
  assert.equal(brakeLimit({ share: 0.1 }, 1009), 100);
  assert.equal(brakeLimit({ share: 0.01 }, 30), MINIMUM_BRAKE_RECORDS);
  assert.equal(brakeLimit({ count: 5 }, 1000), 5);
  assert.equal(brakeLimit('off', 10), Number.POSITIVE_INFINITY);
});
