import type { AppRecord, ObjectType, Page } from '../../src/connector/contract.ts';
import { type OpenSession, openSession } from '../../src/connector/open-session.ts';
import { connector } from '../../src/connectors/carddav/connector.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type Http, type HttpReply, type HttpRequest, systemHttp } from '../../src/lib/http.ts';
import { silentLog } from '../../src/lib/log.ts';
import { systemRandom } from '../../src/lib/random.ts';
import type { DavServer } from './radicale.ts';

/** The connector on a server's address book, and the requests that it sent. */
export interface CardAccount {
  session: OpenSession;
  contacts: ObjectType;
  /** `METHOD path` of each request since `forget` was called. */
  requests: string[];
  forget(): void;
}

/** What stands between the connector and the server: answers itself, or passes the request on, changed or not. */
export type Between = (request: HttpRequest, pass: (request: HttpRequest) => Promise<HttpReply>) => Promise<HttpReply>;

/** The names of all fields of a contact. */
const allFields = fieldNames();

/** An account on a server, by default straight at its address book. */
export function openAccount(server: DavServer, settings: Record<string, string> = {}, between?: Between): CardAccount {
  const requests: string[] = [];
  const http: Http = {
    request(request) {
      requests.push(`${request.method} ${new URL(request.url).pathname}`);
      return between ? between(request, systemHttp.request) : systemHttp.request(request);
    },
  };
  const session = openSession(connector, {
    account: 'test',
    settings: { url: server.book, ...settings },
    secrets: { username: server.username, password: server.password },
    http,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  return { session, contacts: contacts(), requests, forget: () => requests.splice(0) };
}

/** All pages of a pass, as one. */
export async function readAll(
  account: CardAccount,
  since?: string,
  fields = allFields,
): Promise<Page & { until?: string }> {
  const all: Page = { records: [], gone: [] };
  let resume: string | undefined;
  do {
    const page = await account.contacts.reads.page(account.session, { since, resume, fields });
    all.records.push(...page.records);
    all.gone?.push(...(page.gone ?? []));
    if (page.expired) return { ...all, expired: true };
    resume = page.resume;
    all.until = page.until;
  } while (resume !== undefined);
  return all;
}

/** One record by its id. */
export async function readOne(account: CardAccount, id: string): Promise<AppRecord> {
  const { records } = await account.contacts.reads.byIds(account.session, [id], allFields);
  return must(records[0], `the record ${id}`);
}

function contacts(): ObjectType {
  if (typeof connector.objects === 'function') throw new Error('the objects of CardDAV are the same for all servers');
  return must(connector.objects[0]);
}

function fieldNames(): string[] {
  const { fields } = contacts();
  if (typeof fields === 'function') throw new Error('the fields of a contact are the same for all servers');
  return fields.map((field) => field.name);
}
