import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from './assert.ts';
import { messageOf } from './error.ts';

test('must gives the value, also an empty one, and names what is missing', () => {
  assert.equal(must(0), 0);
  assert.equal(must(''), '');
  assert.throws(() => must(undefined, 'the lease'), /the lease is missing; this is a bug in Syncline/);
});

test('a thrown thing of any kind gives one line', () => {
  assert.equal(messageOf(new Error('one\n  two')), 'one two');
  assert.equal(messageOf(new TypeError()), 'TypeError');
  assert.equal(messageOf('text'), 'text');
});
