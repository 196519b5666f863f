import { plainElement, type Resource, type XeroField } from './resource.ts';

const fields: XeroField[] = [
  {
    name: 'Code',
    label: 'Code',
    type: 'text',
    writable: 'always',
    required: true,
    unique: true,
    maxLength: 30,
    means: 'product.sku',
  },
  { name: 'Name', label: 'Name', type: 'text', writable: 'always', maxLength: 50, means: 'product.name' },
  {
    name: 'Description',
    label: 'Description',
    type: 'long-text',
    writable: 'always',
    maxLength: 4000,
    means: 'product.description',
  },
  price('SalesDetails.UnitPrice', 'Price', 'product.price'),
  price('PurchaseDetails.UnitPrice', 'Cost', 'product.cost'),
  {
    name: 'PurchaseDescription',
    label: 'Purchase description',
    type: 'long-text',
    writable: 'always',
    maxLength: 4000,
  },
  { name: 'QuantityOnHand', label: 'In stock', type: 'number', writable: 'never', means: 'product.stock' },
];

/** What is sold and bought. Xero lists all at once, and forgets those that are deleted. */
export const items: Resource = {
  name: 'items',
  label: 'Items',
  list: 'Items',
  id: 'ItemID',
  unique: {
    field: 'Code',
    find: (code) => ({ method: 'GET', url: `Items/${encodeURIComponent(code)}`, accept: [404] }),
  },
  query: { unitdp: 4 },
  fields,
  associations: [],
  // An item that changes is told by its code or its id; its code must come along.
  element: (values, before) => ({
    ...(before?.Code && values.Code === undefined ? { Code: before.Code } : {}),
    ...plainElement(fields, values),
  }),
};

function price(name: string, label: string, means: string): XeroField {
  return { name, label, type: 'money', writable: 'always', decimals: 4, means };
}
