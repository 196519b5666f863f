import { type Http, HttpFailure, httpReply, systemHttp } from '../../src/lib/http.ts';

/** The real network with trouble on demand, for the next call. */
export function faultyHttp() {
  let next: 'break' | 'lose' | null = null;
  const http: Http = {
    async request(request) {
      const fault = next;
      next = null;
      if (fault === 'break') return httpReply(503, 'down');
      const reply = await systemHttp.request(request);
      if (fault === 'lose') throw new HttpFailure('unknown', 'UND_ERR_SOCKET', 'the answer was lost');
      return reply;
    },
  };
  return {
    http,
    async breakBefore() {
      next = 'break';
    },
    async loseAnswer() {
      next = 'lose';
    },
  };
}
