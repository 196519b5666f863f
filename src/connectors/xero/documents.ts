import type { Association, Option } from '../../model/field.ts';
import type { Values } from '../../model/value.ts';
import { currencyField } from './currencies.ts';
import { plainElement, type Resource, type Row, type XeroField } from './resource.ts';

/** Other apps call an authorised invoice open. */
const invoiceStatuses: Record<string, string> = {
  DRAFT: 'Draft',
  SUBMITTED: 'Submitted',
  AUTHORISED: 'Open',
  PAID: 'Paid',
  VOIDED: 'Voided',
};

const quoteStatuses: Record<string, string> = {
  DRAFT: 'Draft',
  SENT: 'Sent',
  DECLINED: 'Declined',
  ACCEPTED: 'Accepted',
  INVOICED: 'Invoiced',
};

/** Sales invoices. Those made here are drafts with one line; whoever does the accounts approves them. */
export function invoices(currencies: Option[]): Resource {
  const fields: XeroField[] = [
    text('InvoiceNumber', 'Invoice number', 255, 'invoice.number'),
    text('Reference', 'Reference', 255, 'invoice.title'),
    status(invoiceStatuses, 'invoice.status'),
    { ...currencyField('CurrencyCode', 'Currency', currencies, 'once'), means: 'invoice.currency' },
    day('Date', 'Invoice date', 'always', 'invoice.date'),
    day('DueDate', 'Due date', 'always', 'invoice.due-date'),
    money('Total', 'Total', 'once', 'invoice.amount'),
    money('SubTotal', 'Subtotal', 'never'),
    money('TotalTax', 'Tax', 'never'),
    money('AmountDue', 'Amount due', 'never', 'invoice.amount-due'),
    money('AmountPaid', 'Amount paid', 'never', 'invoice.amount-paid'),
    money('AmountCredited', 'Amount credited', 'never'),
    day('FullyPaidOnDate', 'Paid on', 'never', 'invoice.paid-date'),
    { name: 'Url', label: 'Source address', type: 'url', writable: 'always' },
  ];
  const where = { where: 'Type=="ACCREC"' };
  return {
    name: 'invoices',
    label: 'Invoices',
    list: 'Invoices',
    id: 'InvoiceID',
    unique: {
      field: 'InvoiceNumber',
      find: (number) => ({ method: 'GET', url: 'Invoices', query: { InvoiceNumbers: number, ...where } }),
    },
    query: { ...where, order: 'InvoiceID ASC', unitdp: 4, includeArchived: 'true' },
    pageRows: 1000,
    idsMost: 40,
    fields,
    associations: [contactOf('invoice.contact')],
    goneBy: deleted,
    element: (values, before) => documentElement(fields, values, before, { Type: 'ACCREC', Status: 'DRAFT' }),
  };
}

/** Quotes. */
export function quotes(currencies: Option[]): Resource {
  const fields: XeroField[] = [
    text('QuoteNumber', 'Quote number', 255),
    text('Reference', 'Reference', 4000),
    text('Title', 'Title', 100),
    { ...text('Summary', 'Summary', 3000), type: 'long-text' },
    { ...text('Terms', 'Terms', 4000), type: 'long-text' },
    status(quoteStatuses),
    currencyField('CurrencyCode', 'Currency', currencies, 'once'),
    day('Date', 'Date', 'always'),
    day('ExpiryDate', 'Expires', 'always'),
    money('Total', 'Total', 'once'),
    money('SubTotal', 'Subtotal', 'never'),
    money('TotalTax', 'Tax', 'never'),
  ];
  return {
    name: 'quotes',
    label: 'Quotes',
    list: 'Quotes',
    id: 'QuoteID',
    unique: {
      field: 'QuoteNumber',
      find: (number) => ({ method: 'GET', url: 'Quotes', query: { QuoteNumber: number } }),
    },
    query: { order: 'QuoteID ASC' },
    pageRows: 100,
    fields,
    associations: [contactOf()],
    goneBy: deleted,
    element: (values, before) => ({
      // Of a quote that changes, Xero wants contact and date again.
      ...(before ? againOf(before) : {}),
      ...documentElement(fields, values, before, { Status: 'DRAFT' }),
    }),
  };
}

/** A new one has the contact, one line with the amount that is known, and no tax: that is for whoever approves it. */
function documentElement(fields: XeroField[], values: Values, before: Values | undefined, fresh: Row): Row {
  const { Total, Status, ...rest } = plainElement(fields, values);
  const contact = refOf(values);
  const element = { ...rest, ...(contact ? { Contact: contact } : {}) };
  if (before) return element;
  const description = values.Reference ?? values.Title ?? 'As agreed';
  const line = { Description: description, Quantity: 1, UnitAmount: Total ?? 0 };
  return { ...fresh, LineAmountTypes: fresh.Type ? 'NoTax' : 'NOTAX', LineItems: [line], ...element };
}

function againOf(before: Values): Row {
  const contact = refOf(before);
  return { ...(contact ? { Contact: contact } : {}), ...(before.Date ? { Date: before.Date } : {}) };
}

function refOf({ contact }: Values): Row | undefined {
  const id = Array.isArray(contact) ? contact[0] : undefined;
  return id === undefined ? undefined : { ContactID: id };
}

function deleted(row: Row): { how: 'missing' } | undefined {
  return row.Status === 'DELETED' ? { how: 'missing' } : undefined;
}

function contactOf(means?: string): Association {
  const facts = { name: 'contact', label: 'Contact', to: 'contacts', many: 'one', writable: 'once' } as const;
  return { ...facts, ...(means ? { means } : {}) };
}

function status(statuses: Record<string, string>, means?: string): XeroField {
  const options = Object.entries(statuses).map(([value, label]) => ({ value, label }));
  return { name: 'Status', label: 'Status', type: 'select', writable: 'never', options, ...(means ? { means } : {}) };
}

function text(name: string, label: string, maxLength: number, means?: string): XeroField {
  return { name, label, type: 'text', writable: 'always', maxLength, ...(means ? { means } : {}) };
}

function day(name: string, label: string, writable: 'always' | 'never', means?: string): XeroField {
  return { name, label, type: 'date', writable, ...(means ? { means } : {}) };
}

function money(name: string, label: string, writable: 'once' | 'never', means?: string): XeroField {
  return { name, label, type: 'money', writable, decimals: 2, ...(means ? { means } : {}) };
}
