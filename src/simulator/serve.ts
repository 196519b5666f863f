import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../lib/error.ts';
import type { Http } from '../lib/http.ts';
import { startRounds } from './courier-rounds.ts';
import type { SimReply } from './sim-reply.ts';
import { simRequest } from './sim-request.ts';
import type { ServedSimulator, Simulator } from './simulator.ts';

/** The largest request a simulator reads. */
const maxRequestBytes = 32 * 1024 * 1024;

/** What serving needs besides the simulator. */
export interface ServeOptions {
  /** 0 takes a free one. */
  port: number;
  /** Carries webhooks; without it they stay with the courier. */
  http?: Http;
}

/** Puts a simulator on loopback. */
export async function serve(simulator: Simulator, options: ServeOptions): Promise<ServedSimulator> {
  const stopping = new AbortController();
  const server = createServer();
  let open = 0;
  server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    answer(simulator, incoming, response, () => open, stopping.signal).catch((error) => {
      // A bug of the simulator: the caller sees a broken server, and what is wrong with it.
      if (!response.headersSent) response.writeHead(500);
      response.end(stopping.signal.aborted ? '' : messageOf(error));
    });
  });
  await listening(server, options.port);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { courier, clock } = simulator;
  const rounds =
    courier && options.http ? startRounds(courier, options.http, clock, stopping.signal) : Promise.resolve();
  return {
    ...simulator,
    url,
    account: simulator.accountAt(url),
    stop: async () => {
      stopping.abort();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rounds;
    },
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  simulator: Simulator,
  incoming: IncomingMessage,
  response: ServerResponse,
  open: () => number,
  stopping: AbortSignal,
): Promise<void> {
  const body = await bodyOf(incoming);
  if (body === undefined) {
    response.writeHead(413).end();
    return;
  }
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const request = simRequest(incoming.method ?? 'GET', incoming.url ?? '/', { headers, body, open: open() });
  const reply = simulator.handle(request);
  if (reply.delayMilliseconds) await simulator.clock.sleep(reply.delayMilliseconds, stopping);
  write(reply, response);
}

async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming) {
    length += (part as Buffer).length;
    if (length > maxRequestBytes) return undefined;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function write(reply: SimReply, response: ServerResponse): void {
  if (reply.broken === 'dropped') {
    response.socket?.destroy();
    return;
  }
  const body = Buffer.from(reply.body);
  const length: Record<string, number> = reply.status === 204 ? {} : { 'content-length': body.length };
  response.writeHead(reply.status, { ...reply.headers, ...length });
  if (reply.broken === 'cut') response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
  else response.end(body);
}
