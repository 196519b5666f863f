import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { HttpFailure, httpReply, maxReplyBytes, type Sent, systemHttp, textOf } from './http.ts';

test('any status is an answer, with lower-case header names and decoded content', async (t) => {
  const url = await serve(t, (incoming, outgoing) => {
    outgoing.writeHead(418, { 'X-Method': incoming.method, 'Content-Encoding': 'gzip' });
    outgoing.end(gzipSync('höll'));
  });
  const reply = await systemHttp.request({ method: 'PROPFIND', url, headers: { depth: '1' }, body: '<a/>' });
  assert.deepEqual([reply.status, reply.headers['x-method'], textOf(reply)], [418, 'PROPFIND', 'höll']);
});

test('a redirect is handed to the caller, not followed', async (t) => {
  const url = await serve(t, (_incoming, outgoing) => outgoing.writeHead(301, { location: '/elsewhere' }).end());
  const reply = await systemHttp.request({ method: 'GET', url });
  assert.deepEqual([reply.status, reply.headers.location], [301, '/elsewhere']);
});

test('calls go over connections kept alive', async (t) => {
  const ports = new Set<number | undefined>();
  const url = await serve(t, (incoming, outgoing) => {
    ports.add(incoming.socket.remotePort);
    outgoing.end('ok');
  });
  for (let call = 0; call < 10; call++) await systemHttp.request({ method: 'POST', url, body: 'x' });
  // The next call may begin a moment before the connection counts as free, which opens a second one.
  assert.ok(ports.size <= 2, `${ports.size} connections`);
});

test('a refused connection, an unknown host and an address that is none were surely not sent', async (t) => {
  const url = await serve(t, () => {}, { closed: true });
  await failsAs('no', 'ECONNREFUSED', url);
  await failsAs('no', /ENOTFOUND|EAI_AGAIN/, 'http://nowhere.invalid/');
  await failsAs('no', /INVALID/, 'not an address');
});

test('a connection that drops before or within the answer leaves the outcome unknown', async (t) => {
  await failsAs('unknown', /./, await serveRaw(t, (socket) => socket.once('data', () => socket.resetAndDestroy())));
  const half = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf';
  await failsAs('unknown', /./, await serveRaw(t, (socket) => socket.once('data', () => socket.end(half))));
});

test('no answer in time leaves the outcome unknown, and the message names the host without path or query', async (t) => {
  const url = await serve(t, () => {});
  const failure = await failsAs('unknown', 'timeout', `${url}contacts?key=s3cr3t`, 50);
  assert.equal(failure.message, `${new URL(url).host} did not answer within 0.05 s`);
});

test("a call given up throws the signal's reason", async (t) => {
  const url = await serve(t, () => {});
  const reason = new Error('stopping');
  await assert.rejects(systemHttp.request({ method: 'GET', url, signal: AbortSignal.abort(reason) }), reason);
});

test('an answer without end is cut off at the limit', async (t) => {
  const part = Buffer.alloc(8 * 1024 * 1024);
  const url = await serve(t, (_incoming, outgoing) => {
    for (let sent = 0; sent <= maxReplyBytes; sent += part.length) outgoing.write(part);
    outgoing.end();
  });
  await failsAs('unknown', 'too-large', url);
});

test('an answer made by hand reads like one from the network', () => {
  assert.deepEqual(httpReply(200, { a: 1 }).headers, { 'content-type': 'application/json' });
  assert.equal(textOf(httpReply(207, { a: 1 })), '{"a":1}');
  assert.equal(textOf(httpReply(200, 'text')), 'text');
});

async function failsAs(sent: Sent, code: string | RegExp, url: string, timeoutMilliseconds = 5_000) {
  const failure = await systemHttp.request({ method: 'POST', url, body: '{}', timeoutMilliseconds }).then(
    () => assert.fail('the call should have failed'),
    (error: unknown) => error,
  );
  assert.ok(failure instanceof HttpFailure);
  assert.equal(failure.sent, sent, failure.message);
  assert.match(failure.code, typeof code === 'string' ? new RegExp(`^${code}$`) : code);
  return failure;
}

async function serve(t: TestContext, listener: RequestListener, { closed = false } = {}): Promise<string> {
  const server = createServer(listener);
  t.after(() => server.closeAllConnections());
  const url = await listen(t, server);
  if (closed) await new Promise((resolve) => server.close(resolve));
  return url;
}

async function serveRaw(t: TestContext, listener: (socket: Socket) => void): Promise<string> {
  return listen(t, createRawServer(listener));
}

async function listen(t: TestContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
