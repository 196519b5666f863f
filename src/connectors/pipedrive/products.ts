import { ownCurrency } from './account.ts';
import type { PipedriveField, Resource, Row } from './resource.ts';
import { numberOf } from './to-json.ts';
import { owner, stamps, text } from './usual.ts';

/** A price in one currency, as the client's `PricesArrayPricesInner`. */
type Price = Row & { currency?: string };

/** The first price stands for the product; those in further currencies are left as they are. */
const priceFields: PipedriveField[] = [
  priceField('price', 'Price', 'product.price'),
  priceField('cost', 'Unit cost', 'product.cost'),
  {
    name: 'currency',
    label: 'Currency',
    type: 'select',
    writable: 'always',
    means: 'product.currency',
    from: (row) => firstOf(row).currency,
  },
];

/** The product catalogue. */
export const products: Resource = {
  name: 'products',
  label: 'Products',
  means: 'product',
  path: '/api/v2/products',
  event: 'product',
  fieldsPath: '/api/v2/productFields',
  keys: ['code', 'name'],
  fields: [
    { ...text('name', 'Name', 'product.name'), required: true },
    text('code', 'Code', 'product.sku'),
    { ...text('description', 'Description', 'product.description'), type: 'long-text', maxLength: 65_535 },
    text('unit', 'Unit', 'product.unit'),
    { name: 'tax', label: 'Tax in percent', type: 'number', writable: 'always', means: 'product.tax' },
    ...priceFields,
    { name: 'category', label: 'Category', type: 'select', writable: 'always', ids: 'numbers' },
    { name: 'is_linkable', label: 'Can be added to deals', type: 'boolean', writable: 'always' },
    owner,
    ...stamps,
  ],
  associations: [],
  rowFor: priceFields.map(({ name }) => name),
  shape(body, values, _, row) {
    if (!priceFields.some(({ name }) => values[name] !== undefined)) return;
    const [first, ...others] = pricesOf(row ?? {});
    const changed: Price = { ...first };
    for (const name of ['price', 'cost']) {
      if (values[name] !== undefined) changed[name] = numberOf({ label: name }, values[name] ?? '0');
    }
    if (typeof values.currency === 'string') changed.currency = values.currency;
    body.prices = [changed, ...others.filter((one) => one.currency !== changed.currency)].map(sent);
  },
  async usual(s, values) {
    const isPriced = values.price !== undefined || values.cost !== undefined;
    return isPriced && !values.currency ? { ...values, currency: await ownCurrency(s) } : values;
  },
};

function priceField(name: string, label: string, means: string): PipedriveField {
  return { name, label, type: 'money', writable: 'always', means, from: (row) => firstOf(row)[name] };
}

function pricesOf(row: Row): Price[] {
  return (row.prices as Price[] | null | undefined) ?? [];
}

function firstOf(row: Row): Price {
  return pricesOf(row)[0] ?? {};
}

/** A price as it is given back: without the product's id. */
function sent({ price, cost, currency, direct_cost: directCost, notes }: Price): Row {
  const whole = { price: price ?? 0, cost: cost ?? 0, currency, direct_cost: directCost, notes };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined && value !== null));
}
