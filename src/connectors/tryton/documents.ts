import type { Session } from '../../connector/session.ts';
import { dateOf } from '../../connector/values.ts';
import type { Association, Field, Meaning } from '../../model/field.ts';
import type { Value, Values } from '../../model/value.ts';
import type { Entity, Facts } from './entity.ts';
import { far, firstId, shown } from './entity.ts';
import { Refused } from './errors.ts';
import { rowsOf } from './lookup.ts';
import { isPerson } from './parties.ts';
import type { Row } from './rpc.ts';
import { asDate, type Raw } from './typed-json.ts';

/** What sales and customer invoices have in common. */
interface Document {
  name: string;
  label: string;
  means: Extract<Meaning, 'order' | 'invoice'>;
  model: string;
  lines: { object: string; model: string };
  domain: Entity['domain'];
  /** Its own date: when it was sold, when it was invoiced. */
  date: string;
  fields: Field[];
  reads: string[];
  values(row: Row): Values;
  /** Where it goes, which is its party's first address. */
  addresses(address: number | null): Record<string, Raw>;
  /** What a new one needs besides its party and address. */
  needs(s: Session, party: Row): Promise<Record<string, Raw>>;
}

/** Sales, in whatever state: quotations are sales too. */
export const sales: Entity = documentOf({
  name: 'sales',
  label: 'Sales',
  means: 'order',
  model: 'sale.sale',
  lines: { object: 'sale_lines', model: 'sale.line' },
  domain: [],
  date: 'sale_date',
  fields: [
    text('reference', 'Reference', 'order.name'),
    text('comment', 'Comment', 'order.note', 'long-text'),
    date('sale_date', 'Sale date', 'order.date'),
    date('shipping_date', 'Shipping date', 'order.shipping-date'),
    state('state', 'State', 'order.status', ['draft', 'quotation', 'confirmed', 'processing', 'done', 'cancelled']),
  ],
  reads: ['shipping_date'],
  values: (row) => ({ shipping_date: shown(row.shipping_date), state: shown(row.state) }),
  addresses: (address) => ({ invoice_address: address, shipment_address: address }),
  needs: async () => ({}),
});

/** Invoices to customers. */
export const invoices: Entity = documentOf({
  name: 'invoices',
  label: 'Invoices',
  means: 'invoice',
  model: 'account.invoice',
  lines: { object: 'invoice_lines', model: 'account.invoice.line' },
  domain: [['type', '=', 'out']],
  date: 'invoice_date',
  fields: [
    text('reference', 'Reference', 'invoice.title'),
    text('comment', 'Comment', 'invoice.note', 'long-text'),
    date('invoice_date', 'Invoice date', 'invoice.date'),
    state('state', 'State', undefined, ['draft', 'validated', 'posted', 'paid', 'cancelled']),
    state('status', 'Status', 'invoice.status', ['draft', 'open', 'paid', 'voided']),
    money('amount_to_pay', 'Amount to pay', 'invoice.amount-due'),
  ],
  reads: ['amount_to_pay'],
  values: (row) => ({
    state: shown(row.state),
    status: statuses[String(row.state)] ?? null,
    amount_to_pay: shown(row.amount_to_pay),
  }),
  addresses(address) {
    if (address === null) throw lacking('its party has no address: give it one in Tryton');
    return { invoice_address: address };
  },
  async needs(s, party) {
    const [journal] = await rowsOf(s, 'account.journal', [['type', '=', 'revenue']], ['name']);
    const [settings] = await rowsOf(s, 'account.configuration', [], ['default_account_receivable']);
    const account = party.account_receivable ?? settings?.default_account_receivable;
    if (!journal || !account)
      throw lacking('Tryton lacks a revenue journal or a default receivable account: set them up');
    return { type: 'out', journal: journal.id, account };
  },
});

/** What other apps call the states of an invoice: drafts may change, posted ones are open until they are paid. */
const statuses: Record<string, string> = {
  draft: 'draft',
  validated: 'draft',
  posted: 'open',
  paid: 'paid',
  cancelled: 'voided',
};

function documentOf(parts: Document): Entity {
  const { means, model, lines } = parts;
  return {
    name: parts.name,
    label: parts.label,
    means,
    keys: ['number', 'reference'],
    fields: [
      text('number', 'Number', `${means}.number`, 'text', 'never'),
      text('description', 'Description'),
      ...parts.fields,
      text('currency', 'Currency', `${means}.currency`, 'text', 'once'),
      money('total_amount', 'Total', `${means}.amount`),
      money('untaxed_amount', 'Untaxed', undefined),
      money('tax_amount', 'Tax', undefined),
    ],
    associations: associationsOf(parts),
    model,
    reads: [
      ...['number', 'reference', 'description', 'comment', 'state', parts.date, 'currency.code', 'party.categories'],
      ...['total_amount', 'untaxed_amount', 'tax_amount', 'lines', ...parts.reads],
    ],
    parts: [{ path: 'lines', model: lines.model }],
    domain: parts.domain,
    live: () => [],
    state: () => 'live',
    values: (row, facts) => ({
      ...texts(row, ['number', 'reference', 'description', 'comment', parts.date]),
      currency: shown(far(row, 'currency')?.code),
      ...texts(row, ['total_amount', 'untaxed_amount', 'tax_amount']),
      ...parts.values(row),
      ...partyValues(row, facts),
      lines: (row.lines as number[]).map(String),
    }),
    writes: {
      model,
      target: (row) => row.id,
      async create(s, values) {
        const party = await partyFor(s, values, parts.label);
        const currency = typeof values.currency === 'string' ? await currencyOf(s, values.currency) : undefined;
        return {
          party: party.id,
          ...parts.addresses(firstAddress(party) ?? null),
          ...(await parts.needs(s, party)),
          ...(currency === undefined ? {} : { currency }),
          ...changesOf(values, parts.fields),
        };
      },
      update: async (_, __, values) => changesOf(values, parts.fields),
      async relate(s, row, to) {
        const party = await partyFor(s, to, parts.label);
        if (party.id === far(row, 'party')?.id) return {};
        if (row.state !== 'draft') throw settled(parts.label);
        return { party: party.id, ...parts.addresses(firstAddress(party) ?? null) };
      },
      archive: 'none',
    },
  };
}

function settled(label: string): Refused {
  const message = `${label} keep their party once they are no draft: make it a draft again in Tryton, or take the change back in the other app`;
  return new Refused({ kind: 'invalid', category: 'rejected-by-app', message });
}

function associationsOf({ means, lines }: Document): Association[] {
  return [
    partyOf('company', 'Company', 'companies', `${means}.company`),
    partyOf('contact', 'Person', 'contacts', `${means}.contact`),
    {
      name: 'lines',
      label: 'Lines',
      to: lines.object,
      many: 'many',
      writable: 'never',
      means: `${means}.line-items`,
    },
  ];
}

function text(
  name: string,
  label: string,
  means?: string,
  type: Field['type'] = 'text',
  writable: Field['writable'] = 'always',
): Field {
  return { name, label, type, writable, ...(means ? { means } : {}) };
}

function date(name: string, label: string, means: string): Field {
  return { name, label, type: 'date', writable: 'always', means };
}

/** Tryton's own sums: nobody writes them. */
function money(name: string, label: string, means: string | undefined): Field {
  return { name, label, type: 'money', writable: 'never', ...(means ? { means } : {}) };
}

/** States move by Tryton's buttons (quote, confirm, post, pay), each with its checks: never by a field. */
function state(name: string, label: string, means: string | undefined, values: string[]): Field {
  const options = values.map((value) => ({ value, label: value[0]?.toUpperCase() + value.slice(1) }));
  return { name, label, type: 'select', options, writable: 'never', ...(means ? { means } : {}) };
}

function partyOf(name: string, label: string, to: string, means: string): Association {
  return { name, label, to, many: 'one', writable: 'always', means };
}

function partyValues(row: Row, facts: Facts): Values {
  const party = far(row, 'party');
  const id = party ? [String(party.id)] : [];
  const person = party !== null && isPerson(party, facts);
  return { company: person ? [] : id, contact: person ? id : [] };
}

function texts(row: Row, names: string[]): Values {
  return Object.fromEntries(names.map((name) => [name, shown(row[name])]));
}

/** The party of a new document: the company where it has both, for Tryton keeps one. */
async function partyFor(s: Session, values: Values, label: string): Promise<Row> {
  const id = firstId(values.company) ?? firstId(values.contact);
  if (id === null) throw lacking(`${label} need a company or a person: associate one in the other app`);
  const [party] = await rowsOf(s, 'party.party', [['id', '=', id]], ['account_receivable', 'addresses']);
  if (!party) throw lacking('its party is not in Tryton any more: associate another one in the other app');
  return party;
}

function firstAddress(party: Row): number | undefined {
  return (party.addresses as number[])[0];
}

async function currencyOf(s: Session, code: string): Promise<number> {
  const currencies = await s.remember('currencies', () => rowsOf(s, 'currency.currency', [], ['code']));
  const found = currencies.find((row) => row.code === code);
  if (found) return found.id;
  const message = 'Tryton has no currency of this code: correct it, or add it there';
  throw new Refused({ kind: 'invalid', category: 'unknown-option', field: 'currency', message });
}

function changesOf(values: Values, fields: Field[]): Record<string, Raw> {
  const changes: Record<string, Raw> = {};
  if ('description' in values) changes.description = values.description as Raw;
  for (const { name, type, writable } of fields) {
    if (!(name in values) || writable === 'never') continue;
    changes[name] = type === 'date' ? dateIn(values[name] ?? null, name) : (values[name] as Raw);
  }
  return changes;
}

/** A date for Tryton, which breaks down on one that the calendar does not know. */
function dateIn(value: Value, field: string): Raw {
  if (value === null) return null;
  const day = dateOf(value);
  if (day !== null) return asDate(day);
  throw new Refused({ kind: 'invalid', category: 'invalid-value', field, message: 'this is no date: correct it' });
}

function lacking(message: string): Refused {
  return new Refused({ kind: 'invalid', category: 'required-missing', message });
}
