import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { traced } from './trace.ts';
import { exportTraces } from './trace-export.ts';

test('spans reach the collector with their parents, their attributes and what failed', async () => {
  const bodies: string[] = [];
  const collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const traces = exportTraces(`http://127.0.0.1:${(collector.address() as AddressInfo).port}/`, 'syncline');
  const failing = traced('run a sync', { sync: 'contacts' }, async (note) => {
    note({ written: 3 });
    await traced('call', { host: 'api.example.com' }, async () => {
      throw new RangeError('secret text');
    });
  });
  await assert.rejects(failing, RangeError);
  await traces.stop();
  collector.closeAllConnections();
  collector.close();
  const [{ spans }] = JSON.parse(bodies.join('')).resourceSpans[0].scopeSpans;
  const [call, run] = spans as { name: string; parentSpanId?: string; spanId: string; status: { code: number } }[];
  assert.deepEqual([call?.name, run?.name], ['call', 'run a sync']);
  assert.equal(call?.parentSpanId, run?.spanId);
  assert.equal(call?.status.code, 2);
  assert.match(bodies.join(''), /"written"/);
  assert.doesNotMatch(bodies.join(''), /secret text/);
});
