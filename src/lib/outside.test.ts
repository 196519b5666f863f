import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { HttpFailure, systemHttp, textOf } from './http.ts';
import { isInner, outsideAddress } from './outside.ts';
import { makeOutsideHttp, outsideNetwork } from './outside-http.ts';

test('addresses that lead into a machine or a network are told from those of others', () => {
  const inside =
    '127.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255';
  for (const address of inside.split(' ')) assert.equal(isInner(address), true, address);
  const inside6 =
    '::1 :: fe80::1 fd00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:a00:1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: not-an-address';
  for (const address of inside6.split(' ')) assert.equal(isInner(address), true, address);
  for (const address of ['1.1.1.1', '172.32.0.1', '8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8'])
    assert.equal(isInner(address), false, address);
});

test('a name that leads to an internal address is refused, also where it leads to others too', async () => {
  const to =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: 4 }));
  assert.equal((await outsideAddress('app.example', to('8.8.8.8'))).address, '8.8.8.8');
  for (const resolve of [to('127.0.0.1'), to('8.8.8.8', '10.0.0.1'), to()])
    await assert.rejects(outsideAddress('app.example', resolve), HttpFailure);
});

test('what is called is what was checked: by figures, by name, and with a name that changes its mind', async (t) => {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(request.url ?? '');
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync('inside'));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f000001', '2130706433', '127.1', '[::ffff:127.0.0.1]'])
    await refused(outsideNetwork.http.request({ method: 'GET', url: `http://${host}:${port}/` }));
  // The first look-up is checked and used; nobody looks up a second time.
  let looks = 0;
  const fickle = makeOutsideHttp(async () => {
    looks += 1;
    return [{ address: looks === 1 ? '127.0.0.1' : '8.8.8.8', family: 4 }];
  });
  await refused(fickle.request({ method: 'GET', url: `http://fickle.example:${port}/` }));
  assert.equal(looks, 1);
  await refused(outsideNetwork.address?.('localhost') ?? Promise.resolve());
  assert.deepEqual(calls, []);
  assert.equal(textOf(await systemHttp.request({ method: 'GET', url: `http://127.0.0.1:${port}/` })), 'inside');
});

async function refused(call: Promise<unknown>): Promise<void> {
  await assert.rejects(
    call,
    (error) => error instanceof HttpFailure && error.code === 'internal-address' && error.sent === 'no',
  );
}
