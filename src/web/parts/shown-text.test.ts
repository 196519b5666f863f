import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownText } from './shown-text.ts';

test('a value is shown as text: empty as nothing, an entry of a list with its label', () => {
  assert.equal(shownText(null), '');
  assert.equal(shownText(true), 'true');
  assert.equal(shownText(['news', 'sales']), 'news, sales');
  assert.equal(shownText(['Kim', null, 'Berg']), 'Kim, Berg');
  assert.equal(
    shownText([{ value: 'kim@example.com', label: 'work' }, { value: 'kim@home.example' }]),
    'kim@example.com (work), kim@home.example',
  );
  assert.equal(shownText([[{ value: '+46 8 1', label: '' }]]), '+46 8 1');
});
