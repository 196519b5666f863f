import { type Http, HttpFailure, httpReply, systemHttp } from '../../src/lib/http.ts';

/** The real network with trouble on demand, for the next call; an answer is lost of the next whose body is one of `writes`. */
export function faultyHttp(writes: RegExp) {
  let next: 'break' | 'lose' | null = null;
  const http: Http = {
    async request(request) {
      const fault = next === 'lose' && !writes.test(String(request.body ?? '')) ? null : next;
      if (fault !== null) next = null;
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
