import { type Http, HttpFailure, type HttpReply, type HttpRequest, httpReply } from '../lib/http.ts';
import { silentLog } from '../lib/log.ts';
import { seededRandom } from '../lib/random.ts';
import { virtualClock } from '../lib/virtual-clock.ts';
import type { Connector } from './contract.ts';
import { type OpenSession, openSession, type SessionParts } from './open-session.ts';

/** What an app of these tests answers to its n-th call (from 1), or what becomes of the call. */
export type Answer = (request: HttpRequest, n: number) => HttpReply | HttpFailure;

/** An app that answers as it is told, and a session on it. Time passes in sleeps alone. */
export function sessionOn(
  answer: Answer,
  changed: { connector?: Partial<Connector>; parts?: Partial<SessionParts> } = {},
): { session: OpenSession; sent: HttpRequest[]; clock: SessionParts['clock'] } {
  const clock = changed.parts?.clock ?? virtualClock();
  const sent: HttpRequest[] = [];
  const http: Http = {
    async request(request) {
      sent.push(request);
      const outcome = answer(request, sent.length);
      if (outcome instanceof HttpFailure) throw outcome;
      return outcome;
    },
  };
  const session = openSession(
    { ...toyConnector, ...changed.connector },
    {
      account: 'shop',
      settings: { baseUrl: 'https://toy.example.com/api' },
      secrets: { key: 'k-1234567890' },
      http,
      clock,
      random: seededRandom(7),
      log: silentLog,
      ...changed.parts,
    },
  );
  return { session, sent, clock };
}

/** 200 with this JSON. */
export function ok(content: unknown = {}, headers: Record<string, string> = {}): HttpReply {
  return httpReply(200, content, headers);
}

const toyConnector: Connector = {
  app: { name: 'toy', label: 'Toy', about: 'For tests.', category: 'crm', notices: 'Not at all.' },
  auth: {
    kind: 'key',
    secrets: [{ name: 'key', label: 'Key' }],
    apply: (request, secrets) => ({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${secrets.key}` },
    }),
  },
  settings: [{ name: 'baseUrl', label: 'Address' }],
  limits: [],
  objects: [],
  whoami: async () => ({ id: '1', label: 'Toy' }),
};
