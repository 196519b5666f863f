import type { Session } from '../../connector/session.ts';
import type { Field, Option } from '../../model/field.ts';
import type { ListName } from './person.ts';

/** The key under which a contact carries the mark of the create it came from; people do not see client data. */
const markKey = 'syncline';

/** Where a text field lies: an entry of a list, and the name in it. `type`: among entries of that type, or of any other. */
export interface Place {
  list: ListName;
  part: string;
  type?: { is: string } | { not: string };
  /** Its own key among the user's or the client's data. */
  key?: string;
}

interface TextField extends Field {
  at: Place;
}

/** Fields that are one text of one entry. */
const textFields: TextField[] = [
  text('first_name', 'First name', 'person.first-name', { list: 'names', part: 'givenName' }),
  text('last_name', 'Last name', 'person.last-name', { list: 'names', part: 'familyName' }),
  text('middle_name', 'Middle name', 'person.middle-name', { list: 'names', part: 'middleName' }),
  text('prefix', 'Prefix', 'person.prefix', { list: 'names', part: 'honorificPrefix' }),
  text('suffix', 'Suffix', 'person.suffix', { list: 'names', part: 'honorificSuffix' }),
  text('nickname', 'Nickname', 'person.nickname', { list: 'nicknames', part: 'value' }),
  { ...text('email', 'E-mail', 'person.email', { list: 'emailAddresses', part: 'value' }), type: 'email' },
  {
    ...text('phone', 'Phone', 'person.phone', { list: 'phoneNumbers', part: 'value', type: { not: 'mobile' } }),
    type: 'phone',
  },
  {
    ...text('mobile', 'Mobile', 'person.mobile', { list: 'phoneNumbers', part: 'value', type: { is: 'mobile' } }),
    type: 'phone',
  },
  text('company', 'Company', 'person.company-name', { list: 'organizations', part: 'name' }),
  text('job_title', 'Job title', 'person.job-title', { list: 'organizations', part: 'title' }),
  text('department', 'Department', 'person.department', { list: 'organizations', part: 'department' }),
  { ...text('street', 'Street', 'person.street', { list: 'addresses', part: 'streetAddress' }), type: 'long-text' },
  text('city', 'City', 'person.city', { list: 'addresses', part: 'city' }),
  text('region', 'Region', 'person.state', { list: 'addresses', part: 'region' }),
  text('postal_code', 'Postal code', 'person.postal-code', { list: 'addresses', part: 'postalCode' }),
  text('country', 'Country', 'person.country', { list: 'addresses', part: 'country' }),
  { ...text('website', 'Website', 'person.website', { list: 'urls', part: 'value' }), type: 'url' },
  { ...text('note', 'Note', 'person.note', { list: 'biographies', part: 'value' }), type: 'long-text' },
  {
    ...text('mark', 'Mark of Syncline', undefined, { list: 'clientData', part: 'value', key: markKey }),
    writable: 'once',
  },
];

/** All text fields of an account: its settings name the user-defined ones. */
export function textFieldsOf(s: Session): TextField[] {
  const keys = (s.settings.customFields ?? '').split(',').map((key) => key.trim());
  const own = keys.filter(Boolean).map((key) => text(`custom/${key}`, key, undefined, at(key)));
  return [...textFields, ...own];
}

/** The fields of a contact, labels with the account's own contact groups. */
export async function fieldsOf(s: Session): Promise<Field[]> {
  const options: Option[] = (await groupsOf(s)).map(({ id, name }) => ({ value: id, label: name }));
  return [
    ...textFieldsOf(s).map(({ at: _, ...field }) => field),
    { name: 'birthday', label: 'Birthday', type: 'date', writable: 'always', means: 'person.birthday' },
    { name: 'labels', label: 'Labels', type: 'multi-select', writable: 'always', options, means: 'person.tags' },
  ];
}

/** Groups that a person made; Google's own (myContacts, starred) are no labels. */
async function groupsOf(s: Session): Promise<{ id: string; name: string }[]> {
  return s.remember('groups', async () => {
    const reply = await s.request({ method: 'GET', url: '/v1/contactGroups', query: { pageSize: mostGroups } });
    const { contactGroups = [] } = reply.json<{
      contactGroups?: { resourceName: string; name: string; groupType: string }[];
    }>();
    const own = contactGroups.filter((group) => group.groupType === 'USER_CONTACT_GROUP');
    return own.map(({ resourceName, name }) => ({ id: resourceName, name }));
  });
}

/** Labels that are read: Google takes up to a thousand a page. */
const mostGroups = 1000;

function text(name: string, label: string, means: string | undefined, place: Place): TextField {
  return { name, label, type: 'text', writable: 'always', ...(means ? { means } : {}), at: place };
}

function at(key: string): Place {
  return { list: 'userDefined', part: 'value', key };
}
