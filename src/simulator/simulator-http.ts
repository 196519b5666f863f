import type { Clock } from '../lib/clock.ts';
import { defaultTimeoutMilliseconds, type Http, HttpFailure, type HttpRequest } from '../lib/http.ts';
import type { SimReply } from './sim-reply.ts';
import { simRequest } from './sim-request.ts';
import type { Simulator } from './simulator.ts';

/**
 * The network as a caller in the same process sees it, with nothing but this simulator at its end. Slow answers take
 * the caller's own time; dropped and cut ones fail as a socket's would.
 */
export function simulatorHttp(simulator: Simulator, clock: Clock): Http {
  let open = 0;
  return {
    request: async (request) => {
      open += 1;
      try {
        const reply = simulator.handle(requestFrom(request, open));
        await held(reply, request, clock);
        if (reply.broken) throw new HttpFailure('unknown', 'ECONNRESET', `${simulator.app} broke off`);
        return { status: reply.status, headers: reply.headers, body: Buffer.from(reply.body) };
      } finally {
        open -= 1;
      }
    },
  };
}

function requestFrom({ method, url, headers, body }: HttpRequest, open: number): ReturnType<typeof simRequest> {
  const text = typeof body === 'string' || body === undefined ? body : Buffer.from(body).toString('utf8');
  return simRequest(method, url, { headers, body: text, open });
}

async function held(reply: SimReply, request: HttpRequest, clock: Clock): Promise<void> {
  const most = request.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
  const delay = reply.delayMilliseconds ?? 0;
  if (delay > 0) await clock.sleep(Math.min(delay, most), request.signal);
  if (delay > most) throw new HttpFailure('unknown', 'timeout', `no answer within ${most / 1000} s`);
}
