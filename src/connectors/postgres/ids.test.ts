import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOf, keyOf } from './ids.ts';

test('an id stands for one key and a key for one id', () => {
  const keys = [
    ['42'],
    ['a b'],
    [''],
    ['['],
    ['["1"]'],
    ['null'],
    ['1', 'de'],
    ['', ''],
    ['a"b', "c'd\\"],
    ['é', '👩‍👩‍👧‍👦'],
  ];
  const ids = keys.map(idOf);
  assert.equal(new Set(ids).size, keys.length);
  for (const [index, key] of keys.entries()) assert.deepEqual(keyOf(ids[index] ?? '', key.length), key);
});

test('what can be no id of such a table has no key', () => {
  for (const id of [
    '',
    'x',
    '[',
    '["1"]',
    '["1","2","3"]',
    '[1,2]',
    '[null,"2"]',
    '{"0":"1","1":"2"}',
    '["a\u0000","b"]',
  ]) {
    assert.equal(keyOf(id, 2), null, id);
  }
  for (const id of ['', '["1","2"]', '[]', 'a\u0000', 'a\ud800']) assert.equal(keyOf(id, 1), null, id);
});
