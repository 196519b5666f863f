import type { Session } from '../../connector/session.ts';
import type { Field } from '../../model/field.ts';
import type { Value, Values } from '../../model/value.ts';
import type { Entity, Facts } from './entity.ts';
import { far, parts, shown } from './entity.ts';
import { Refused } from './errors.ts';
import { countriesOf, needPersonCategory } from './facts.ts';
import type { Row } from './rpc.ts';
import type { Raw } from './typed-json.ts';

/** Contact mechanisms that are fields: the first of each type. */
const mechanisms = ['email', 'phone', 'mobile', 'fax', 'website'];

/** Fields of the first address, by what they are called there. */
const addressFields = ['street', 'postal_code', 'city', 'country'];

/** Parties that are organisations: all that are not marked as persons. */
export const companies: Entity = party('companies', 'Companies', 'company');

/** Parties that are persons: those of the category that the account's settings name. */
export const contacts: Entity = party('contacts', 'Persons', 'person');

/** Its fields in this database: where no country was ever loaded, none can be written. */
export async function partyFields(s: Session, { fields }: Entity): Promise<Field[]> {
  if ((await countriesOf(s)).size > 0) return fields;
  return fields.map((field) => (field.name === 'country' ? { ...field, writable: 'never' } : field));
}

/** Is this party, read with its categories, a person? */
export function isPerson(row: Row, { personCategory }: Facts): boolean {
  return personCategory !== undefined && (row.categories as Raw[]).includes(personCategory);
}

function party(name: string, label: string, kind: 'company' | 'person'): Entity {
  return {
    name,
    label,
    means: kind,
    keys: kind === 'person' ? ['email', 'name'] : ['name', 'code'],
    fields: fieldsOf(kind),
    model: 'party.party',
    reads: [
      ...['name', 'code', 'active', 'categories', 'tax_identifier.code'],
      ...['type', 'value', 'active'].map((field) => `contact_mechanisms.${field}`),
      ...['street', 'postal_code', 'city', 'country.code', 'subdivision.name', 'active'].map(
        (one) => `addresses.${one}`,
      ),
    ],
    parts: [
      { path: 'contact_mechanisms', model: 'party.contact_mechanism' },
      { path: 'addresses', model: 'party.address' },
    ],
    domain: [],
    live: ({ personCategory, ownParties }) => [
      ['active', '=', true],
      ['id', 'not in', [...ownParties]],
      ['categories', kind === 'person' ? 'where' : 'not where', [['id', '=', personCategory ?? null]]],
    ],
    state(row, facts) {
      if (isPerson(row, facts) !== (kind === 'person') || facts.ownParties.has(row.id)) return 'elsewhere';
      return row.active ? 'live' : 'archived';
    },
    values: valuesOf,
    writes: {
      model: 'party.party',
      target: (row) => row.id,
      async create(s, values, facts) {
        const changes = await changesOf(s, null, values);
        if (kind === 'person') changes.categories = [['add', [await needPersonCategory(s, facts)]]];
        // Sales and invoices need an address, so a party has one, as it has in Tryton's own client.
        changes.addresses ??= [['create', [{}]]];
        return changes;
      },
      update: (s, row, values) => changesOf(s, row, values),
      archive: 'by active',
    },
  };
}

function fieldsOf(kind: 'company' | 'person'): Field[] {
  const field = (
    name: string,
    label: string,
    type: Field['type'],
    role?: string,
    more: Partial<Field> = {},
  ): Field => ({
    name,
    label,
    type,
    writable: 'always',
    ...(role ? { means: `${kind}.${role}` } : {}),
    ...more,
  });
  return [
    field('name', 'Name', 'text', 'name', kind === 'company' ? { required: true } : {}),
    field('code', 'Code', 'text', undefined, { unique: true }),
    field('email', 'E-mail', 'email', 'email'),
    field('phone', 'Phone', 'phone', 'phone'),
    field('mobile', 'Mobile', 'phone', kind === 'person' ? 'mobile' : undefined),
    field('fax', 'Fax', 'phone', 'fax'),
    field('website', 'Website', 'url', 'website'),
    field('street', 'Street', 'long-text', 'street'),
    field('postal_code', 'Postal code', 'text', 'postal-code'),
    field('city', 'City', 'text', 'city'),
    field('country', 'Country', 'country', 'country'),
    field('subdivision', 'Subdivision', 'text', 'state', { writable: 'never' }),
    field('tax_identifier', 'Tax identifier', 'text', kind === 'company' ? 'vat-number' : undefined, {
      writable: 'never',
    }),
  ];
}

function valuesOf(row: Row): Values {
  const address = firstAddress(row);
  return {
    name: shown(row.name),
    code: shown(row.code),
    ...Object.fromEntries(mechanisms.map((type) => [type, shown(mechanism(row, type)?.value)])),
    street: shown(address?.street),
    postal_code: shown(address?.postal_code),
    city: shown(address?.city),
    country: shown(address && far(address, 'country')?.code),
    subdivision: shown(address && far(address, 'subdivision')?.name),
    tax_identifier: shown(far(row, 'tax_identifier')?.code),
  };
}

/** The first one in use, in the order that people gave them. */
function mechanism(row: Row, type: string): Row | undefined {
  return parts(row, 'contact_mechanisms').find((one) => one.type === type && one.active);
}

function firstAddress(row: Row): Row | undefined {
  return parts(row, 'addresses').find((one) => one.active);
}

async function changesOf(s: Session, row: Row | null, values: Values): Promise<Record<string, Raw>> {
  const changes: Record<string, Raw> = {};
  for (const name of ['name', 'code']) if (name in values) changes[name] = values[name] as Raw;
  const ways = mechanisms.flatMap((type) => (type in values ? wayOf(row, type, values[type] ?? null) : []));
  if (ways.length > 0) changes.contact_mechanisms = ways;
  const address: Record<string, Raw> = {};
  for (const name of addressFields) {
    const value = values[name] ?? null;
    if (name in values) address[name] = name === 'country' ? await countryOf(s, value) : (value as Raw);
  }
  if (Object.keys(address).length > 0) {
    const there = row && firstAddress(row);
    changes.addresses = there ? [['write', [there.id], address]] : [['create', [address]]];
  }
  return changes;
}

function wayOf(row: Row | null, type: string, value: Value): Raw[] {
  const there = row ? mechanism(row, type) : undefined;
  if (value === null) return there ? [['delete', [there.id]]] : [];
  if (there) return [['write', [there.id], { value: value as Raw }]];
  return [['create', [{ type, value: value as Raw }]]];
}

async function countryOf(s: Session, code: Value): Promise<number | null> {
  if (code === null) return null;
  const id = (await countriesOf(s)).get(String(code).toUpperCase());
  if (id !== undefined) return id;
  const message =
    'Tryton knows no country of this code: correct it, or load the countries there (trytond_import_countries)';
  throw new Refused({ kind: 'invalid', category: 'invalid-value', field: 'country', message });
}
