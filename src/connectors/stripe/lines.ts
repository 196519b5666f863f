import type { AppRecord, Gone, ObjectType } from '../../connector/contract.ts';
import { listing } from '../../connector/listing.ts';
import { lastIdPaging } from '../../connector/paging.ts';
import { passes } from '../../connector/passes.ts';
import type { Session } from '../../connector/session.ts';
import { sortGone } from '../../connector/sort-gone.ts';
import { eventTypes } from './event-types.ts';
import { currencyOptions, fromMinor } from './money.ts';
import { eventStep, readTraits, type StripeEvent } from './reads.ts';
import { idOf, type List, type Resource, type Row, shownValues } from './resource.ts';

/** Invoices on a page when their lines come with them. */
const invoicesListed = 20;

/** Lines of one invoice on a page, and pages before Stripe is taken to go round in circles. */
const linesListed = 100;
const mostLinePages = 100;

const resource: Resource = {
  name: 'invoice_lines',
  path: '/v1/invoices',
  events: eventTypes.invoices,
  expand: [],
  fields: [
    { name: 'description', label: 'Description', type: 'text', writable: 'never', means: 'line-item.name' },
    { name: 'quantity', label: 'Quantity', type: 'number', writable: 'never', means: 'line-item.quantity' },
    {
      name: 'price',
      label: 'Unit price',
      type: 'money',
      writable: 'never',
      means: 'line-item.price',
      from: (row) => fromMinor(pricingOf(row)?.unit_amount_decimal, String(row.currency)),
    },
    { name: 'amount', label: 'Amount', type: 'money', writable: 'never', means: 'line-item.amount' },
    {
      name: 'currency',
      label: 'Currency',
      type: 'select',
      writable: 'never',
      options: currencyOptions,
      means: 'line-item.currency',
    },
  ],
  associations: [
    {
      name: 'invoice',
      label: 'Invoice',
      to: 'invoices',
      many: 'one',
      writable: 'never',
      means: 'line-item.invoice',
      from: (row) => row.invoice,
    },
    {
      name: 'product',
      label: 'Product',
      to: 'products',
      many: 'one',
      writable: 'never',
      means: 'line-item.product',
      from: (row) => idOf(pricingOf(row)?.price_details?.product),
    },
  ],
};

/**
 * The lines of invoices, read-only. Stripe lists and shows them only as part of their invoice, so the id of a line is
 * the invoice's and its own ('in_1/il_2').
 */
export function invoiceLines(): ObjectType {
  const full = listing<InvoiceRow>({
    request: () => ({ method: 'GET', url: resource.path, query: { limit: invoicesListed } }),
    paging: lastIdPaging('starting_after', (body) => (body as List).has_more),
    rows: (body) => (body as List<InvoiceRow>).data,
    read: async (rows, s, { fields }) => {
      const lines = await Promise.all(rows.map((row) => linesOf(s, row)));
      return { records: lines.flat().map((line) => recordOf(line, fields)) };
    },
  });
  const changed = eventStep(resource.events, readInvoices);
  return {
    name: resource.name,
    label: 'Invoice lines',
    means: 'line-item',
    fields: resource.fields,
    associations: resource.associations,
    keys: [],
    reads: {
      ...readTraits,
      page: passes({ full: [full], changed: [changed], overlapSeconds: readTraits.overlapSeconds }),
      byIds,
    },
  };
}

interface InvoiceRow extends Row {
  lines: List;
}

interface Pricing {
  unit_amount_decimal?: string | null;
  price_details?: { product?: unknown };
}

function pricingOf(row: Row): Pricing | null | undefined {
  return row.pricing as Pricing | null | undefined;
}

/** Lines that an invoice has now, and those that an event showed and that it has no more. */
async function readInvoices(s: Session, events: StripeEvent[], fields: string[]) {
  const shown = new Map<string, Set<string>>();
  for (const { data } of events) {
    const { id, lines } = data.object as InvoiceRow;
    const ids = shown.get(id) ?? new Set();
    for (const line of lines?.data ?? []) ids.add(`${id}/${line.id}`);
    shown.set(id, ids);
  }
  const records = await readLines(s, [...shown.keys()], fields);
  const live = new Set(records.map(({ id }) => id));
  const known = [...shown.values()].flatMap((ids) => [...ids]);
  return { records, gone: known.filter((id) => !live.has(id)).map((id): Gone => ({ id, how: 'missing' })) };
}

async function byIds(s: Session, ids: string[], fields: string[]) {
  const invoiceIds = [...new Set(ids.map((id) => id.split('/')[0] ?? ''))];
  const records = new Map((await readLines(s, invoiceIds, fields)).map((record) => [record.id, record]));
  return sortGone(ids.map((id): AppRecord | Gone => records.get(id) ?? { id, how: 'missing' }));
}

async function readLines(s: Session, invoiceIds: string[], fields: string[]): Promise<AppRecord[]> {
  const lines = await Promise.all(
    invoiceIds.map(async (id) => {
      const url = `${resource.path}/${encodeURIComponent(id)}`;
      const reply = await s.request({ method: 'GET', url, accept: [404] });
      return reply.status === 404 ? [] : linesOf(s, reply.json<InvoiceRow>());
    }),
  );
  return lines.flat().map((line) => recordOf(line, fields));
}

/** An invoice shows its first lines; the others are listed. */
async function linesOf(s: Session, invoice: InvoiceRow): Promise<Row[]> {
  if (invoice.deleted) return [];
  let { data, has_more } = invoice.lines;
  const all = [...data];
  for (let page = 0; has_more && page < mostLinePages; page++) {
    const query = { limit: linesListed, starting_after: data.at(-1)?.id };
    const url = `${resource.path}/${encodeURIComponent(invoice.id)}/lines`;
    ({ data, has_more } = (await s.request({ method: 'GET', url, query })).json<List>());
    all.push(...data);
  }
  return all.map((line) => ({ ...line, invoice: invoice.id }));
}

function recordOf(line: Row, fields: string[]): AppRecord {
  return { id: `${line.invoice}/${line.id}`, values: shownValues(resource, line, fields) };
}
