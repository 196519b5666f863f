import { type AppRecord, Failure, type Gone, type Page } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { explain, isExpiredToken } from './errors.ts';
import { type Person, personFields } from './person.ts';
import { valuesOf } from './values.ts';

/** People on a page of the listing. */
export const mostListed = 1000;

/** People in a direct read. */
export const mostRead = 200;

/** Only contacts: what other people say of themselves in their profiles is not theirs to sync. */
const sources = 'READ_SOURCE_TYPE_CONTACT';

/** Days for which Google takes a sync token, less one to be sure. */
export const tokenDays = 6;

/** A page of all contacts, or of those that changed since a sync token. Every parameter is the same each time, as Google demands. */
export async function readPage(s: Session, ask: { since?: string; resume?: string; fields: string[] }): Promise<Page> {
  const query = {
    personFields,
    sources,
    pageSize: mostListed,
    requestSyncToken: 'true',
    syncToken: ask.since,
    pageToken: ask.resume,
  };
  const reply = await s.request({ method: 'GET', url: '/v1/people/me/connections', query, accept: [400] });
  if (isExpiredToken(reply)) return { records: [], expired: true };
  if (reply.status >= 400)
    throw new Failure('invalid', `Google refused to list contacts: ${explain(reply) ?? reply.status}`);
  const {
    connections = [],
    nextPageToken,
    nextSyncToken,
  } = reply.json<{
    connections?: Person[];
    nextPageToken?: string;
    nextSyncToken?: string;
  }>();
  const gone = [
    ...connections.filter(isDeleted).map((person): Gone => ({ id: idOf(person), how: 'missing' })),
    ...connections.filter((person) => !isDeleted(person)).flatMap(renamed),
  ];
  const records = connections.filter((person) => !isDeleted(person)).map((person) => recordOf(s, person, ask.fields));
  return {
    records,
    ...(gone.length > 0 ? { gone } : {}),
    ...(nextPageToken ? { resume: nextPageToken } : { until: nextSyncToken ?? '' }),
  };
}

/** Contacts by their resource names, which is the only fresh read. */
export async function readByIds(s: Session, ids: string[], fields: string[]): Promise<Page> {
  const found = await askedFor(s, ids);
  const gone = ids.flatMap((id): Gone[] => {
    const person = found.get(id);
    if (!person) return [{ id, how: 'missing' }];
    return idOf(person) === id ? [] : [{ id, how: 'missing', survivorId: idOf(person) }];
  });
  const people = [...found].filter(([id, person]) => idOf(person) === id);
  return { records: people.map(([, person]) => recordOf(s, person, fields)), gone };
}

/** Live people by their resource names; one that goes by another name now is left out. */
export async function peopleByIds(s: Session, ids: string[]): Promise<Map<string, Person>> {
  const found = await askedFor(s, ids);
  return new Map([...found].filter(([id, person]) => idOf(person) === id));
}

/** Live people by the resource names that were asked for, whatever they are called now. */
async function askedFor(s: Session, ids: string[]): Promise<Map<string, Person>> {
  if (ids.length === 0) return new Map();
  const names = ids.map((id) => `resourceNames=${encodeURIComponent(id)}`).join('&');
  const query = { personFields, sources };
  const reply = await s.request({ method: 'GET', url: `/v1/people:batchGet?${names}`, query });
  const { responses = [] } = reply.json<{ responses?: { requestedResourceName?: string; person?: Person }[] }>();
  const found = responses.flatMap(({ requestedResourceName, person }): [string, Person][] =>
    person && !isDeleted(person) ? [[requestedResourceName ?? idOf(person), person]] : [],
  );
  return new Map(found);
}

/** A person as a record; the version is the contact's etag. */
function recordOf(s: Session, person: Person, fields: string[]): AppRecord {
  const all = valuesOf(s, person);
  const values = Object.fromEntries(fields.filter((name) => name in all).map((name) => [name, all[name] ?? null]));
  const version = etagOf(person);
  return { id: idOf(person), values, ...(version ? { version } : {}) };
}

/** The etag of the part of the person that is the contact. */
export function etagOf(person: Person): string | undefined {
  return person.metadata?.sources?.find((source) => source.type === 'CONTACT')?.etag ?? person.etag;
}

function idOf(person: Person): string {
  return person.resourceName ?? '';
}

/** A contact's name may change (when it is joined with a profile, or with another contact); sync reads tell the former ones. */
function renamed(person: Person): Gone[] {
  const former = person.metadata?.previousResourceNames ?? [];
  const survivorId = idOf(person);
  return former.filter((id) => id !== survivorId).map((id): Gone => ({ id, how: 'missing', survivorId }));
}

function isDeleted(person: Person): boolean {
  return person.metadata?.deleted === true;
}
