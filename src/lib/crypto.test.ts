import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalSecrets, hmacSha256, open, seal, sealKeyBytes, sha256 } from './crypto.ts';
import { seededRandom, systemRandom } from './random.ts';

const key = Buffer.alloc(sealKeyBytes, 7);

test('digests are those of the standards', () => {
  assert.equal(sha256(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  // RFC 4231, test case 2.
  const expected = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
  assert.equal(hmacSha256('Jefe', 'what do ya want for nothing?'), expected);
  assert.equal(
    hmacSha256('Jefe', 'what do ya want for nothing?', 'base64'),
    Buffer.from(expected, 'hex').toString('base64'),
  );
});

test('secrets of any length can be compared', () => {
  assert.equal(equalSecrets('a', 'a'), true);
  assert.equal(equalSecrets('a', 'ab'), false);
  assert.equal(equalSecrets('', 'x'), false);
});

test('a sealed secret opens with its key in its place, and nowhere else', () => {
  for (const random of [systemRandom, seededRandom(1)]) {
    const sealed = seal('hemlig ✓', key, 'account 7', random);
    assert.doesNotMatch(sealed, /hemlig/);
    assert.equal(open(sealed, key, 'account 7'), 'hemlig ✓');
    assert.throws(() => open(sealed, key, 'account 8'), /secret of account 8 does not open/);
    assert.throws(() => open(sealed, Buffer.alloc(sealKeyBytes, 8), 'account 7'), /does not open/);
  }
});

test('a changed, cut or foreign text does not open', () => {
  const sealed = seal('secret', key, 'account 7', systemRandom);
  const [version, nonce, tag, content] = sealed.split('.');
  for (const wrong of [`${version}.${nonce}.${tag}.${content}AA`, `${version}.${nonce}.AAAA.${content}`]) {
    assert.throws(() => open(wrong, key, 'account 7'), /does not open/);
  }
  assert.throws(() => open('plain text', key, 'account 7'), /not in a form this version knows/);
});

test('the same secret is never sealed twice alike', () => {
  assert.notEqual(seal('secret', key, 'account 7', systemRandom), seal('secret', key, 'account 7', systemRandom));
});

test('an empty secret survives', () => {
  assert.equal(open(seal('', key, 'account 7', systemRandom), key, 'account 7'), '');
});
