import type { ObjectType } from '../../connector/contract.ts';
import { eventTypes } from './event-types.ts';
import { metadataFields } from './metadata.ts';
import { readsOf } from './reads.ts';
import type { Resource, StripeField } from './resource.ts';
import { deleteOf, writesOf } from './writes.ts';

/** What Stripe takes where its documentation names no length of its own. */
export const longestText = 5000;

const fields: StripeField[] = [
  { name: 'email', label: 'E-mail', type: 'email', writable: 'always', maxLength: 512, means: 'person.email' },
  { name: 'name', label: 'Name', type: 'text', writable: 'always', maxLength: 256, means: 'person.name' },
  { name: 'phone', label: 'Phone', type: 'phone', writable: 'always', maxLength: 20, means: 'person.phone' },
  {
    name: 'description',
    label: 'Description',
    type: 'long-text',
    writable: 'always',
    maxLength: longestText,
    means: 'person.note',
  },
  { name: 'business_name', label: 'Business name', type: 'text', writable: 'always', maxLength: 150 },
  ...['line1', 'line2', 'city', 'state', 'postal_code'].map(addressField),
  { name: 'address.country', label: 'Country', type: 'country', writable: 'always', means: 'person.country' },
  {
    name: 'preferred_locales',
    label: 'Preferred languages',
    type: 'multi-select',
    writable: 'always',
  },
  {
    name: 'tax_exempt',
    label: 'Tax exemption',
    type: 'select',
    writable: 'always',
    options: ['none', 'exempt', 'reverse'].map((value) => ({ value, label: value })),
  },
  { name: 'shipping.name', label: 'Shipping name', type: 'text', writable: 'never' },
  { name: 'shipping.address.line1', label: 'Shipping street address', type: 'text', writable: 'never' },
  { name: 'shipping.address.city', label: 'Shipping city', type: 'text', writable: 'never' },
  { name: 'shipping.address.postal_code', label: 'Shipping postal code', type: 'text', writable: 'never' },
  { name: 'shipping.address.country', label: 'Shipping country', type: 'text', writable: 'never' },
  { name: 'currency', label: 'Currency', type: 'text', writable: 'never' },
  { name: 'delinquent', label: 'Payment overdue', type: 'boolean', writable: 'never' },
  { name: 'created', label: 'Created', type: 'datetime', writable: 'never' },
];

const resource: Resource = {
  name: 'customers',
  path: '/v1/customers',
  events: eventTypes.customers,
  expand: [],
  fields,
  associations: [],
};

/** The people and businesses that pay. */
export function customers(metadataKeys: string[]): ObjectType {
  const own = { ...resource, fields: [...fields, ...metadataFields(metadataKeys)] };
  return {
    name: own.name,
    label: 'Customers',
    means: 'person',
    fields: own.fields,
    keys: ['email', 'name'],
    reads: readsOf(own),
    writes: { ...writesOf(own), delete: deleteOf(own) },
  };
}

function addressField(part: string): StripeField {
  const labels: Record<string, [string, string]> = {
    line1: ['Street address', 'street'],
    line2: ['Street address 2', 'street2'],
    city: ['City', 'city'],
    state: ['State or region', 'state'],
    postal_code: ['Postal code', 'postal-code'],
  };
  const [label = part, role] = labels[part] ?? [];
  return {
    name: `address.${part}`,
    label,
    type: 'text',
    writable: 'always',
    maxLength: longestText,
    means: `person.${role}`,
  };
}
