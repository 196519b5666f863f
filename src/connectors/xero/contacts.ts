import type { Option } from '../../model/field.ts';
import type { Values } from '../../model/value.ts';
import { currencyField } from './currencies.ts';
import { plainElement, type Resource, type Row, type XeroField } from './resource.ts';

/** Kinds of phones, by our field's name. */
const phoneTypes: Record<string, string> = { Phone: 'DEFAULT', Mobile: 'MOBILE', Fax: 'FAX', DirectDial: 'DDI' };

/** Kinds of addresses: Xero calls the one on invoices POBOX, and the one for deliveries STREET. */
const addressTypes: Record<string, string> = { Billing: 'POBOX', Delivery: 'STREET' };

const addressParts: Record<string, [string, string]> = {
  AddressLine1: ['street address', 'street'],
  AddressLine2: ['street address 2', 'street2'],
  City: ['city', 'city'],
  Region: ['state or region', 'state'],
  PostalCode: ['postal code', 'postal-code'],
  Country: ['country', 'country'],
};

/** People and businesses that are billed. Those that are archived, or merged into others, are gone. */
export function contacts(currencies: Option[]): Resource {
  const fields: XeroField[] = [
    text('Name', 'Name', 255, 'person.name'),
    text('FirstName', 'First name', 255, 'person.first-name'),
    text('LastName', 'Last name', 255, 'person.last-name'),
    { ...text('EmailAddress', 'E-mail', 255, 'person.email'), type: 'email' },
    ...phones(),
    ...addresses(),
    { ...text('ContactNumber', 'Contact number', 50) },
    text('AccountNumber', 'Account number', 50),
    text('CompanyNumber', 'Company number', 50, 'company.registration-number'),
    text('TaxNumber', 'Tax number', 50, 'company.vat-number'),
    currencyField('DefaultCurrency', 'Currency', currencies, 'always'),
    { name: 'IsCustomer', label: 'Is a customer', type: 'boolean', writable: 'never' },
    { name: 'IsSupplier', label: 'Is a supplier', type: 'boolean', writable: 'never' },
    { name: 'Website', label: 'Website', type: 'url', writable: 'never', means: 'person.website' },
  ];
  const element = (values: Values, before: Values | undefined): Row => ({
    ...plainElement(fields, values),
    ...(before ? {} : nameOf(values)),
    ...groupsOf(values, before ?? {}),
  });
  return {
    name: 'contacts',
    label: 'Contacts',
    list: 'Contacts',
    id: 'ContactID',
    unique: {
      field: 'Name',
      find: (name) => ({ method: 'GET', url: 'Contacts', query: { where: `Name=="${quoted(name)}"` } }),
    },
    query: { includeArchived: 'true', order: 'ContactID ASC' },
    pageRows: 1000,
    idsMost: 40,
    fields,
    associations: [],
    goneBy(row) {
      if (row.ContactStatus === undefined || row.ContactStatus === 'ACTIVE') return undefined;
      const survivorId = row.MergedToContactID;
      return { how: 'archived', ...(typeof survivorId === 'string' ? { survivorId } : {}) };
    },
    element,
    elsewise(values, holder) {
      const { Name, EmailAddress } = values;
      const isTheirs = String(holder.EmailAddress ?? '').toLowerCase() === String(EmailAddress ?? '').toLowerCase();
      if (Name || !EmailAddress || isTheirs) return undefined;
      return { ...element(values, undefined), Name: `${nameOf(values).Name} (${EmailAddress})` };
    },
  };
}

/** Every contact has a name: where none is given it is that of the person, else the address. */
function nameOf({ Name, FirstName, LastName, EmailAddress }: Values): Row {
  const name = Name ?? ([FirstName, LastName].filter(Boolean).join(' ').trim() || EmailAddress);
  return name ? { Name: name } : {};
}

/** Phones and addresses of the kinds that change, each whole: Xero replaces what it is given of a kind. */
function groupsOf(values: Values, before: Values): Row {
  const phones = Object.entries(phoneTypes)
    .filter(([name]) => values[name] !== undefined)
    .map(([name, PhoneType]) => ({
      PhoneType,
      PhoneNumber: values[name] ?? '',
      PhoneAreaCode: '',
      PhoneCountryCode: '',
    }));
  const addresses = Object.entries(addressTypes)
    .filter(([name]) => Object.keys(addressParts).some((part) => values[`${name}.${part}`] !== undefined))
    .map(([name, AddressType]) => {
      const parts = Object.keys(addressParts).map((part) => {
        const full = `${name}.${part}`;
        return [part, values[full] === undefined ? (before[full] ?? '') : (values[full] ?? '')];
      });
      return { AddressType, ...Object.fromEntries(parts) };
    });
  return {
    ...(phones.length > 0 ? { Phones: phones } : {}),
    ...(addresses.length > 0 ? { Addresses: addresses } : {}),
  };
}

function phones(): XeroField[] {
  const roles: Record<string, string> = { Phone: 'person.phone', Mobile: 'person.mobile', Fax: 'person.fax' };
  return Object.entries(phoneTypes).map(([name, type]) => ({
    name,
    label: name === 'DirectDial' ? 'Direct dial' : name,
    type: 'phone',
    writable: 'always',
    maxLength: 50,
    ...(roles[name] ? { means: roles[name] } : {}),
    from(row) {
      const phone = oneOf(row.Phones, 'PhoneType', type);
      const parts = [phone?.PhoneCountryCode, phone?.PhoneAreaCode, phone?.PhoneNumber];
      return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
    },
  }));
}

function addresses(): XeroField[] {
  return Object.entries(addressTypes).flatMap(([kind, type]) =>
    Object.entries(addressParts).map(
      ([part, [label, role]]): XeroField => ({
        ...text(`${kind}.${part}`, `${kind} ${label}`, 500, kind === 'Billing' ? `person.${role}` : undefined),
        from: (row) => oneOf(row.Addresses, 'AddressType', type)?.[part],
      }),
    ),
  );
}

function oneOf(shown: unknown, kind: string, type: string): Row | undefined {
  return ((shown ?? []) as Row[]).find((one) => one[kind] === type);
}

function text(name: string, label: string, maxLength: number, means?: string): XeroField {
  return { name, label, type: 'text', writable: 'always', maxLength, ...(means ? { means } : {}) };
}

/** A text within the quotes of a filter. */
function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
