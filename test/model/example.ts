import assert from 'node:assert/strict';
import { type Compiled, type CompileInput, compileRules } from '../../src/model/compile.ts';
import type { Association, Field, FieldType, Meaning, Option, Schema } from '../../src/model/field.ts';
import type { Mapping } from '../../src/model/rules.ts';
import type { MappingSettings, SyncSettings } from '../../src/model/settings.ts';
import type { SettingsProblem } from '../../src/model/settings-problem.ts';

/** A field with little to say. */
export function field(name: string, type: FieldType = 'text', more: Partial<Field> = {}): Field {
  return { name, label: name, type, writable: 'always', ...more };
}

/** Options whose labels are their values with a capital. */
export function options(...values: string[]): Option[] {
  return values.map((value) => ({ value, label: value.slice(0, 1).toUpperCase() + value.slice(1) }));
}

/** An object type that can do everything. */
export function schema(object: string, fields: Field[], more: Partial<Schema> = {}): Schema {
  const can = { create: 'yes', update: 'yes', archive: 'yes', delete: 'yes' } as const;
  return { app: 'example', object, label: object, fields, associations: [], keys: [], can, ...more };
}

/** A person as a contacts app shows it, with roles. */
export function contacts(means: Meaning = 'person'): Schema {
  const fields = [
    field('email', 'email', { means: 'person.email' }),
    field('first_name', 'text', { means: 'person.first-name' }),
    field('last_name', 'text', { means: 'person.last-name' }),
    field('phone', 'phone', { means: 'person.phone' }),
    field('org', 'text', { means: 'person.company-name' }),
    field('birthday', 'date', { means: 'person.birthday' }),
    field('stage', 'select', { means: 'person.stage', options: options('lead', 'customer', 'subscriber') }),
  ];
  return schema('contacts', fields, { label: 'Contacts', means });
}

/** A table of people, without roles. */
export function customers(): Schema {
  const fields = [
    field('id', 'integer', { writable: 'never' }),
    field('email', 'text', { maxLength: 60 }),
    field('name'),
    field('phone'),
    field('company'),
    field('birthday', 'date'),
    field('stage'),
    field('updated_at', 'datetime'),
  ];
  return schema('public.customers', fields, { label: 'customers', keys: ['id'] });
}

/** An association to a far object. */
export function association(name: string, to: string, more: Partial<Association> = {}): Association {
  return { name, label: name, to, many: 'one', writable: 'always', ...more };
}

/** A mapping as a file would say it. */
export function mapping(
  a: string | string[],
  b: string | string[],
  more: Partial<MappingSettings> = {},
): MappingSettings {
  const plain = { enabled: true, direction: 'both', wins: 'default', fill: 'always', empty: 'flows' } as const;
  return { a: [a].flat(), b: [b].flat(), ...plain, ...more };
}

/** Settings with every default. */
function settings(more: Partial<SyncSettings> = {}): SyncSettings {
  return {
    a: { account: 'crm', object: 'contacts' },
    b: { account: 'shop', object: 'public.customers' },
    direction: 'both',
    default: 'a',
    match: 'default',
    require: 'default',
    filter: {},
    leaving: 'keep',
    deletions: { a: 'ignore', b: 'ignore' },
    route: null,
    mappings: 'default',
    associations: 'default',
    users: {},
    brakes: { create: { share: 0.1 }, update: { share: 0.5 }, empty: { share: 0.05 }, archive: { share: 0.01 } },
    everySeconds: 60,
    enabled: true,
    ...more,
  };
}

/** Contacts with customers, or what else is given. */
export function input(more: Partial<SyncSettings> = {}, other: Partial<CompileInput> = {}): CompileInput {
  return {
    sync: '1',
    key: 'contacts',
    version: 1,
    settings: settings(more),
    schemas: { a: contacts(), b: customers() },
    slots: {},
    users: { a: [], b: [] },
    neighbours: [],
    now: Date.parse('2026-07-01T12:00:00Z'),
    ...other,
  };
}

/** Compiles what must be right. */
export function compiled(given: CompileInput): Compiled {
  const result = compileRules(given);
  if ('problems' in result) assert.fail(JSON.stringify(result.problems));
  return result;
}

/** Compiles what must be wrong. */
export function problemsOf(given: CompileInput): SettingsProblem[] {
  const result = compileRules(given);
  return 'problems' in result ? result.problems : assert.fail('these settings compile');
}

/** The one mapping between two fields. */
export function mapped(
  a: Field,
  b: Field,
  more: Partial<MappingSettings> = {},
  other: Partial<CompileInput> = {},
): Mapping {
  const mappings = [mapping(a.name, b.name, more)];
  const schemas = { a: schema('left', [a]), b: schema('right', [b]) };
  const [only] = compiled(input({ mappings, match: 'none' }, { schemas, ...other })).rules.mappings;
  return only ?? assert.fail('the mapping cannot flow');
}
