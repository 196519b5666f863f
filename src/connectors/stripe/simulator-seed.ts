import type { Random } from '../../lib/random.ts';
import { chance, type EmailCase, makePerson, pick } from '../../simulator/people.ts';
import type { RecordTable } from '../../simulator/record-table.ts';
import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { type Account, idSource, seconds } from './simulator-account.ts';
import type { Line } from './simulator-shown.ts';

const day = 86_400_000;
const oldestDays = 700;

const wares: { name: string; currency: string; minor: string; interval?: string }[] = [
  { name: 'Starter plan', currency: 'usd', minor: '1900', interval: 'month' },
  { name: 'Team plan', currency: 'eur', minor: '9900', interval: 'month' },
  { name: 'Poster', currency: 'jpy', minor: '1500' },
  { name: 'Consulting hour', currency: 'chf', minor: '18050' },
  { name: 'API call', currency: 'usd', minor: '0.25' },
  { name: 'Pearl', currency: 'kwd', minor: '12345' },
  { name: 'Sticker', currency: 'gbp', minor: '99' },
];

/** Fills an account with customers, a few products in several currencies, and invoices. No event tells of it. */
export function seedAccount(account: Account, count: number, emailCase: EmailCase): void {
  if (count === 0) return;
  const random = account.ground.random('seed');
  const now = account.ground.store.stamp();
  const load = (table: RecordTable, prefix: string, all: SimValues[]) => {
    const nextId = idSource(prefix, random);
    const records = all.map((values, n) => recordOf(nextId(), values, now - oldestDays * day + n * 60_000));
    table.load(records);
    return records;
  };
  const customers = load(
    account.customers,
    'cus',
    times(count, (n) => customerValues(random, n, emailCase)),
  );
  const products = load(
    account.products,
    'prod',
    wares.map(({ name }) => ({ name, 'metadata.sku': skuOf(name) })),
  );
  const prices = load(
    account.prices,
    'price',
    wares.map(({ currency, minor, interval }, n) => ({
      currency,
      unit_amount_decimal: minor,
      product: products[n]?.id,
      active: true,
      ...(interval ? { 'recurring.interval': interval, 'recurring.interval_count': 1 } : {}),
    })),
  );
  for (const [n, price] of prices.entries()) giveDefault(account, products[n], price);
  load(
    account.invoices,
    'in',
    times(Math.ceil(count / 2), () => invoiceValues(account, random, pick(random, customers), pick(random, prices))),
  );
}

function giveDefault(account: Account, product: SimRecord | undefined, price: SimRecord): void {
  if (!product) return;
  account.products.update(product.id, { default_price: price.id }, { kind: 'person', id: 'seed' });
}

function customerValues(random: Random, n: number, emailCase: EmailCase): SimValues {
  const person = makePerson(random, n, 20, emailCase);
  const values = {
    name: `${person.firstName} ${person.lastName}`,
    email: person.email,
    phone: person.phone.slice(0, 20),
    description: person.note,
    'address.line1': person.street,
    'address.city': person.city,
    'address.postal_code': person.postcode,
    'address.country': countries[person.country],
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value));
}

const countries: Record<string, string> = {
  Germany: 'DE',
  Switzerland: 'CH',
  France: 'FR',
  Denmark: 'DK',
  Poland: 'PL',
  'United States': 'US',
  'United Kingdom': 'GB',
};

function invoiceValues(account: Account, random: Random, customer: SimRecord, price: SimRecord): SimValues {
  const { currency, product, unit_amount_decimal: exact } = price.values;
  const quantity = 1 + Math.floor(random.next() * 20);
  const amount = Math.round(Number(exact) * quantity);
  const line: Line = {
    id: account.id('il'),
    amount,
    quantity,
    unit_amount_decimal: String(exact),
    description: 'As agreed',
    price: price.id,
    product: String(product),
    ...(chance(random, 0.5) ? { tax: Math.round(amount * 0.19) } : {}),
  };
  const at = seconds(account.ground.store.stamp()) - Math.floor(random.next() * 100) * 86_400;
  const base = { customer: customer.id, currency, lines: [line], collection_method: 'send_invoice' };
  const roll = random.next();
  if (roll < 0.2) return { ...base, status: 'draft' };
  const open = { ...base, number: account.invoiceNumber(), finalized_at: at, due_date: at + 30 * 86_400 };
  if (roll < 0.5) return { ...open, status: 'open' };
  if (roll < 0.6) return { ...open, status: 'void', voided_at: at + 86_400 };
  return { ...open, status: 'paid', paid_at: at + 86_400, amount_paid: amount + (line.tax ?? 0) };
}

function recordOf(id: string, values: SimValues, at: number): SimRecord {
  const seeder = { kind: 'person', id: 'seed' } as const;
  return { id, values, createdAt: at, updatedAt: at, createdBy: seeder, updatedBy: seeder, revision: 1, mergedIds: [] };
}

function skuOf(name: string): string {
  return name.toUpperCase().replaceAll(' ', '-');
}

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
