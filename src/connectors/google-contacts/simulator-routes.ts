import type { Ground } from '../../simulator/ground.ts';
import { type Call, type Route, route } from '../../simulator/router.ts';
import { NoSuchRecord, type SimRecord } from '../../simulator/sim-record.ts';
import { jsonReply, type SimReply } from '../../simulator/sim-reply.ts';
import { jsonOf } from '../../simulator/sim-request.ts';
import { googleError, invalid } from './simulator-error.ts';
import { deletedPerson, etagOf, givenValues, shownPerson, writableFields } from './simulator-person.ts';
import type { SyncView } from './simulator-view.ts';

/** Contacts that a call may hold (reference of the batch methods). */
const mostWritten = 200;
const mostDeleted = 500;
const mostListed = 1000;

/** Sync tokens are good for a week. */
const tokenMilliseconds = 7 * 86_400_000;

const app = { kind: 'integration', id: 'app' } as const;

interface World {
  ground: Ground;
  view: SyncView;
}

/** The methods of the People API that touch contacts and their groups. */
export function peopleRoutes(ground: Ground, view: SyncView): Route[] {
  const world = { ground, view };
  const contacts = ground.store.table('contacts');
  const groups = ground.store.table('groups');
  return [
    route('GET', '/v1/people/me', () =>
      jsonReply(200, { resourceName: 'people/me1', emailAddresses: [{ value: 'ann.lee@example.com' }] }),
    ),
    route('GET', '/v1/people/me/connections', (call) => list(world, call)),
    route('GET', '/v1/people/{id}', ({ request, params }) =>
      jsonReply(200, shownPerson(live(world, `people/${params.id}`), maskOf(request.query.get('personFields')))),
    ),
    route('GET', '/v1/people:batchGet', (call) => batchGet(world, call)),
    route('POST', '/v1/people:createContact', ({ request }) => {
      const mask = maskOf(request.query.get('personFields') ?? allFields);
      return jsonReply(200, shownPerson(make(world, jsonOf(request)), mask));
    }),
    route('POST', '/v1/people:batchCreateContacts', (call) => batchCreate(world, call)),
    route('POST', '/v1/people:batchUpdateContacts', (call) => batchUpdate(world, call)),
    route('POST', '/v1/people:batchDeleteContacts', ({ request }) => {
      const names = jsonOf(request).resourceNames as string[];
      if (!Array.isArray(names) || names.length > mostDeleted) throw invalid('Too many contacts');
      for (const name of names) live(world, name);
      for (const name of names) contacts.purge(name, app);
      return jsonReply(200, {});
    }),
    route('PATCH', '/v1/people/{id}', ({ request, params }) => {
      const name = `people/${(params.id ?? '').replace(/:updateContact$/, '')}`;
      const fields = (request.query.get('updatePersonFields') ?? '').split(',');
      checkUpdate(world, name, jsonOf(request), fields);
      const record = contacts.update(name, givenValues(jsonOf(request), fields), app);
      return jsonReply(200, shownPerson(record, maskOf(request.query.get('personFields') ?? allFields)));
    }),
    route('DELETE', '/v1/people/{id}', ({ params }) => {
      const name = `people/${(params.id ?? '').replace(/:deleteContact$/, '')}`;
      contacts.purge(live(world, name).id, app);
      return jsonReply(200, {});
    }),
    route('GET', '/v1/contactGroups', () => {
      const own = [...groups.all()].map(({ id, values }) => group(id, String(values.name), 'USER_CONTACT_GROUP'));
      return jsonReply(200, {
        contactGroups: [group('contactGroups/myContacts', 'myContacts', 'SYSTEM_CONTACT_GROUP'), ...own],
      });
    }),
    route('POST', '/v1/contactGroups', ({ request }) => {
      const { name } = (jsonOf(request).contactGroup ?? {}) as { name?: string };
      const made = groups.create({ name }, app);
      return jsonReply(200, group(made.id, String(name), 'USER_CONTACT_GROUP'));
    }),
  ];
}

const allFields = [...writableFields, 'metadata'].join(',');

/** Where a listing is: `from` and `to` are places among the changes, `at` among their ids, `id` among all contacts. */
interface Place {
  id?: string;
  from?: number;
  to: number;
  at: number;
  issued: number;
  mask: string;
}

function list(world: World, { request: { query } }: Call): SimReply {
  const mask = query.get('personFields') ?? '';
  const size = Number(query.get('pageSize') ?? 100);
  if (size > mostListed) throw invalid('page_size must be at most 1000');
  const place = placeOf(world, query, mask);
  if (place.mask !== mask) throw invalid('all other parameters must match the first call');
  const { people, next } = place.from === undefined ? listed(world, place, size) : told(world, place, size);
  const token = query.get('requestSyncToken') === 'true' && !next;
  return jsonReply(200, {
    ...(people.length > 0 ? { connections: people } : {}),
    ...(next ? { nextPageToken: packed(next) } : {}),
    ...(token ? { nextSyncToken: packed({ to: place.to, at: 0, issued: place.issued, mask }) } : {}),
    totalItems: world.ground.store.table('contacts').size,
  });
}

/** All contacts as they are. */
function listed({ ground }: World, place: Place, size: number) {
  const { records, next } = ground.store.table('contacts').page('live', place.id, size);
  const people = records.map((record) => shownPerson(record, maskOf(place.mask)));
  return { people, next: next === undefined ? undefined : { ...place, id: next } };
}

/** What changed, as far as it shows by now: writes take some minutes to reach sync requests. */
function told({ view }: World, place: Place, size: number) {
  const ids = view.changed(place.from ?? 0, place.to);
  const people = ids.slice(place.at, place.at + size).map((id) => {
    const record = view.shown(id);
    return record ? withFormerNames(record, shownPerson(record, maskOf(place.mask))) : deletedPerson(id);
  });
  return { people, next: place.at + size < ids.length ? { ...place, at: place.at + size } : undefined };
}

/** Only sync reads tell what a person was called before. */
function withFormerNames({ mergedIds }: SimRecord, person: ReturnType<typeof shownPerson>) {
  if (mergedIds.length === 0) return person;
  return { ...person, metadata: { ...person.metadata, previousResourceNames: [...mergedIds] } };
}

function placeOf({ ground, view }: World, query: URLSearchParams, mask: string): Place {
  const now = ground.clock.now();
  const page = query.get('pageToken');
  if (page) return unpacked(page);
  const sync = query.get('syncToken');
  if (!sync) return { to: view.position, at: 0, issued: now, mask };
  const token = unpacked(sync);
  if (now - token.issued > tokenMilliseconds) {
    const message = 'Sync token is expired. Clear local cache and retry call without the sync token.';
    throw googleError(400, 'FAILED_PRECONDITION', message, 'EXPIRED_SYNC_TOKEN');
  }
  return { from: token.to, to: view.position, at: 0, issued: now, mask: token.mask };
}

function batchGet(world: World, { request: { query } }: Call): SimReply {
  const names = query.getAll('resourceNames');
  if (names.length > mostWritten) throw invalid('Too many resource names');
  const mask = maskOf(query.get('personFields'));
  const responses = names.map((requestedResourceName) => {
    const record = world.ground.store.table('contacts').get(requestedResourceName);
    if (!record || record.archivedAt !== undefined)
      return { requestedResourceName, httpStatusCode: 404, status: { code: 5, message: 'not found' } };
    return { requestedResourceName, httpStatusCode: 200, person: shownPerson(record, mask), status: {} };
  });
  return jsonReply(200, { responses });
}

function batchCreate(world: World, { request }: Call): SimReply {
  const { contacts, readMask } = jsonOf(request) as { contacts?: { contactPerson?: unknown }[]; readMask?: string };
  if (!Array.isArray(contacts) || contacts.length === 0 || contacts.length > mostWritten)
    throw invalid('1 to 200 contacts');
  for (const { contactPerson } of contacts) givenValues(contactPerson, writableFields);
  const made = contacts.map(({ contactPerson }) => make(world, contactPerson));
  const createdPeople = made.map((record) => ({
    person: shownPerson(record, maskOf(readMask)),
    httpStatusCode: 200,
    status: {},
  }));
  return jsonReply(200, { createdPeople });
}

function batchUpdate(world: World, { request }: Call): SimReply {
  const body = jsonOf(request) as { contacts?: Record<string, unknown>; updateMask?: string; readMask?: string };
  const entries = Object.entries(body.contacts ?? {});
  if (entries.length === 0 || entries.length > mostWritten) throw invalid('1 to 200 contacts');
  const fields = (body.updateMask ?? '').split(',');
  for (const [name, person] of entries) checkUpdate(world, name, person, fields);
  const results = entries.map(([name, person]) => {
    const record = world.ground.store.table('contacts').update(name, givenValues(person, fields), app);
    return [name, { person: shownPerson(record, maskOf(body.readMask)), httpStatusCode: 200, status: {} }];
  });
  return jsonReply(200, { updateResult: Object.fromEntries(results) });
}

/** The etag of the contact's source must be sent, and be the one it has. */
function checkUpdate(world: World, name: string, person: unknown, fields: string[]): void {
  const unknown = fields.find((field) => !writableFields.includes(field));
  if (unknown !== undefined) throw invalid(`Invalid updatePersonFields mask path: "${unknown}"`);
  givenValues(person, fields);
  const record = live(world, name);
  const { etag, metadata } = person as { etag?: string; metadata?: { sources?: { type?: string; etag?: string }[] } };
  const given = metadata?.sources?.find(({ type }) => type === 'CONTACT')?.etag ?? etag?.replace(/^%/, '');
  if (!given) throw invalid('Request must set person.etag or person.metadata.sources.etag');
  if (given !== etagOf(record)) {
    const message =
      'Request person.etag is different than the current person.etag. Clear local cache and get the latest person.';
    throw googleError(400, 'FAILED_PRECONDITION', message);
  }
}

function make({ ground }: World, person: unknown): SimRecord {
  const values = givenValues(person, writableFields);
  const membership = { contactGroupMembership: { contactGroupResourceName: 'contactGroups/myContacts' } };
  return ground.store.table('contacts').create({ ...values, memberships: values.memberships ?? [membership] }, app);
}

function live({ ground }: World, name: string): SimRecord {
  const record = ground.store.table('contacts').get(name);
  if (!record || record.archivedAt !== undefined) throw new NoSuchRecord('contacts', name);
  return record;
}

function maskOf(mask: string | null | undefined): string[] {
  if (!mask) throw invalid('personFields mask is required.');
  return mask.split(',');
}

function group(resourceName: string, name: string, groupType: string): object {
  return { resourceName, name, formattedName: name, groupType };
}

function packed(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function unpacked(token: string): Place {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as Place;
  } catch {
    throw invalid('Invalid token');
  }
}
