import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Settings, withFilter } from './draft.ts';

const settings: Settings = { a: { account: 'crm', object: 'contacts' }, b: { account: 'erp', object: 'people' } };
const named = { all: [{ field: 'name', op: 'known' }] };

test('conditions that are not there leave the settings as they were', () => {
  const same = JSON.stringify(settings);
  assert.equal(JSON.stringify(withFilter(settings, 'a-to-b', undefined)), same);
  const taken = withFilter(withFilter(settings, 'b-to-a', named), 'b-to-a', undefined);
  assert.equal(JSON.stringify(taken), same);
});

test('conditions of one direction leave those of the other', () => {
  const both = withFilter(withFilter(settings, 'a-to-b', named), 'b-to-a', named);
  assert.deepEqual(withFilter(both, 'a-to-b', undefined).filter, { 'b-to-a': named });
});
