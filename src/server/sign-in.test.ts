import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { OAuth2Server } from 'oauth2-mock-server';
import { systemRandom } from '../lib/random.ts';
import { givePassword } from './reset-password.ts';
import { type TestAuthenticator, testAuthenticator } from './test-authenticator.ts';
import { firstAdmin, ORIGIN, PASSWORD, type TestBrowser, testBrowser } from './test-browser.ts';
import { testRig } from './testing.ts';

const provider = new OAuth2Server();
before(async () => {
  await provider.issuer.keys.generate('RS256');
  await provider.start(0, '127.0.0.1');
});
after(() => provider.stop());

test('a forgotten password is changed by a link that comes by mail, once, and not by whoever reads the database', async () => {
  const mails: { to: string[]; text: string }[] = [];
  const { installation, db } = await testRig({ mail: { send: async (mail) => void mails.push(mail) } });
  const admin = await firstAdmin(installation);
  const browser = testBrowser(installation);
  assert.equal((await browser.call('GET', '/api/v1/sign-on')).body.passwordByMail, true);
  const ask = (email: string) => browser.call('POST', '/api/auth/request-password-reset', { email });
  const [known, unknown] = [await ask('ann@example.com'), await ask('nobody@example.com')];
  assert.deepEqual([known.status, known.text], [200, unknown.text]);
  assert.deepEqual(
    mails.map(({ to }) => to),
    [['ann@example.com']],
  );
  const link = new URL(/http\S+/.exec(mails[0]?.text ?? '')?.[0] ?? '');
  assert.equal(`${link.origin}${link.pathname}`, `${ORIGIN}/new-password`);
  const token = link.hash.slice(1);
  assert.ok(!JSON.stringify(await db.rows('select * from verification')).includes(token));
  const choose = (newPassword: string) => browser.call('POST', '/api/auth/reset-password', { token, newPassword });
  assert.equal((await choose('short')).status, 400);
  assert.equal((await choose('another long password')).status, 200);
  assert.equal((await choose('yet another password')).status, 400);
  assert.equal((await admin.call('GET', '/api/v1/me')).status, 401, 'signed out everywhere');
  const signIn = (password: string) =>
    browser.call('POST', '/api/auth/sign-in/email', { email: 'ann@example.com', password });
  assert.deepEqual([(await signIn(PASSWORD)).status, (await signIn('another long password')).status], [401, 200]);
  const asked = await Promise.all(Array.from({ length: 12 }, () => ask('bo@example.com')));
  assert.ok(
    asked.some(({ status }) => status === 429),
    'nobody is flooded with mail',
  );
});

test('without a mail server no link is offered, or made', async () => {
  const { installation } = await testRig();
  await firstAdmin(installation);
  const browser = testBrowser(installation);
  assert.equal((await browser.call('GET', '/api/v1/sign-on')).body.passwordByMail, false);
  const asked = await browser.call('POST', '/api/auth/request-password-reset', { email: 'ann@example.com' });
  assert.equal(asked.status, 404);
});

test('a second factor is asked for after the password: the code of the moment, or a backup code once', async () => {
  const { installation } = await testRig();
  const admin = await firstAdmin(installation);
  const enabled = await admin.call('POST', '/api/auth/two-factor/enable', { password: PASSWORD });
  assert.equal(enabled.status, 200, enabled.text);
  const { totpURI, backupCodes } = enabled.body;
  const secret = new URL(totpURI).searchParams.get('secret') ?? '';
  assert.equal((await admin.call('POST', '/api/auth/two-factor/verify-totp', { code: codeOf(secret) })).status, 200);
  assert.equal((await admin.call('GET', '/api/v1/me')).body.secondFactor, true);

  const byCode = await withPassword(installation);
  assert.equal((await byCode.call('GET', '/api/v1/me')).status, 401);
  assert.equal((await byCode.call('POST', '/api/auth/two-factor/verify-totp', { code: '000000' })).status, 401);
  assert.equal((await byCode.call('POST', '/api/auth/two-factor/verify-totp', { code: codeOf(secret) })).status, 200);
  assert.equal((await byCode.call('GET', '/api/v1/me')).status, 200);

  const [backup] = backupCodes as string[];
  const byBackup = await withPassword(installation);
  assert.equal((await byBackup.call('POST', '/api/auth/two-factor/verify-backup-code', { code: backup })).status, 200);
  assert.equal((await byBackup.call('GET', '/api/v1/me')).status, 200);
  const again = await withPassword(installation);
  assert.equal((await again.call('POST', '/api/auth/two-factor/verify-backup-code', { code: backup })).status, 401);
});

test('a password is stored hashed, a session ends on every device when it is changed, and what we do not offer is not there', async () => {
  const { installation, db } = await testRig();
  const admin = await firstAdmin(installation);
  const elsewhere = await withPassword(installation);
  const change = { currentPassword: PASSWORD, newPassword: `${PASSWORD} 2`, revokeOtherSessions: true };
  assert.equal((await admin.call('POST', '/api/auth/change-password', change)).status, 200);
  assert.equal((await elsewhere.call('GET', '/api/v1/me')).status, 401);
  assert.equal((await admin.call('GET', '/api/v1/me')).status, 200);
  const [stored] = await db.rows<{ password: string }>('select password from credential');
  assert.doesNotMatch(stored?.password ?? '', /horse/);
  const stranger = testBrowser(installation);
  const account = { email: 'eve@example.com', password: PASSWORD, name: 'Eve' };
  assert.equal((await stranger.call('POST', '/api/auth/sign-up/email', account)).status, 404);
});

test('somebody who has lost password and second factor comes in by a password that the operator gave', async () => {
  const { installation, db } = await testRig();
  const admin = await firstAdmin(installation);
  const { body } = await admin.call('POST', '/api/auth/two-factor/enable', { password: PASSWORD });
  const secret = new URL(body.totpURI).searchParams.get('secret') ?? '';
  await admin.call('POST', '/api/auth/two-factor/verify-totp', { code: codeOf(secret) });
  const password = await givePassword(db, systemRandom, 'Ann@example.com');
  assert.equal((await admin.call('GET', '/api/v1/me')).status, 401);
  const browser = testBrowser(installation);
  const old = { email: 'ann@example.com', password: PASSWORD };
  assert.equal((await browser.call('POST', '/api/auth/sign-in/email', old)).status, 401);
  await browser.call('POST', '/api/auth/sign-in/email', { ...old, password });
  assert.equal((await browser.call('GET', '/api/v1/me')).status, 200);
  assert.equal(await givePassword(db, systemRandom, 'nobody@example.com'), null);
});

test('somebody signs in with a passkey that they made; a device that was never made known does not get in', async () => {
  const { installation } = await testRig();
  const admin = await firstAdmin(installation);
  const device = testAuthenticator({ name: 'localhost', origin: ORIGIN });
  const asked = await admin.call('GET', '/api/auth/passkey/generate-register-options');
  assert.equal(asked.body.rp.id, 'localhost');
  const named = { response: device.register(asked.body), name: 'a phone' };
  const made = await admin.call('POST', '/api/auth/passkey/verify-registration', named);
  assert.equal(made.status, 200, made.text);

  const enter = async (authenticator: TestAuthenticator) => {
    const browser = testBrowser(installation);
    const options = await browser.call('GET', '/api/auth/passkey/generate-authenticate-options');
    const response = authenticator.sign(options.body);
    const entered = await browser.call('POST', '/api/auth/passkey/verify-authentication', { response });
    assert.ok(entered.status < 500, entered.text);
    return (await browser.call('GET', '/api/v1/me')).status;
  };
  assert.equal(await enter(device), 200);
  assert.equal(await enter(testAuthenticator({ name: 'localhost', origin: ORIGIN })), 401);
  assert.equal(
    await enter({ ...device, sign: () => ({ id: 'x', rawId: 'x', type: 'public-key', response: {} }) }),
    401,
  );
});

test('single sign-on lets in who is invited, known or of a named domain, and nobody else', async () => {
  const { installation } = await testRig({ signOn: signOn(['example.org']) });
  const admin = await firstAdmin(installation);
  assert.deepEqual((await admin.call('GET', '/api/v1/sign-on')).body.provider, { id: 'sso', label: 'Example' });
  await admin.call('POST', '/api/v1/invitations', { email: 'bo@example.com', role: 'manage-apps' });

  const role = async (email: string, verified = true) => {
    const browser = await throughProvider(installation, email, verified);
    const me = await browser.call('GET', '/api/v1/me');
    return me.status === 200 ? me.body.role : me.status;
  };
  assert.equal(await role('bo@example.com'), 'manage-apps');
  assert.equal(await role('cy@example.org'), 'view-health');
  assert.equal(await role('cy@example.org'), 'view-health');
  assert.equal(await role('eve@evil.example'), 401);
  // Whoever made an account under an address may not be whom the provider means by it: its owner links the two.
  assert.equal(await role('ann@example.com'), 401);
  await throughProvider(installation, 'ann@example.com', false, admin);
  assert.equal(await role('ann@example.com'), 401);
  await throughProvider(installation, 'ann@example.com', true, admin);
  assert.equal(await role('ann@example.com'), 'super-admin');
});

function signOn(domains: string[]) {
  const issuer = provider.issuer.url ?? '';
  return {
    label: 'Example',
    issuer,
    clientId: 'syncline',
    clientSecret: 'a secret',
    domains,
    role: 'view-health' as const,
  };
}

/** The whole round trip: our page, the provider, back with its code. */
async function throughProvider(
  installation: Parameters<typeof testBrowser>[0],
  email: string,
  verified: boolean,
  signedIn?: TestBrowser,
): Promise<TestBrowser> {
  const browser = signedIn ?? testBrowser(installation);
  const path = signedIn ? '/api/auth/link-social' : '/api/auth/sign-in/social';
  const begun = await browser.call('POST', path, { provider: 'sso', callbackURL: '/' });
  assert.equal(begun.status, 200, begun.text);
  const nonce = new URL(begun.body.url).searchParams.get('nonce');
  provider.service.removeAllListeners('beforeTokenSigning');
  provider.service.on('beforeTokenSigning', (token) => {
    Object.assign(token.payload, {
      sub: email,
      email,
      name: 'Somebody',
      email_verified: verified,
      nonce,
      aud: 'syncline',
    });
  });
  const sent = await fetch(begun.body.url, { redirect: 'manual' });
  const back = new URL(sent.headers.get('location') ?? '');
  assert.equal(back.origin, ORIGIN);
  await browser.call('GET', back.pathname + back.search);
  return browser;
}

async function withPassword(installation: Parameters<typeof testBrowser>[0]): Promise<TestBrowser> {
  const browser = testBrowser(installation);
  const answer = await browser.call('POST', '/api/auth/sign-in/email', {
    email: 'ann@example.com',
    password: PASSWORD,
  });
  assert.equal(answer.status, 200, answer.text);
  return browser;
}

/** The six digits of this half minute (RFC 6238). */
function codeOf(secret: string): string {
  const bits = [...secret.replace(/=+$/, '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac.at(-1) as number) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
