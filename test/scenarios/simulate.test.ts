import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { parse } from 'yaml';
import { type SimulateSwitches, simulateCommand } from '../../src/cli/simulate.ts';
import { simulators } from '../../src/connectors/registry.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemHttp } from '../../src/lib/http.ts';
import { runSimulator } from '../../src/simulator/run.ts';

const usual: SimulateSwitches = {
  ...{ port: '0', records: '20', seed: '1', sameStamp: '0', emails: 'lower' },
  ...{ limits: 'on', searchLag: '0', latency: '0' },
};

interface Account {
  settings: { baseUrl: string; tenantId?: string };
  secrets: { token: string };
}

/** Runs `simulate` until `use` is through with the account that it printed. */
async function simulate(
  app: string,
  switches: Partial<SimulateSwitches>,
  use: (account: Account) => Promise<void> = async () => {},
) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const stopped = async () => use(parse(String(out.read())));
  const parts = { simulators, run: runSimulator, clock: systemClock, http: systemHttp, out, err, stopped };
  const code = await simulateCommand(app, { ...usual, ...switches }, parts);
  return { code, said: String(err.read() ?? '') };
}

const wrong: [string, Partial<SimulateSwitches>, RegExp][] = [
  ['hubspott', {}, /no simulator of hubspott; there are .*hubspot/],
  ['hubspot', { port: '70000' }, /--port takes a whole number up to 65535/],
  ['hubspot', { records: '-1' }, /--records takes a whole number/],
  ['hubspot', { records: '1e3' }, /--records takes a whole number/],
  ['hubspot', { emails: 'big' }, /--emails is lower or mixed/],
  ['hubspot', { limits: 'maybe' }, /--limits is on or off/],
  ['hubspot', { webhooks: 'nowhere' }, /--webhooks takes an address that begins with http/],
  ['salesforce', { webhooks: 'http://127.0.0.1:1/' }, /salesforce has no webhooks/],
];
for (const [app, switches, says] of wrong) {
  test(`simulate ${app} ${JSON.stringify(switches)} is refused`, async () => {
    const { code, said } = await simulate(app, switches);
    assert.equal(code, 2);
    assert.match(said, says);
  });
}

test('a port that is in use is said', async () => {
  await simulate('hubspot', {}, async ({ settings }) => {
    const port = new URL(settings.baseUrl).port;
    const { code, said } = await simulate('hubspot', { port });
    assert.deepEqual([code, said], [2, `port ${port} is in use: name another\n`]);
  });
});

test('webhooks leave for the address that is given, signed', async () => {
  const heard = Promise.withResolvers<{ signature: unknown; body: string }>();
  const receiver = createServer(async (request, response) => {
    const parts = await request.toArray();
    response.end();
    heard.resolve({ signature: request.headers['x-hubspot-signature-v3'], body: Buffer.concat(parts).toString() });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhooks = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/notices`;
  try {
    await simulate('hubspot', { webhooks }, async ({ settings, secrets }) => {
      const reply = await fetch(`${settings.baseUrl}/crm/v3/objects/contacts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secrets.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ properties: { email: 'ann@example.com' } }),
      });
      const { id } = (await reply.json()) as { id: string };
      const { signature, body } = await heard.promise;
      assert.ok(signature);
      assert.ok(JSON.parse(body).some((event: { objectId: number }) => String(event.objectId) === id));
    });
  } finally {
    receiver.close();
  }
});

test('records share a stamp, and addresses are written as people do', async () => {
  await simulate('hubspot', { sameStamp: '7', emails: 'mixed', limits: 'off' }, async ({ settings, secrets }) => {
    const reply = await fetch(`${settings.baseUrl}/crm/v3/objects/contacts?limit=100&properties=email`, {
      headers: { authorization: `Bearer ${secrets.token}` },
    });
    const { results } = (await reply.json()) as { results: { updatedAt: string; properties: { email?: string } }[] };
    const stamps = Map.groupBy(results, (each) => each.updatedAt);
    assert.ok([...stamps.values()].some((same) => same.length === 7));
    assert.ok(results.some(({ properties }) => /[A-Z]/.test(properties.email ?? '')));
  });
});

const stamped: [string, string, RegExp, (account: Account) => Record<string, string>][] = [
  [
    'salesforce',
    '/services/data/v62.0/query?q=SELECT+SystemModstamp+FROM+Contact',
    /"SystemModstamp":"([^"]+)"/g,
    bearer,
  ],
  [
    'pipedrive',
    '/api/v2/persons?limit=100',
    /"update_time":"([^"]+)"/g,
    (account) => ({ 'x-api-token': account.secrets.token }),
  ],
  ['xero', '/api.xro/2.0/Contacts', /"UpdatedDateUTC":"([^"]+)"/g, tenant],
];
for (const [app, path, pattern, headers] of stamped) {
  test(`records of ${app} share a stamp too`, async () => {
    await simulate(app, { sameStamp: '7', limits: 'off' }, async (account) => {
      const reply = await fetch(`${account.settings.baseUrl}${path}`, { headers: headers(account) });
      const stamps = Map.groupBy([...(await reply.text()).matchAll(pattern)], ([, stamp]) => stamp);
      assert.ok(
        [...stamps.values()].some((same) => same.length === 7),
        String([...stamps.keys()]),
      );
    });
  });
}

function bearer({ secrets }: Account): Record<string, string> {
  return { authorization: `Bearer ${secrets.token}`, accept: 'application/json' };
}

function tenant(account: Account): Record<string, string> {
  return { ...bearer(account), 'xero-tenant-id': account.settings.tenantId ?? '' };
}
