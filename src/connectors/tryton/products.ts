import type { Session } from '../../connector/session.ts';
import { decimal } from '../../connector/values.ts';
import type { Values } from '../../model/value.ts';
import type { Entity } from './entity.ts';
import { far, shown } from './entity.ts';
import { Refused } from './errors.ts';
import { rowsOf } from './lookup.ts';
import type { Row } from './rpc.ts';
import { asDecimal, type Raw } from './typed-json.ts';

/** Digits after the point of prices in Tryton (`price_decimal` of its configuration). */
export const priceDecimals = 4;

/** Variants of products: name and price are the template's and thus of all its variants. */
export const products: Entity = {
  name: 'products',
  label: 'Products',
  means: 'product',
  keys: ['code', 'name'],
  fields: [
    { name: 'name', label: 'Name', type: 'text', writable: 'always', required: true, means: 'product.name' },
    { name: 'code', label: 'Code', type: 'text', writable: 'always', means: 'product.sku' },
    {
      name: 'list_price',
      label: 'List price',
      type: 'money',
      decimals: priceDecimals,
      writable: 'always',
      means: 'product.price',
    },
    {
      name: 'cost_price',
      label: 'Cost price',
      type: 'money',
      decimals: priceDecimals,
      writable: 'always',
      means: 'product.cost',
    },
    { name: 'description', label: 'Description', type: 'long-text', writable: 'always', means: 'product.description' },
    { name: 'unit', label: 'Unit', type: 'text', writable: 'never', means: 'product.unit' },
  ],
  model: 'product.product',
  reads: [
    ...['code', 'suffix_code', 'name', 'list_price', 'cost_price', 'description', 'active'],
    ...['template.code', 'template.active', 'default_uom.name'],
  ],
  parts: [{ path: 'template', model: 'product.template' }],
  domain: [],
  live: () => [
    ['active', '=', true],
    ['template.active', '=', true],
  ],
  state: (row) => (row.active && far(row, 'template')?.active ? 'live' : 'archived'),
  values: (row) => ({
    name: shown(row.name),
    code: shown(row.code),
    list_price: shown(row.list_price),
    cost_price: shown(row.cost_price),
    description: shown(row.description),
    unit: shown(far(row, 'default_uom')?.name),
  }),
  writes: {
    model: 'product.template',
    target: (row) => Number(far(row, 'template')?.id),
    async create(s, values) {
      const unit = (await rowsOf(s, 'product.uom', [['name', '=', 'Unit']], ['name']))[0]?.id;
      const anyUnit = unit ?? (await rowsOf(s, 'product.uom', [], ['name']))[0]?.id;
      return {
        type: 'goods',
        default_uom: anyUnit ?? null,
        sale_uom: anyUnit ?? null,
        salable: true,
        list_price: asDecimal('0'),
        ...(await categoryOf(s)),
        ...ofTemplate(values),
        products: [['create', [ofVariant(values, null)]]],
      };
    },
    async made(s, ids) {
      const templates = await rowsOf(s, 'product.template', [['id', 'in', ids]], ['products']);
      const variants = new Map(templates.map((row) => [row.id, (row.products as number[])[0]]));
      return ids.map((id) => Number(variants.get(id)));
    },
    async update(_, row, values) {
      const variant = ofVariant(values, row);
      const isTouched = Object.keys(variant).length > 0;
      return { ...ofTemplate(values), ...(isTouched ? { products: [['write', [row.id], variant]] } : {}) };
    },
    archive: 'by active',
  },
};

function ofTemplate(values: Values): Record<string, Raw> {
  const changes: Record<string, Raw> = {};
  if ('name' in values) changes.name = values.name as Raw;
  if ('list_price' in values) changes.list_price = asDecimal(numberOf(values.list_price ?? '0', 'list_price'));
  return changes;
}

/** A variant's code is its template's with a suffix of its own. */
function ofVariant(values: Values, row: Row | null): Record<string, Raw> {
  const changes: Record<string, Raw> = {};
  if ('description' in values) changes.description = values.description as Raw;
  if ('cost_price' in values) changes.cost_price = asDecimal(numberOf(values.cost_price ?? '0', 'cost_price'));
  if ('code' in values) {
    const prefix = String((row && far(row, 'template')?.code) ?? '');
    const code = String(values.code ?? '');
    if (!code.startsWith(prefix)) {
      const message = 'the code must begin with the code of the product’s template: change it there, in Tryton';
      throw new Refused({ kind: 'invalid', category: 'invalid-value', field: 'code', message });
    }
    changes.suffix_code = code.slice(prefix.length) || null;
  }
  return changes;
}

/** The number's text; what is none is refused here, because Tryton breaks down on it. */
export function numberOf(value: unknown, field: string): string {
  const exact = decimal(value);
  if (exact !== null) return exact;
  throw new Refused({ kind: 'invalid', category: 'invalid-value', field, message: 'this is no number: correct it' });
}

/** The accounting category of new products, which invoicing them needs; none where the settings name none. */
async function categoryOf(s: Session): Promise<Record<string, Raw>> {
  const name = s.settings.productCategory;
  if (!name) return {};
  const domain = [
    ['name', '=', name],
    ['accounting', '=', true],
  ];
  const id = (await rowsOf(s, 'product.category', domain, ['name']))[0]?.id;
  if (id !== undefined) return { account_category: id };
  throw new Refused({
    kind: 'invalid',
    message: 'Tryton has no accounting category of the name in the account’s settings',
  });
}
