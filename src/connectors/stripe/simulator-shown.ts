import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { type Account, head, metadataOf, seconds } from './simulator-account.ts';

/** Names of tables as Stripe's names of one object. */
export const singular: Record<string, string> = {
  customers: 'customer',
  products: 'product',
  prices: 'price',
  invoices: 'invoice',
};

/** A line of an invoice, as it is kept. Amounts in minor units. */
export interface Line {
  id: string;
  amount: number;
  quantity: number;
  unit_amount_decimal: string;
  description?: string;
  price?: string;
  product?: string;
  tax?: number;
}

/** An object as Stripe shows it. */
export function shownOf(account: Account, table: string, record: SimRecord, expand: string[] = []): object {
  switch (table) {
    case 'customers':
      return shownCustomer(record);
    case 'products':
      return shownProduct(account, record, expand);
    case 'prices':
      return shownPrice(record);
    default:
      return shownInvoice(account, record);
  }
}

/** A deleted object shows no more than that. */
export function shownDeleted(table: string, id: string): object {
  return { id, object: singular[table], deleted: true };
}

function shownCustomer(record: SimRecord): object {
  const { values } = record;
  const shipping = group(values, 'shipping.');
  const address = group(values, 'address.');
  return {
    ...head(record, 'customer'),
    address: address && whole(address),
    balance: 0,
    business_name: text(values, 'business_name') ?? undefined,
    currency: text(values, 'currency'),
    default_source: null,
    delinquent: false,
    description: text(values, 'description'),
    email: text(values, 'email'),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    metadata: metadataOf(values),
    name: text(values, 'name'),
    phone: text(values, 'phone'),
    preferred_locales: values.preferred_locales ?? [],
    shipping: shipping && {
      name: shipping.name ?? null,
      phone: shipping.phone ?? null,
      address: whole(group(values, 'shipping.address.') ?? {}),
    },
    tax_exempt: values.tax_exempt ?? 'none',
    test_clock: null,
  };
}

/** All parts of an address, empty ones as null. */
function whole(parts: Record<string, unknown>): object {
  const names = ['city', 'country', 'line1', 'line2', 'postal_code', 'state'];
  return Object.fromEntries(names.map((name) => [name, parts[name] ?? null]));
}

function shownProduct(account: Account, record: SimRecord, expand: string[]): object {
  const { values, archivedAt, updatedAt } = record;
  const price = account.prices.get(String(values.default_price ?? ''));
  return {
    ...head(record, 'product'),
    active: archivedAt === undefined,
    default_price: price ? (expand.includes('default_price') ? shownPrice(price) : price.id) : null,
    description: text(values, 'description'),
    images: [],
    marketing_features: [],
    metadata: metadataOf(values),
    name: text(values, 'name'),
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    type: 'service',
    unit_label: text(values, 'unit_label'),
    updated: seconds(updatedAt),
    url: text(values, 'url'),
  };
}

function shownPrice(record: SimRecord): object {
  const { values } = record;
  const exact = text(values, 'unit_amount_decimal');
  const recurring = values['recurring.interval'];
  return {
    ...head(record, 'price'),
    active: values.active !== false,
    billing_scheme: 'per_unit',
    currency: values.currency,
    custom_unit_amount: null,
    lookup_key: text(values, 'lookup_key'),
    metadata: metadataOf(values),
    nickname: text(values, 'nickname'),
    product: values.product,
    recurring: recurring
      ? {
          interval: recurring,
          interval_count: Number(values['recurring.interval_count'] ?? 1),
          meter: null,
          trial_period_days: null,
          usage_type: 'licensed',
        }
      : null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: recurring ? 'recurring' : 'one_time',
    unit_amount: exact !== null && /^\d+$/.test(exact) ? Number(exact) : null,
    unit_amount_decimal: exact,
  };
}

/** Lines that come with an invoice; the others are listed. */
const linesShown = 10;

function shownInvoice(account: Account, record: SimRecord): object {
  const { values, id } = record;
  const lines = linesOf(record);
  const customer = account.customers.get(String(values.customer ?? ''));
  const amounts = amountsOf(record);
  const page = lines.slice(0, linesShown).map((line) => shownLine(record, line));
  const isDraft = values.status === 'draft';
  return {
    ...head(record, 'invoice'),
    ...amounts,
    account_name: 'Simulated account',
    attempt_count: 0,
    auto_advance: values.auto_advance === true,
    billing_reason: 'manual',
    collection_method: values.collection_method ?? 'charge_automatically',
    currency: values.currency,
    customer: values.customer ?? null,
    customer_email: customer ? text(customer.values, 'email') : null,
    customer_name: customer ? text(customer.values, 'name') : null,
    description: text(values, 'description'),
    due_date: values.due_date ?? null,
    effective_at: values.effective_at ?? values.finalized_at ?? null,
    footer: text(values, 'footer'),
    hosted_invoice_url: isDraft ? null : `https://invoice.example.com/i/${id}`,
    invoice_pdf: isDraft ? null : `https://invoice.example.com/i/${id}/pdf`,
    lines: { object: 'list', data: page, has_more: lines.length > linesShown, url: `/v1/invoices/${id}/lines` },
    metadata: metadataOf(values),
    number: text(values, 'number'),
    period_end: seconds(record.createdAt),
    period_start: seconds(record.createdAt),
    starting_balance: 0,
    status: values.status,
    status_transitions: {
      finalized_at: values.finalized_at ?? null,
      marked_uncollectible_at: values.marked_uncollectible_at ?? null,
      paid_at: values.paid_at ?? null,
      voided_at: values.voided_at ?? null,
    },
  };
}

/** The lines an invoice keeps. */
export function linesOf(record: SimRecord): Line[] {
  return (record.values.lines ?? []) as Line[];
}

/** A line as Stripe shows it. */
export function shownLine({ id, values, createdAt }: SimRecord, line: Line): { id: string } {
  const { price, product, tax = 0 } = line;
  const shown = {
    object: 'line_item',
    amount: line.amount,
    currency: values.currency,
    description: line.description ?? null,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: id,
    livemode: false,
    metadata: {},
    period: { start: seconds(createdAt), end: seconds(createdAt) },
    pricing: {
      type: 'price_details',
      unit_amount_decimal: line.unit_amount_decimal,
      ...(price ? { price_details: { price, product } } : {}),
    },
    quantity: line.quantity,
    subtotal: line.amount,
    taxes: tax
      ? [{ amount: tax, tax_behavior: 'exclusive', taxable_amount: line.amount, type: 'tax_rate_details' }]
      : [],
  };
  return { id: line.id, ...shown };
}

function amountsOf(record: SimRecord) {
  const lines = linesOf(record);
  const subtotal = sum(lines.map(({ amount }) => amount));
  const tax = sum(lines.map((line) => line.tax ?? 0));
  const total = subtotal + tax;
  const paid = Number(record.values.amount_paid ?? 0);
  return {
    amount_due: total,
    amount_overpaid: 0,
    amount_paid: paid,
    amount_remaining: total - paid,
    amount_shipping: 0,
    subtotal,
    subtotal_excluding_tax: subtotal,
    total,
    total_excluding_tax: subtotal,
    total_taxes: tax
      ? [{ amount: tax, tax_behavior: 'exclusive', taxable_amount: subtotal, type: 'tax_rate_details' }]
      : [],
  };
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function text(values: SimValues, name: string): string | null {
  const value = values[name];
  return value === undefined || value === null ? null : String(value);
}

/** Values whose names begin with this, by the rest; undefined where there are none. */
function group(values: SimValues, prefix: string): Record<string, unknown> | undefined {
  const entries = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}
