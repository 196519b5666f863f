import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { parse } from 'yaml';
import { systemClock } from '../lib/clock.ts';
import { hmacSha256 } from '../lib/crypto.ts';
import { systemHttp, textOf } from '../lib/http.ts';
import { runSimulator } from './run.ts';
import { serve } from './serve.ts';
import { makeToyApp } from './toy-app.ts';

test('a served app answers on loopback, and its account as YAML leads there', async () => {
  const start = ({
    port,
    http,
    ...options
  }: Parameters<typeof makeToyApp>[0] & { port: number; http?: typeof systemHttp }) =>
    serve(makeToyApp(options), { port, http });
  const { simulator, yaml } = await runSimulator(start, {
    port: 0,
    clock: systemClock,
    http: systemHttp,
    records: 0,
    seed: 1,
  });
  const account = parse(yaml);
  assert.equal(account.app, 'toy');
  assert.match(account.settings.baseUrl, /^http:\/\/127\.0\.0\.1:\d+$/);
  const url = `${account.settings.baseUrl}/things`;
  const made = await systemHttp.request({
    method: 'POST',
    url,
    headers: { key: account.secrets.key },
    body: '{"name":"Ü"}',
  });
  assert.equal(JSON.parse(textOf(made)).name, 'Ü');
  await simulator.stop();
  await assert.rejects(systemHttp.request({ method: 'GET', url }));
});

test('webhooks go out by themselves, signed, and again when the receiver fails', async () => {
  const got: { body: string; valid: boolean }[] = [];
  let whole = () => {};
  const complete = new Promise<void>((resolve) => {
    whole = resolve;
  });
  const receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      const { 'x-signature': signature, 'x-time': time } = request.headers;
      got.push({ body, valid: signature === hmacSha256('secret', `${time}.${body}`) });
      response.writeHead(got.length === 1 ? 503 : 200).end();
      if (got.length === 3) whole();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const app = await serve(makeToyApp({ clock: systemClock, webhookUrl }), { port: 0, http: systemHttp });
  app.admin.edit('things', { create: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] });
  while (got.length < 2 || app.admin.state().webhooksWaiting === 0)
    await new Promise((resolve) => setImmediate(resolve));
  app.admin.advance(1000);
  await complete;
  assert.ok(got.every(({ valid }) => valid));
  const events = got.map(({ body }) =>
    JSON.parse(body)
      .map(({ id }: { id: string }) => id)
      .join(),
  );
  assert.equal(events.length, 3);
  assert.equal(events[2], events[0], 'the refused parcel came again');
  assert.deepEqual(new Set(events), new Set(['1,2', '3']));
  await app.stop();
  receiver.close();
});
