import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonFailure, parseJson, stableStringify } from './json.ts';

test('a wrong text is refused with its place and without its content', () => {
  const cases: [string, string][] = [
    ['', 'the answer is not JSON: it is empty'],
    ['{"name":"ann", "email" "ann@example.com"}', 'the answer is not JSON: wrong at character 24 of 41'],
    ['{"email":"ann@exam', 'the answer is not JSON: it breaks off after 18 characters'],
    ['{"email":', 'the answer is not JSON: it breaks off after 9 characters'],
    ['<html>ann@example.com', 'the answer is not JSON: 21 characters'],
  ];
  for (const [text, message] of cases) {
    assert.throws(
      () => parseJson(text, 'the answer'),
      (error) => {
        assert.ok(error instanceof JsonFailure);
        assert.doesNotMatch(error.message, /ann/);
        assert.equal(error.message, message);
        return true;
      },
    );
  }
});

test('equal values give equal text, whatever the order of their keys', () => {
  assert.equal(
    stableStringify({ b: [{ d: 1, c: null }], a: 'x' }),
    stableStringify({ a: 'x', b: [{ c: null, d: 1 }] }),
  );
  assert.equal(stableStringify({ b: 1, a: undefined, 10: 2, 9: 3 }), '{"9":3,"10":2,"b":1}');
  assert.equal(stableStringify(JSON.parse('{"__proto__":{"b":1,"a":2}}')), '{"__proto__":{"a":2,"b":1}}');
});

test('a date is written as its ISO text and nothing as null', () => {
  assert.equal(stableStringify({ at: new Date(0) }), '{"at":"1970-01-01T00:00:00.000Z"}');
  assert.equal(stableStringify(undefined), 'null');
});
