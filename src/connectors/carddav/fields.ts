import type { Refusal } from '../../connector/contract.ts';
import type { Field } from '../../model/field.ts';
import type { Value, Values } from '../../model/value.ts';
import { isDate } from './birthday.ts';

/** The fields of a contact, as `docs` of this folder's README lists them. */
export const fields: Field[] = [
  { name: 'uid', label: 'UID', type: 'text', writable: 'once', unique: true },
  { name: 'full_name', label: 'Full name', type: 'text', writable: 'always', means: 'person.name' },
  { name: 'first_name', label: 'First name', type: 'text', writable: 'always', means: 'person.first-name' },
  { name: 'last_name', label: 'Last name', type: 'text', writable: 'always', means: 'person.last-name' },
  { name: 'middle_name', label: 'Middle name', type: 'text', writable: 'always', means: 'person.middle-name' },
  { name: 'prefix', label: 'Prefix', type: 'text', writable: 'always', means: 'person.prefix' },
  { name: 'suffix', label: 'Suffix', type: 'text', writable: 'always', means: 'person.suffix' },
  { name: 'nickname', label: 'Nickname', type: 'text', writable: 'always', means: 'person.nickname' },
  { name: 'email', label: 'E-mail', type: 'email', writable: 'always', means: 'person.email' },
  {
    name: 'emails',
    label: 'All e-mail addresses',
    type: 'list',
    of: 'email',
    writable: 'always',
    means: 'person.emails',
  },
  { name: 'phone', label: 'Phone', type: 'phone', writable: 'always', means: 'person.phone' },
  { name: 'phones', label: 'All phone numbers', type: 'list', of: 'phone', writable: 'always', means: 'person.phones' },
  { name: 'org', label: 'Organization', type: 'text', writable: 'always', means: 'person.company-name' },
  { name: 'title', label: 'Job title', type: 'text', writable: 'always', means: 'person.job-title' },
  { name: 'birthday', label: 'Birthday', type: 'date', writable: 'always', means: 'person.birthday' },
  { name: 'note', label: 'Note', type: 'long-text', writable: 'always', means: 'person.note' },
  { name: 'url', label: 'Website', type: 'url', writable: 'always', means: 'person.website' },
  { name: 'addresses', label: 'Addresses', type: 'list', of: 'text', writable: 'always', means: 'person.addresses' },
  { name: 'categories', label: 'Categories', type: 'multi-select', writable: 'always', means: 'person.tags' },
];

/** Why these values cannot be put on a card; null where they can. */
export function refusalOf(values: Values, op: 'create' | 'update'): Refusal | null {
  for (const [name, value] of Object.entries(values)) {
    const field = fields.find((each) => each.name === name);
    if (!field) return refusal(name, 'schema-changed', `a contact has no field '${name}'; correct the mapping`);
    const isFixed = op === 'update' && field.writable === 'once';
    if (isFixed) return refusal(name, 'read-only', `the ${field.label} of a card never changes; map it one way`);
    const trouble = troubleOf(field, value);
    if (trouble) return refusal(name, 'invalid-value', trouble);
  }
  return null;
}

function troubleOf(field: Field, value: Value): string | null {
  if (value === null) return null;
  const isList = field.type === 'list' || field.type === 'multi-select';
  if (Array.isArray(value) !== isList || typeof value === 'boolean') {
    return `the value for ${field.label} is not ${isList ? 'a list' : 'text'}; correct the mapping`;
  }
  if (field.type === 'date' && !isDate(String(value))) {
    return `the value for ${field.label} is not a date that exists; correct it`;
  }
  return textsOf(value).some(isUnstorable)
    ? `the value for ${field.label} holds control characters that no address book can give back; remove them`
    : null;
}

function textsOf(value: Exclude<Value, null | boolean>): string[] {
  if (typeof value === 'string') return [value];
  return value.flatMap((entry) => (typeof entry === 'string' ? entry : [entry.value, entry.label ?? '']));
}

/**
 * Characters that XML 1.0 §2.2 has no way to write: a card that holds one makes every listing of its book unreadable
 * to strict programs (Radicale stores it and answers with broken XML).
 */
function isUnstorable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !text.isWellFormed() || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text);
}

function refusal(field: string, category: Refusal['category'], message: string): Refusal {
  return { kind: 'invalid', category, field, message };
}
