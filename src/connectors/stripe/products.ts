import { Failure, type ObjectType, type UpdateItem } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import type { Values } from '../../model/value.ts';
import { longestText } from './customers.ts';
import { eventTypes } from './event-types.ts';
import { formRequest, type Parameters } from './form.ts';
import { metadataFields } from './metadata.ts';
import { currencyOptions, fromMinor, toMinor } from './money.ts';
import { mostListed, readsOf } from './reads.ts';
import { expanding, idOf, type List, type Resource, type Row, type StripeField } from './resource.ts';
import { archiveOf, writesOf } from './writes.ts';

const fields: StripeField[] = [
  {
    name: 'name',
    label: 'Name',
    type: 'text',
    writable: 'always',
    required: true,
    maxLength: longestText,
    means: 'product.name',
  },
  {
    name: 'description',
    label: 'Description',
    type: 'long-text',
    writable: 'always',
    maxLength: longestText,
    means: 'product.description',
  },
  {
    name: 'price',
    label: 'Price',
    type: 'money',
    writable: 'always',
    means: 'product.price',
    from: (row) => priceOf(row) && fromMinor(priceOf(row)?.unit_amount_decimal, String(priceOf(row)?.currency)),
  },
  {
    name: 'currency',
    label: 'Currency',
    type: 'select',
    writable: 'always',
    options: currencyOptions,
    means: 'product.currency',
    from: (row) => priceOf(row)?.currency,
  },
  {
    name: 'interval',
    label: 'Billed every',
    type: 'text',
    writable: 'never',
    from: (row) => priceOf(row)?.recurring?.interval,
  },
  {
    name: 'metadata.sku',
    label: 'SKU (metadata)',
    type: 'text',
    writable: 'always',
    maxLength: 500,
    means: 'product.sku',
  },
  { name: 'unit_label', label: 'Unit', type: 'text', writable: 'always', maxLength: 12, means: 'product.unit' },
  { name: 'url', label: 'Web address', type: 'url', writable: 'always', maxLength: 2048, means: 'product.url' },
  { name: 'created', label: 'Created', type: 'datetime', writable: 'never' },
];

const resource: Resource = {
  name: 'products',
  path: '/v1/products',
  events: eventTypes.products,
  expand: ['default_price'],
  listed: { active: 'true' },
  fields,
  associations: [],
  isArchived: (row) => row.active === false,
};

/** What is sold, with the price that is its default. A product that is not active counts as archived. */
export function products(metadataKeys: string[]): ObjectType {
  const more = metadataFields(metadataKeys.filter((key) => key !== 'sku'));
  const own = { ...resource, fields: [...fields, ...more] };
  return {
    name: own.name,
    label: 'Products',
    means: 'product',
    fields: own.fields,
    keys: ['metadata.sku', 'name'],
    reads: readsOf(own),
    writes: { ...writesOf(own, { create: firstPrice, update: nextPrice }), archive: archiveOf(own) },
  };
}

/** A price as Stripe shows it: only its nickname, metadata and whether it is active ever change. */
interface Price {
  id: string;
  currency: string;
  unit_amount_decimal: string | null;
  recurring: { interval: string; interval_count: number } | null;
}

function priceOf(row: Row): Price | undefined {
  return typeof row.default_price === 'object' ? ((row.default_price as Price | null) ?? undefined) : undefined;
}

/** A new product's price is made with it, in one call. */
async function firstPrice(s: Session, { price, currency }: Values): Promise<Parameters> {
  if (price === null || price === undefined) return {};
  const code = String(currency ?? (await ownCurrency(s)));
  return {
    'default_price_data.currency': code,
    'default_price_data.unit_amount_decimal': minorOf(String(price), code),
  };
}

/** Prices never change: another one becomes the default, and then the old one is archived, in this order or Stripe refuses. */
async function nextPrice(
  s: Session,
  { id, values }: UpdateItem,
): Promise<{ more: Parameters; after?(): Promise<void> }> {
  if (!('price' in values) && !('currency' in values)) return { more: {} };
  const url = `${resource.path}/${encodeURIComponent(id)}`;
  const row = (await s.request({ method: 'GET', url, query: expanding(resource, 'one') })).json<Row>();
  const old = priceOf(row);
  const currency = String(values.currency ?? old?.currency ?? (await ownCurrency(s)));
  const amount = 'price' in values ? minorGiven(values.price) : (old?.unit_amount_decimal ?? undefined);
  if (amount === undefined) return { more: {} };
  const minor = 'price' in values ? minorOf(amount, currency) : sameAmount(amount, old?.currency ?? currency, currency);
  const found = await standingPrice(s, id, { currency, minor, recurring: old?.recurring ?? null });
  const price = found ?? (await newPrice(s, id, { currency, minor, recurring: old?.recurring ?? null }));
  if (price === old?.id) return { more: {} };
  const archive = async () => {
    if (old) await s.request(formRequest(`/v1/prices/${old.id}`, { active: 'false' }));
  };
  return { more: { default_price: price }, after: archive };
}

function minorGiven(price: unknown): string {
  if (price !== null) return String(price);
  throw new Failure(
    'invalid',
    'Stripe cannot take the price of a product away: give it another, or archive the product',
  );
}

/** The same amount of money in another currency's minor units. */
function sameAmount(minor: string, from: string, to: string): string {
  return minorOf(fromMinor(minor, from) ?? '', to);
}

function minorOf(price: string, currency: string): string {
  const minor = toMinor(price, currency);
  if (minor === null) throw new Failure('invalid', 'the price is no number; correct it');
  return minor;
}

interface PriceWanted {
  currency: string;
  minor: string;
  recurring: Price['recurring'];
}

/** An active price of the product that is the same already: what was sent twice makes one price. */
async function standingPrice(s: Session, product: string, wanted: PriceWanted): Promise<string | undefined> {
  const query = { product, currency: wanted.currency, active: 'true', limit: mostListed };
  const { data } = (await s.request({ method: 'GET', url: '/v1/prices', query })).json<List>();
  const same = (data as unknown as Price[]).find(
    ({ unit_amount_decimal, recurring }) =>
      unit_amount_decimal === wanted.minor && recurring?.interval === wanted.recurring?.interval,
  );
  return same?.id;
}

async function newPrice(s: Session, product: string, { currency, minor, recurring }: PriceWanted): Promise<string> {
  const parameters: Parameters = { product, currency, unit_amount_decimal: minor };
  if (recurring) {
    parameters['recurring.interval'] = recurring.interval;
    parameters['recurring.interval_count'] = String(recurring.interval_count);
  }
  return idOf((await s.request(formRequest('/v1/prices', parameters))).json()) ?? '';
}

/** The account's own currency, for prices that come without one. */
function ownCurrency(s: Session): Promise<string> {
  return s.remember('currency', async () => {
    const reply = await s.request({ method: 'GET', url: '/v1/account' });
    return reply.json<{ default_currency?: string }>().default_currency ?? 'usd';
  });
}
