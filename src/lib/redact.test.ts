import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redact } from './redact.ts';

test('a secret within another leaves no ends behind', () => {
  assert.equal(redact('key abcdefgh!', ['abcd', 'abcdefgh']), 'key [secret]!');
});

test('a secret is found in its URL-encoded form', () => {
  assert.equal(redact('?x=a%2Fb%2Bc', ['a/b+c']), '?x=[secret]');
});

test('credentials are known by their form', () => {
  assert.equal(redact('Basic aHViOmh1YmFiYTEyMzQ= sent'), 'Basic [secret] sent');
  assert.equal(redact('to https://ann:pw@host/path?q'), 'to https://[secret]@host/path?q');
  assert.equal(redact('code=xyz&refresh_token=abc'), 'code=[secret]&refresh_token=[secret]');
});

test('ordinary words stay', () => {
  const text = 'Basic settings of ann@example.com, session ended, token expired, status code 400';
  assert.equal(redact(text, ['a', '']), text);
});
