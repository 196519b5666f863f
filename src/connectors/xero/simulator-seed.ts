import type { Random } from '../../lib/random.ts';
import { chance, type EmailCase, makePerson, pick } from '../../simulator/people.ts';
import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { type Book, rounded } from './simulator-book.ts';

const day = 86_400_000;

/** What an organisation starts with. */
export interface SeedOptions {
  count: number;
  sameStamp: number;
  emailCase: EmailCase;
}

/** Fills an organisation with contacts, items and sales invoices. Nobody is told. */
export function seedBook(book: Book, { count, sameStamp, emailCase }: SeedOptions): void {
  if (count === 0) return;
  const random = book.ground.random('seed');
  const now = book.ground.store.stamp();
  const load = (list: keyof Book['tables'], all: SimValues[]) => {
    const records = all.map((values, n) => recordOf(book.id(), values, now - 100 * day + n * 1000));
    book.tables[list].load(records);
    return records;
  };
  const contacts = load(
    'Contacts',
    times(count, (n) => contactValues(random, n, emailCase)),
  );
  book.tables.Contacts.shareStamp(contacts, sameStamp, 1000);
  load(
    'Items',
    times(Math.min(12, count), (n) => ({
      Code: `ITEM-${n}`,
      Name: `Item ${n}`,
      'SalesDetails.UnitPrice': 5 + n * 2.5,
    })),
  );
  load(
    'Invoices',
    times(Math.ceil(count / 2), () => invoiceValues(book, random, pick(random, contacts).id, now)),
  );
}

function contactValues(random: Random, n: number, emailCase: EmailCase): SimValues {
  const person = makePerson(random, n, 20, emailCase);
  const all = {
    Name: `${person.firstName.trim()} ${person.lastName.trim()} ${n}`,
    FirstName: person.firstName,
    LastName: person.lastName,
    EmailAddress: person.email,
    'Phones.DEFAULT.PhoneNumber': person.phone,
    'Addresses.POBOX.AddressLine1': person.street,
    'Addresses.POBOX.City': person.city,
    'Addresses.POBOX.PostalCode': person.postcode,
    'Addresses.POBOX.Country': person.country,
    IsCustomer: true,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}

function invoiceValues(book: Book, random: Random, contact: string, now: number): SimValues {
  const unit = 100 + Math.floor(random.next() * 90_000) / 100;
  const quantity = 1 + Math.floor(random.next() * 9);
  const amount = rounded(unit * quantity);
  const tax = rounded(amount * 0.2);
  const line = { LineItemID: book.id(), Description: 'As agreed', Quantity: quantity, UnitAmount: unit };
  const at = now - Math.floor(random.next() * 90) * day;
  const status = pick(random, ['DRAFT', 'AUTHORISED', 'AUTHORISED', 'PAID', 'VOIDED']);
  const isPaid = status === 'PAID';
  return {
    Type: chance(random, 0.9) ? 'ACCREC' : 'ACCPAY',
    ContactID: contact,
    InvoiceNumber: book.number('INV'),
    Status: status,
    CurrencyCode: pick(random, book.currencies),
    Date: dayOf(at),
    DueDate: dayOf(at + 30 * day),
    lines: [{ ...line, LineAmount: amount, TaxAmount: tax }],
    ...(isPaid ? { AmountPaid: rounded(amount + tax), FullyPaidOnDate: dayOf(at + 20 * day) } : {}),
  };
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

function recordOf(id: string, values: SimValues, at: number): SimRecord {
  const seeder = { kind: 'person', id: 'seed' } as const;
  return { id, values, createdAt: at, updatedAt: at, createdBy: seeder, updatedBy: seeder, revision: 1, mergedIds: [] };
}

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
