import type { StripeField } from './resource.ts';

/** The longest value of a key of metadata. Source: docs.stripe.com/api/metadata. */
const longestValue = 500;

/** Keys of an object's metadata as fields. Stripe cannot say which keys there are, so the account's settings name them. */
export function metadataFields(keys: string[]): StripeField[] {
  return keys.map((key) => ({
    name: `metadata.${key}`,
    label: `Metadata ${key}`,
    type: 'text',
    writable: 'always',
    maxLength: longestValue,
  }));
}

/** The keys that a setting names, one after another with commas. */
export function metadataKeysOf(setting: string | undefined): string[] {
  const keys = (setting ?? '').split(',').map((key) => key.trim());
  return [...new Set(keys.filter((key) => key !== ''))];
}
