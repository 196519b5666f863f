import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { hmacSha256 } from '../lib/crypto.ts';
import { smtpMail } from '../lib/mail.ts';
import { simClock } from '../simulator/sim-clock.ts';
import { tendAlerts } from './alerts.ts';
import { testRig } from './testing.ts';

const stops: (() => void)[] = [];
after(() => {
  for (const stop of stops) stop();
});

test('who is named is told by mail and webhook, once when it stands and once when it is over', async () => {
  const rig = await testRig();
  const app = await rig.simulator('hubspot', { records: 2 });
  const { syncs } = await rig.apply({
    accounts: { one: app.account, two: app.account },
    syncs: {
      contacts: {
        a: { account: 'one', object: 'contacts' },
        b: { account: 'two', object: 'companies' },
        match: 'none',
        mappings: 'none',
        require: [],
      },
    },
  });
  const mails: string[] = [];
  const smtp = await mailServer(mails);
  const calls: { body: string; headers: Record<string, unknown> }[] = [];
  const webhook = await listener(calls);
  const admin = rig.as('super-admin');
  const put = await admin.put('/alerts/setting', { emails: ['ann@example.com'], webhook });
  assert.equal(put.status, 200);
  assert.equal((await rig.as('manage-apps').get('/alerts/setting')).status, 403);
  const clock = simClock(rig.installation.clock);
  const installation = { ...rig.installation, clock, mail: smtpMail(smtp, 'syncline@example.com') };

  await rig.db.rows(`update account set lost_at = 1 where key = 'one'`);
  const minutes = async (count: number) => {
    for (let n = 0; n < count; n++) {
      clock.advance(60_000);
      await tendAlerts(installation);
    }
  };
  await minutes(8);
  assert.equal(mails.length, 1, 'told once');
  assert.match(mails[0] ?? '', /To: ann@example.com/);
  assert.match(mails[0] ?? '', /Subject: Syncline default: account one must be connected again/);
  assert.equal((await admin.get('/alerts')).body.items[0].subject, 'account one');
  await rig.db.rows('update account set lost_at = null');
  await minutes(12);
  assert.equal(mails.length, 2);
  assert.match(mails[1] ?? '', /account one: recovered/);
  assert.deepEqual((await admin.get('/alerts')).body.items, []);

  assert.equal(calls.length, 2);
  const [call] = calls;
  const { 'syncline-time': time, 'syncline-signature': signature } = call?.headers ?? {};
  assert.equal(signature, hmacSha256(put.body.secret, `${time}.${call?.body}`, 'hex'));
  assert.equal(JSON.parse(call?.body ?? '').stands[0].kind, 'reconnect-needed');
  assert.ok(Object.keys(syncs).length > 0);
});

async function mailServer(mails: string[]): Promise<string> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  stops.push(() => server.close());
  return `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

async function listener(calls: { body: string; headers: Record<string, unknown> }[]): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      calls.push({ body, headers: request.headers });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`;
}
