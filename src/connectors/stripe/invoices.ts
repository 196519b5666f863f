import type { ObjectType } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import type { Values } from '../../model/value.ts';
import { longestText } from './customers.ts';
import { eventTypes } from './event-types.ts';
import type { Parameters } from './form.ts';
import { metadataFields } from './metadata.ts';
import { currencyOptions, fromMinor } from './money.ts';
import { readsOf } from './reads.ts';
import type { Resource, Row, StripeAssociation, StripeField } from './resource.ts';
import { writesOf } from './writes.ts';

const statuses = ['draft', 'open', 'paid', 'uncollectible', 'void'];

/** Words that other apps use for these. */
const statusLabels: Record<string, string> = { void: 'Voided' };

const fields: StripeField[] = [
  { name: 'number', label: 'Invoice number', type: 'text', writable: 'always', maxLength: 26, means: 'invoice.number' },
  {
    name: 'status',
    label: 'Status',
    type: 'select',
    writable: 'never',
    options: statuses.map((value) => ({
      value,
      label: statusLabels[value] ?? value[0]?.toUpperCase() + value.slice(1),
    })),
    means: 'invoice.status',
  },
  {
    name: 'currency',
    label: 'Currency',
    type: 'select',
    writable: 'once',
    options: currencyOptions,
    means: 'invoice.currency',
  },
  computed('total', 'Total', 'invoice.amount'),
  computed('subtotal', 'Subtotal'),
  { ...computed('tax', 'Tax'), from: taxOf },
  computed('amount_due', 'Amount due at first'),
  computed('amount_paid', 'Amount paid', 'invoice.amount-paid'),
  computed('amount_remaining', 'Amount due', 'invoice.amount-due'),
  { name: 'effective_at', label: 'Invoice date', type: 'datetime', writable: 'always', means: 'invoice.date' },
  { name: 'due_date', label: 'Due date', type: 'datetime', writable: 'always', means: 'invoice.due-date' },
  {
    name: 'paid_at',
    label: 'Paid',
    type: 'datetime',
    writable: 'never',
    means: 'invoice.paid-date',
    from: (row) => (row.status_transitions as { paid_at?: number } | undefined)?.paid_at,
  },
  {
    name: 'description',
    label: 'Memo',
    type: 'long-text',
    writable: 'always',
    maxLength: longestText,
    means: 'invoice.note',
  },
  { name: 'footer', label: 'Footer', type: 'long-text', writable: 'always', maxLength: longestText },
  { name: 'customer_name', label: 'Name of the customer', type: 'text', writable: 'never' },
  { name: 'customer_email', label: 'E-mail of the customer', type: 'text', writable: 'never' },
  { name: 'hosted_invoice_url', label: 'Payment page', type: 'url', writable: 'never' },
  { name: 'invoice_pdf', label: 'PDF', type: 'url', writable: 'never' },
];

const customer: StripeAssociation = {
  name: 'customer',
  label: 'Customer',
  to: 'customers',
  many: 'one',
  writable: 'once',
  means: 'invoice.contact',
  from: (row) => row.customer,
};

const resource: Resource = {
  name: 'invoices',
  path: '/v1/invoices',
  events: eventTypes.invoices,
  expand: [],
  fields,
  associations: [customer],
};

/** Invoices. Their amounts come from their lines, their status from what happens to them. */
export function invoices(metadataKeys: string[]): ObjectType {
  const own = { ...resource, fields: [...fields, ...metadataFields(metadataKeys)] };
  return {
    name: own.name,
    label: 'Invoices',
    means: 'invoice',
    fields: own.fields,
    associations: own.associations,
    keys: ['number'],
    reads: readsOf(own),
    writes: writesOf(own, { create: draft }),
  };
}

/** A draft that Stripe neither sends nor charges by itself. Only one that is sent can have a due date. */
function draft(_s: Session, values: Values): Parameters {
  const isSent = values.due_date !== null && values.due_date !== undefined;
  return { auto_advance: 'false', ...(isSent ? { collection_method: 'send_invoice' } : {}) };
}

function computed(name: string, label: string, means?: string): StripeField {
  return { name, label, type: 'money', writable: 'never', ...(means ? { means } : {}) };
}

function taxOf(row: Row): string | null {
  const taxes = (row.total_taxes ?? []) as { amount: number }[];
  return fromMinor(
    taxes.reduce((sum, { amount }) => sum + amount, 0),
    String(row.currency),
  );
}
