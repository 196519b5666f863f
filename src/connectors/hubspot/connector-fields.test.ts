import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field } from '../../model/field.ts';
import { toText, toValue } from './connector-fields.ts';

test('a task without a priority has none, as in other apps', () => {
  const priority: Field = { name: 'hs_task_priority', label: 'Priority', type: 'select', writable: 'always' };
  assert.deepEqual([toValue(priority, 'NONE'), toValue(priority, 'HIGH'), toText(null)], [null, 'HIGH', '']);
});
