import type { Connector, ObjectType } from '../../connector/contract.ts';
import { invoices, sales } from './documents.ts';
import type { Entity } from './entity.ts';
import { classify, explain } from './errors.ts';
import { invoiceLines, saleLines } from './lines.ts';
import { companies, contacts, partyFields } from './parties.ts';
import { products } from './products.ts';
import { readsOf } from './reading.ts';
import { call, logIn, ownContext } from './rpc.ts';
import { writesOf } from './writing.ts';

/** Calls at once: Tryton takes one writer at a time, and a small server has few workers. */
const mostCallsAtOnce = 4;

/** Tryton, the business software: its parties, products, sales and customer invoices, by the JSON-RPC of its own clients. */
export const connector: Connector = {
  app: {
    name: 'tryton',
    label: 'Tryton',
    about: 'Business software for sales, accounting and stock that companies run themselves.',
    category: 'erp',
    notices: 'Tryton is asked what changed, one call for each kind of record, as often as the sync runs.',
  },
  auth: {
    kind: 'own',
    secrets: [
      {
        name: 'username',
        label: 'User name',
        help: 'Of a user with rights on parties, products, sales and accounting.',
      },
      { name: 'password', label: 'Password' },
    ],
  },
  settings: [
    {
      name: 'baseUrl',
      label: 'Address of the server',
      help: 'For example https://tryton.example.com:8000',
      required: true,
    },
    { name: 'database', label: 'Database', required: true },
    {
      name: 'personCategory',
      label: 'Category of persons',
      help: 'Parties of this category are persons, all others are companies.',
      default: 'Person',
    },
    {
      name: 'productCategory',
      label: 'Accounting category of new products',
      help: 'What is sold can only be invoiced with one.',
    },
  ],
  limits: [{ name: 'calls at once', gauge: 'concurrency', most: mostCallsAtOnce }],
  objects: [companies, contacts, products, sales, saleLines, invoices, invoiceLines].map(objectTypeOf),
  async whoami(s) {
    const { user } = await logIn(s);
    await ownContext(s);
    const { database = '', baseUrl = '' } = s.settings;
    const asked = await call<{ name: string }[]>(s, 'res.user', 'read', [[user], ['name']], { effect: 'read' });
    const host = URL.parse(baseUrl)?.host ?? baseUrl;
    const label = `Tryton ${database} on ${host} (${asked.result[0]?.name ?? user})`;
    return { id: `${database}@${host}`, label, is: 'place' };
  },
  classify,
  explain,
};

function objectTypeOf(entity: Entity): ObjectType {
  const { name, label, means, keys, fields, associations } = entity;
  const writes = writesOf(entity);
  return {
    name,
    label,
    means,
    keys,
    fields: entity.model === 'party.party' ? (s) => partyFields(s, entity) : fields,
    reads: readsOf(entity),
    ...(associations ? { associations } : {}),
    ...(writes ? { writes } : {}),
  };
}
