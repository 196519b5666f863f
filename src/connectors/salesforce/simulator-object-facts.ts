import { area, readOnly, reference, type SimField, systemFields } from './simulator-field.ts';

/** An object type before there are records of it. */
export interface ObjectFacts {
  name: string;
  label: string;
  labelPlural: string;
  /** The first three characters of its records' ids. */
  keyPrefix: string;
  fields: SimField[];
  /** Records that lead to another one with which they were merged. */
  mergeable: boolean;
  custom: boolean;
}

/** Who owns a record. */
export const owner = reference('OwnerId', 'Owner ID', ['User'], { nillable: false });

/** What there is to say of a record. */
export const description = area('Description', 'Description', 32_000);

/** Where somebody was first heard of. */
export const sources = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'];

/** Parts of a name that the app makes. */
export const autoName = { ...readOnly, nameField: true, nillable: false };

/** An object type with the fields that every record has, and its own. */
export function standard(name: string, labelPlural: string, keyPrefix: string, fields: SimField[]): ObjectFacts {
  const label = labelPlural.replace(/ies$/, 'y').replace(/s$/, '');
  const all = [...systemFields(), ...fields];
  return { name, label, labelPlural, keyPrefix, fields: all, mergeable: false, custom: false };
}
