import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { missingFields, SalesforceError } from './simulator-error.ts';
import type { SimField } from './simulator-field.ts';
import { isId } from './simulator-ids.ts';
import { checkObject } from './simulator-object-rules.ts';
import type { Org, OrgObject } from './simulator-org.ts';
import { objectOfId } from './simulator-org.ts';

/** Throws where a record would be refused: `written` is what changes, `before` the record it changes. */
export function checkRecord(org: Org, object: OrgObject, written: SimValues, before: SimRecord | undefined): void {
  const values = { ...before?.values, ...written };
  for (const [name, value] of Object.entries(written)) {
    const field = object.fields.get(name);
    if (field && !isEmpty(value)) checkValue(org, field, value);
  }
  const missing = [...object.fields.values()].filter((field) => isRequired(field) && isEmpty(values[field.name]));
  if (missing.length > 0) throw missingFields(missing.map((field) => field.name));
  checkObject(org, object.name, values, written, before);
  for (const rule of org.rules.filter((one) => one.object === object.name)) {
    const words = rule.refuses(values);
    if (words !== undefined) throw new SalesforceError('FIELD_CUSTOM_VALIDATION_EXCEPTION', words);
  }
  if (!before) checkDuplicate(org, object, values);
}

function isRequired(field: SimField): boolean {
  return !field.nillable && field.createable && field.type !== 'boolean';
}

function checkValue(org: Org, field: SimField, value: unknown): void {
  const refuse = (code: string, words: string) => {
    throw new SalesforceError(code, `${field.label}: ${words}`, { fields: [field.name] });
  };
  const text = String(value);
  if (field.type === 'email' && !/^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+$/.test(text))
    refuse('INVALID_EMAIL_ADDRESS', `invalid email address: ${text}`);
  if (field.type === 'reference') return checkReference(org, field, text, refuse);
  if (field.restricted && !field.options.some((option) => option.value === text))
    refuse('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', `bad value for restricted picklist field: ${text}`);
  if (typeof value === 'string' && field.length > 0 && [...text].length > field.length)
    refuse('STRING_TOO_LONG', `data value too large: ${text} (max length=${field.length})`);
}

function checkReference(org: Org, field: SimField, id: string, refuse: (code: string, words: string) => void): void {
  const far = isId(id) ? objectOfId(org, id) : undefined;
  if (!isId(id)) refuse('MALFORMED_ID', `id value of incorrect type: ${id}`);
  if (far && !field.referenceTo.includes(far.name))
    refuse('FIELD_INTEGRITY_EXCEPTION', `id value of incorrect type: ${id}`);
  const record = far?.table.get(id);
  if (!record) throw new SalesforceError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  if (record.archivedAt !== undefined) throw new SalesforceError('ENTITY_IS_DELETED', 'entity is deleted');
  if (far?.name === 'User' && record.values.IsActive !== true)
    throw new SalesforceError(
      'INACTIVE_OWNER_OR_USER',
      `operation performed with inactive user [${id}] as owner of ${field.name}`,
    );
}

/** A duplicate rule of the usual kind: it warns people, and refuses integrations. */
function checkDuplicate(org: Org, object: OrgObject, values: SimValues): void {
  if (!org.duplicateRules.includes(object.name) || isEmpty(values.Email)) return;
  const email = String(values.Email).toLowerCase();
  const twin = [...object.table.all()].find(
    (record) => record.archivedAt === undefined && String(record.values.Email ?? '').toLowerCase() === email,
  );
  if (twin) throw new SalesforceError('DUPLICATES_DETECTED', 'Use one of these records?');
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
