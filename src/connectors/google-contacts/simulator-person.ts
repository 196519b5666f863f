import type { people_v1 } from '@googleapis/people';
import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { invalid } from './simulator-error.ts';

/** Person fields that contacts may be given (reference of people.updateContact: updatePersonFields). */
export const writableFields = [
  ...['addresses', 'biographies', 'birthdays', 'clientData', 'emailAddresses', 'events', 'externalIds', 'memberships'],
  ...['names', 'nicknames', 'occupations', 'organizations', 'phoneNumbers', 'relations', 'urls', 'userDefined'],
];

/** Fields with one entry a contact at most. */
const singletons = ['biographies', 'birthdays', 'names'];

/** A contact as the API shows it, in the fields of the mask. */
export function shownPerson(record: SimRecord, mask: string[]): people_v1.Schema$Person {
  const id = record.id.replace('people/', '');
  const values = Object.entries(record.values as Record<string, object[]>).filter(([name]) => mask.includes(name));
  const metadata = { primary: true, source: { type: 'CONTACT', id } };
  const lists = values.map(([name, entries]) => [
    name,
    entries.map((entry) => ({ metadata, ...derived(name, entry) })),
  ]);
  return {
    resourceName: record.id,
    etag: `%${etagOf(record)}`,
    ...(mask.includes('metadata') ? { metadata: { objectType: 'PERSON', sources: [sourceOf(record)] } } : {}),
    ...Object.fromEntries(lists),
  };
}

/** What is left of a contact that was deleted: only sync reads show it. */
export function deletedPerson(id: string): people_v1.Schema$Person {
  return { resourceName: id, metadata: { objectType: 'PERSON', deleted: true } };
}

/** The etag of the contact's source. */
export function etagOf(record: SimRecord): string {
  return `#${Buffer.from(`${record.id} ${record.revision}`).toString('base64url')}`;
}

/** The writable fields of a person that was sent, without what is the server's; throws what Google refuses. */
export function givenValues(person: unknown, fields: string[]): SimValues {
  if (typeof person !== 'object' || person === null) throw invalid('a person is missing');
  const given = person as Record<string, unknown>;
  return Object.fromEntries(fields.map((name) => [name, listOf(name, given[name])]));
}

function listOf(name: string, list: unknown): object[] | null {
  if (list === undefined || list === null) return null;
  if (!Array.isArray(list) || list.some((entry) => typeof entry !== 'object' || entry === null))
    throw invalid(`Invalid value at 'person.${name}'`);
  if (singletons.includes(name) && list.length > 1) throw invalid(`person.${name} is a singleton field`);
  const entries = list.map(({ metadata: _, displayName: __, displayNameLastFirst: ___, ...entry }) => entry);
  if (name === 'birthdays') entries.forEach(checkDate);
  return entries.length > 0 ? entries : null;
}

function checkDate({ date }: { date?: { year?: number; month?: number; day?: number } }): void {
  const { year = 2000, month = 1, day = 1 } = date ?? {};
  const made = new Date(Date.UTC(year, month - 1, day));
  if (made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day) throw invalid('Invalid birthday date');
}

function derived(name: string, entry: object): object {
  if (name !== 'names') return entry;
  const { givenName = '', middleName = '', familyName = '' } = entry as Record<string, string>;
  return { ...entry, displayName: [givenName, middleName, familyName].filter(Boolean).join(' ') };
}

function sourceOf(record: SimRecord): people_v1.Schema$Source {
  const updateTime = new Date(record.updatedAt).toISOString();
  return { type: 'CONTACT', id: record.id.replace('people/', ''), etag: etagOf(record), updateTime };
}
