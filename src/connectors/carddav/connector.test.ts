import { after, before, describe } from 'node:test';
import { cardPerson } from '../../../test/partners/carddav-person.ts';
import { type DavServer, furtherBook, missingServers, startRadicale } from '../../../test/partners/radicale.ts';
import { conformance, type Rig } from '../../connector/conformance.ts';
import { systemClock } from '../../lib/clock.ts';
import { type Http, HttpFailure, httpReply, systemHttp } from '../../lib/http.ts';
import { connector } from './connector.ts';

describe('carddav', { skip: missingServers() }, () => {
  let server: DavServer;
  let books = 0;
  before(async () => {
    server = await startRadicale();
  });
  after(() => server.stop());
  conformance('carddav on Radicale', async () => rigOn(await furtherBook(server, `book-${++books}`)));
});

/** An account on an address book of its own. */
function rigOn(server: DavServer): Rig {
  const faults = faultyHttp();
  return {
    connector,
    settings: { url: server.book },
    secrets: { username: server.username, password: server.password },
    http: faults.http,
    clock: systemClock,
    time: 'real',
    object: 'contacts',
    record: (n) => ({
      full_name: `Ann Lee ${n}`,
      first_name: 'Ann',
      last_name: `Lee ${n}`,
      email: `ann.${n}@example.com`,
      note: `note ${n}`,
    }),
    fields: { text: 'note', date: 'birthday' },
    bad: { values: { birthday: '2026-02-30' }, category: 'invalid-value' },
    // A vCard knows one kind of line break.
    stored: (text) => text.replaceAll('\r\n', '\n'),
    person: cardPerson(server),
    settle: async () => {},
    faults,
    errors: [
      { name: 'wrong password', status: 401, body: '', kind: 'unauthorized' },
      { name: 'not this user’s book', status: 403, body: '', kind: 'forbidden' },
      { name: 'no such card', status: 404, body: '', kind: 'missing' },
      { name: 'a condition that failed', status: 412, body: '', kind: 'stale' },
      { name: 'no room left', status: 507, body: '', kind: 'forbidden' },
      { name: 'down for maintenance', status: 503, body: '', kind: 'unavailable' },
    ],
    cannot: {
      merge: 'address books do not merge cards',
      tie: 'versions are etags, which have no order and no time',
      throttle: 'CardDAV knows no limits of its own',
      webhooks: 'CardDAV has none',
      'old notices': 'CardDAV has no notices',
      associations: 'cards refer to nothing',
    },
    stop: server.stop,
  };
}

/** The network with trouble on demand, for the next call. */
function faultyHttp() {
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
