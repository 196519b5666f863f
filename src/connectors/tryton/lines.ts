import type { Session } from '../../connector/session.ts';
import type { Field } from '../../model/field.ts';
import type { Values } from '../../model/value.ts';
import type { Entity } from './entity.ts';
import { firstId, shown } from './entity.ts';
import { Refused } from './errors.ts';
import { rowsOf } from './lookup.ts';
import { numberOf, priceDecimals } from './products.ts';
import { asDecimal, type Raw } from './typed-json.ts';

/** Lines of sales. */
export const saleLines: Entity = linesOf({
  name: 'sale_lines',
  label: 'Sale lines',
  model: 'sale.line',
  document: { field: 'sale', label: 'Sale', object: 'sales', means: 'line-item.order' },
  domain: [['type', '=', 'line']],
  account: async () => ({}),
});

/** Lines of invoices to customers. */
export const invoiceLines: Entity = linesOf({
  name: 'invoice_lines',
  label: 'Invoice lines',
  model: 'account.invoice.line',
  document: { field: 'invoice', label: 'Invoice', object: 'invoices', means: 'line-item.invoice' },
  domain: [
    ['type', '=', 'line'],
    ['invoice.type', '=', 'out'],
  ],
  async account(s) {
    const [settings] = await rowsOf(s, 'account.configuration', [], ['default_category_account_revenue']);
    const account = settings?.default_category_account_revenue;
    if (account) return { account };
    throw lacking('Tryton has no default revenue account: set it in its accounting configuration');
  },
});

interface Lines {
  name: string;
  label: string;
  model: string;
  document: { field: string; label: string; object: string; means: string };
  domain: Entity['domain'];
  /** The account that a new line is booked on. */
  account(s: Session): Promise<Record<string, Raw>>;
}

function linesOf({ name, label, model, document, domain, account }: Lines): Entity {
  return {
    name,
    label,
    means: 'line-item',
    keys: [],
    fields: fields(),
    associations: [
      {
        name: 'product',
        label: 'Product',
        to: 'products',
        many: 'one',
        writable: 'once',
        means: 'line-item.product',
      },
      {
        name: document.field,
        label: document.label,
        to: document.object,
        many: 'one',
        writable: 'once',
        means: document.means,
      },
    ],
    model,
    reads: ['description', 'quantity', 'unit_price', 'amount', 'product', document.field],
    parts: [],
    domain,
    live: () => [],
    state: () => 'live',
    values: (row) => ({
      description: shown(row.description),
      quantity: shown(row.quantity),
      unit_price: shown(row.unit_price),
      amount: shown(row.amount),
      product: idsOf(row.product),
      [document.field]: idsOf(row[document.field]),
    }),
    writes: {
      model,
      target: (row) => row.id,
      async create(s, values) {
        const parent = firstId(values[document.field]);
        if (parent === null) throw lacking(`${label} need their ${document.field}: associate one in the other app`);
        const product = firstId(values.product);
        return {
          type: 'line',
          [document.field]: parent,
          ...(await account(s)),
          ...(product === null ? {} : { product }),
          unit: await unitOf(s, product),
          ...changesOf({ quantity: '1', unit_price: '0', ...values }),
        };
      },
      update: async (_, __, values) => changesOf(values),
      archive: 'none',
    },
  };
}

function fields(): Field[] {
  return [
    { name: 'description', label: 'Description', type: 'long-text', writable: 'always', means: 'line-item.name' },
    { name: 'quantity', label: 'Quantity', type: 'number', writable: 'always', means: 'line-item.quantity' },
    {
      name: 'unit_price',
      label: 'Unit price',
      type: 'money',
      decimals: priceDecimals,
      writable: 'always',
      means: 'line-item.price',
    },
    { name: 'amount', label: 'Amount', type: 'money', writable: 'never', means: 'line-item.amount' },
  ];
}

function changesOf(values: Values): Record<string, Raw> {
  const changes: Record<string, Raw> = {};
  if ('description' in values) changes.description = values.description as Raw;
  // Quantities are binary floating point in Tryton itself.
  if ('quantity' in values) changes.quantity = Number(numberOf(values.quantity ?? '0', 'quantity'));
  if ('unit_price' in values) changes.unit_price = asDecimal(numberOf(values.unit_price ?? '0', 'unit_price'));
  return changes;
}

/** The unit in which the product is sold, else the first one that Tryton has. */
async function unitOf(s: Session, product: number | null): Promise<Raw> {
  if (product !== null) {
    const [row] = await rowsOf(s, 'product.product', [['id', '=', product]], ['sale_uom', 'default_uom']);
    if (row) return row.sale_uom ?? row.default_uom ?? null;
  }
  return (await rowsOf(s, 'product.uom', [], ['name']))[0]?.id ?? null;
}

function idsOf(raw: Raw | undefined): string[] {
  return typeof raw === 'number' ? [String(raw)] : [];
}

function lacking(message: string): Refused {
  return new Refused({ kind: 'invalid', category: 'required-missing', message });
}
