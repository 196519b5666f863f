import type { SimRecord } from '../../simulator/sim-record.ts';
import { dateText, type Element, given, type Kind, textIn } from './simulator-book.ts';
import { Invalid } from './simulator-error.ts';

const texts: Record<string, number> = {
  Name: 255,
  FirstName: 255,
  LastName: 255,
  EmailAddress: 255,
  ContactNumber: 50,
  AccountNumber: 50,
  CompanyNumber: 50,
  TaxNumber: 50,
  DefaultCurrency: 100,
};

const phoneParts = ['PhoneNumber', 'PhoneAreaCode', 'PhoneCountryCode'];
const addressParts = ['AddressLine1', 'AddressLine2', 'City', 'Region', 'PostalCode', 'Country'];

/** Contacts: archived instead of deleted, and merged into others. */
export const contactKind: Kind = {
  list: 'Contacts',
  id: 'ContactID',
  unique: 'Name',
  pageRows: { usual: 100, most: 1000 },
  isListed: ({ archivedAt }, query) => archivedAt === undefined || query.get('includeArchived') === 'true',
  refuseFrozen({ archivedAt }) {
    if (archivedAt !== undefined) throw new Invalid('The contact is archived and cannot be changed.');
  },
  values(element, book, before) {
    const plain = Object.entries(texts).map(([name, most]) => [name, textIn(element, name, most)]);
    const values = { ...Object.fromEntries(plain), ...groupsIn(element) } as Record<string, unknown>;
    const { EmailAddress: email, DefaultCurrency: currency } = values;
    if (!before && !values.Name) {
      throw new Invalid('The Contact must contain at least 1 of the following elements to identify the contact: Name');
    }
    if (values.Name === '') throw new Invalid('The contact name cannot be empty.');
    if (email && !/^\S+@\S+$/.test(String(email))) throw new Invalid('Email address must be valid.');
    if (currency && !book.currencies.includes(String(currency))) {
      throw new Invalid(`Organisation is not subscribed to currency ${currency}`);
    }
    return given(values);
  },
  shown: shownContact,
};

function shownContact({ id, values, archivedAt, updatedAt }: SimRecord): Element {
  const plain = Object.keys(texts).filter((name) => values[name] !== undefined);
  return {
    ContactID: id,
    ContactStatus: archivedAt === undefined ? 'ACTIVE' : 'ARCHIVED',
    ...Object.fromEntries(plain.map((name) => [name, values[name]])),
    ...(values.MergedToContactID ? { MergedToContactID: values.MergedToContactID } : {}),
    Addresses: ['STREET', 'POBOX'].map((AddressType) => ({
      AddressType,
      ...partsOf(values, `Addresses.${AddressType}.`, addressParts),
    })),
    Phones: ['DDI', 'DEFAULT', 'FAX', 'MOBILE'].map((PhoneType) => ({
      PhoneType,
      ...partsOf(values, `Phones.${PhoneType}.`, phoneParts),
    })),
    IsSupplier: false,
    IsCustomer: values.IsCustomer === true,
    ContactGroups: [],
    ContactPersons: [],
    HasAttachments: false,
    HasValidationErrors: false,
    UpdatedDateUTC: dateText(updatedAt),
  };
}

function partsOf(values: SimRecord['values'], prefix: string, parts: string[]): Element {
  return Object.fromEntries(parts.map((part) => [part, values[`${prefix}${part}`] ?? '']));
}

/** Phones and addresses by their kind: those of a kind that is sent are replaced. */
function groupsIn(element: Element): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const take = (list: 'Phones' | 'Addresses', kind: string, parts: string[], most: number) => {
    for (const one of (element[list] ?? []) as Element[]) {
      for (const part of parts) values[`${list}.${one[kind]}.${part}`] = textIn(one, part, most) ?? '';
    }
  };
  take('Phones', 'PhoneType', phoneParts, 50);
  take('Addresses', 'AddressType', addressParts, 500);
  return values;
}
