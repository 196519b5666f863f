import type { PipedriveAssociation, PipedriveField } from './resource.ts';

/** The longest text that a field of text takes (readme.io, custom fields). */
const longestText = 255;

/** A field of text. */
export function text(name: string, label: string, means?: string): PipedriveField {
  return { name, label, type: 'text', writable: 'always', maxLength: longestText, ...(means ? { means } : {}) };
}

/** A list of e-mail addresses or phone numbers. */
export function entries(name: string, label: string, of: 'email' | 'phone', means: string): PipedriveField {
  return { name, label, type: 'list', of, writable: 'always', means };
}

/** Who owns the record. */
export const owner: PipedriveField = { name: 'owner_id', label: 'Owner', type: 'user', writable: 'always' };

/** Coloured labels, the account's own. */
export const labels: PipedriveField = {
  name: 'label_ids',
  label: 'Labels',
  type: 'multi-select',
  writable: 'always',
  ids: 'numbers',
};

/** When it was made and last changed. */
export const stamps: PipedriveField[] = [
  { name: 'add_time', label: 'Added', type: 'datetime', writable: 'never' },
  { name: 'update_time', label: 'Changed', type: 'datetime', writable: 'never' },
];

/** Its organization. */
export const organization: PipedriveAssociation = {
  name: 'organization',
  label: 'Organization',
  to: 'organizations',
  many: 'one',
  writable: 'always',
  key: 'org_id',
};

/** Its person. */
export const person: PipedriveAssociation = {
  name: 'person',
  label: 'Person',
  to: 'persons',
  many: 'one',
  writable: 'always',
  key: 'person_id',
};

/** Its deal. */
export const deal: PipedriveAssociation = {
  name: 'deal',
  label: 'Deal',
  to: 'deals',
  many: 'one',
  writable: 'always',
  key: 'deal_id',
};
