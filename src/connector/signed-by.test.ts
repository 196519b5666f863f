import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hmacSha256 } from '../lib/crypto.ts';
import type { Notice } from './contract.ts';
import { signedBy } from './signed-by.ts';

const now = 1_800_000_000_000;
const secret = 'whsec_1';

/** `Signature: t=seconds,v1=hex`, as Stripe and Mailchimp have it. */
const verify = signedBy({
  of({ headers }) {
    const [, seconds, signature] = /^t=(\d+),v1=(\w+)$/.exec(headers.signature ?? '') ?? [];
    return seconds && signature ? { signature, stamp: Number(seconds) * 1000 } : undefined;
  },
  content: ({ body }, stamp) => `${(stamp ?? 0) / 1000}.${body}`,
  form: 'hex',
  withinSeconds: 300,
});

function notice(body: string, at: number, key = secret): Notice {
  const seconds = at / 1000;
  const signature = `t=${seconds},v1=${hmacSha256(key, `${seconds}.${body}`)}`;
  return { method: 'POST', url: 'https://x.example.com', headers: { signature }, body };
}

test('F4 a notice signed with the secret, just now, is genuine', () => {
  assert.equal(verify(notice('{}', now - 60_000), secret, now), 'genuine');
});

test('F4 a changed body, another secret, no signature, and an empty secret are forged', () => {
  assert.equal(verify({ ...notice('{}', now), body: '[]' }, secret, now), 'forged');
  assert.equal(verify(notice('{}', now, 'other'), secret, now), 'forged');
  assert.equal(verify({ ...notice('{}', now), headers: {} }, secret, now), 'forged');
  assert.equal(verify(notice('{}', now, ''), '', now), 'forged');
});

test('F4 an old notice, or one from the future, is stale', () => {
  assert.equal(verify(notice('{}', now - 301_000), secret, now), 'stale');
  assert.equal(verify(notice('{}', now + 301_000), secret, now), 'stale');
});
