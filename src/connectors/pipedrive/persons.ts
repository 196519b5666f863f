import type { Values } from '../../model/value.ts';
import { addressFields, addressWhole, putAddress } from './address.ts';
import type { Resource } from './resource.ts';
import { entries, labels, organization, owner, stamps, text } from './usual.ts';

/** The fields that make up a name: Pipedrive takes both, or neither. */
const nameParts = ['first_name', 'last_name'];

/** People. The last five fields are there once somebody has set up contact sync. */
export const persons: Resource = {
  name: 'persons',
  label: 'People',
  means: 'person',
  path: '/api/v2/persons',
  event: 'person',
  fieldsPath: '/api/v2/personFields',
  keys: ['emails', 'name'],
  fields: [
    { ...text('name', 'Name', 'person.name'), from: (row) => row.name },
    { ...text('first_name', 'First name', 'person.first-name'), from: (row) => row.first_name },
    { ...text('last_name', 'Last name', 'person.last-name'), from: (row) => row.last_name },
    entries('emails', 'E-mail addresses', 'email', 'person.emails'),
    entries('phones', 'Phone numbers', 'phone', 'person.phones'),
    labels,
    { ...owner, means: 'person.owner' },
    ...stamps,
    { ...text('job_title', 'Job title', 'person.job-title'), described: true },
    {
      name: 'birthday',
      label: 'Birthday',
      type: 'date',
      writable: 'always',
      means: 'person.birthday',
      described: true,
    },
    {
      ...text('notes', 'Notes of contact sync', 'person.note'),
      type: 'long-text',
      maxLength: 10_000,
      described: true,
    },
    ...addressFields('postal_address', 'Postal address', 'person').map((field) => ({
      ...field,
      described: true as const,
    })),
  ],
  associations: [{ ...organization, means: 'person.company' }],
  wholes: (names) => [
    ...(names.some((name) => nameParts.includes(name)) ? nameParts : []),
    ...addressWhole('postal_address', names),
  ],
  shape(body, values, before) {
    Object.assign(body, nameOf(values, before));
    putAddress(body, 'postal_address', values, before);
  },
};

/** First and last name as they are to be, or the full name; a new person that has none is called by the e-mail address. */
function nameOf(values: Values, before: Values | undefined): Values {
  if (nameParts.some((name) => values[name] !== undefined)) {
    const [first, last] = nameParts.map((name) => (values[name] === undefined ? before?.[name] : values[name]) ?? '');
    if (first !== '' || last !== '' || before) return { first_name: first ?? '', last_name: last ?? '' };
  }
  if (values.name) return { name: values.name };
  const [main] = (values.emails as { value: string }[] | null | undefined) ?? [];
  return before || !main ? {} : { name: main.value };
}
