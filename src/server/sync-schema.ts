import { z } from '@hono/zod-openapi';
import { normaliseSync } from '../model/file/normalise.ts';
import { keyPattern, keyRule, plainWords, type SyncInput, syncSchema } from '../model/file/schema.ts';
import type { SyncSettings } from '../model/settings.ts';
import { Refused } from './problem.ts';

const end = {
  type: 'object' as const,
  required: ['account', 'object'],
  properties: { account: { type: 'string' as const }, object: { type: 'string' as const } },
};
const oneOf = (...values: string[]) => ({ type: 'string' as const, enum: values });
const policy = oneOf('ignore', 'archive', 'delete');
const anything = (description: string) => ({ description });
const filter = {
  type: 'object' as const,
  description: 'A condition { field, op, value }, or { all: […] }, or { any: […] }',
};

/**
 * A sync's settings, in the form of the file. What is described here is for people who read the API; what is taken is
 * decided by the file's own schema (see `readSync`), so that file and API are one format.
 */
export const syncSettingsSchema = z
  .custom<SyncInput>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: 'must be a map with a, b and what differs from the defaults',
  })
  .openapi('SyncSettings', {
    type: 'object',
    description: 'As a sync stands in the file: docs/guides/run-a-sync.md',
    required: ['a', 'b'],
    properties: {
      a: end,
      b: end,
      direction: oneOf('both', 'a-to-b', 'b-to-a'),
      default: oneOf('a', 'b'),
      match: anything('default, none, or a list of rules, each a list of fields'),
      require: anything("default, or a list of side a's fields"),
      filter: { type: 'object', properties: { 'a-to-b': filter, 'b-to-a': filter } },
      leaving: oneOf('keep', 'exclude'),
      deletions: { type: 'object', properties: { a: policy, b: policy } },
      route: { type: 'object', properties: { field: { type: 'string' }, 'a-to-b': { type: 'array', items: {} } } },
      mappings: anything('default, none, or a list of mappings'),
      associations: anything('default, none, or a list of associations'),
      users: { type: 'object', additionalProperties: { type: 'string' } },
      region: { type: 'string', description: 'the country (SE) of phone numbers without a country code' },
      brakes: { type: 'object', description: 'create, update, empty, archive: 10%, a count of records, or off' },
      every: anything('60s, 5m, 1h, or seconds'),
      enabled: { type: 'boolean' },
    },
  });

/** The key of an account or a sync, as a body gives it. */
export const keyBodySchema = z.string().regex(keyPattern, { error: keyRule }).openapi({ example: 'contacts' });

/** How deep settings may be nested: filters in filters above all. */
const MOST_DEPTH = 60;

/** Settings as somebody gave them, checked and with defaults filled in. Throws `Refused` with the path of all that is wrong. */
export function readSync(given: unknown): SyncSettings {
  if (isDeeper(given, MOST_DEPTH))
    throw new Refused(400, `the sync is nested more than ${MOST_DEPTH} deep: put its filters side by side`);
  const checked = syncSchema.safeParse(given, { error: plainWords });
  if (checked.success) return normaliseSync(checked.data);
  const errors = checked.error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    return { path: [...issue.path, ...unknown].map(String).join('.'), message: issue.message };
  });
  const [first] = errors;
  throw new Refused(400, first ? `${first.path || 'the sync'}: ${first.message}` : 'the sync does not fit', errors);
}

/** Looked at level by level: what is nested too deep would be too deep for whoever looks by calling itself. */
function isDeeper(given: unknown, most: number): boolean {
  let level: unknown[] = [given];
  for (let depth = 0; depth <= most; depth++) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}
