import type { AppRecord, Gone, ObjectType, Page } from '../../connector/contract.ts';
import { passes, type Step } from '../../connector/passes.ts';
import type { Session } from '../../connector/session.ts';
import type { Option } from '../../model/field.ts';
import { currencyField } from './currencies.ts';
import { items } from './items.ts';
import { overlapSeconds, rowsIn, rowsOf, rowsOnPage } from './reads.ts';
import { call, momentOf, namesOf, type Resource, type Row, shownValues } from './resource.ts';

/**
 * The lines of sales invoices, read-only: Xero shows and changes them only as part of their invoice, so the id of a line is
 * the invoice's and its own, and lines that were taken off are found by comparison.
 */
export function invoiceLines(invoices: Resource, currencies: Option[]): ObjectType {
  const resource = lineResource(currencies);
  const step: Step = async (s, ask) => {
    const { rows, ...at } = await rowsOnPage(s, invoices, ask);
    return { records: await recordsOf(s, resource, rows, ask.fields), ...at };
  };
  return {
    name: resource.name,
    label: resource.label,
    means: 'line-item',
    fields: resource.fields,
    associations: resource.associations,
    keys: [],
    reads: {
      page: passes({ full: [step], changed: [step], overlapSeconds }),
      byIds: (s, ids, fields) => byIds(s, { invoices, lines: resource }, ids, fields),
      byIdsMost: invoices.idsMost ?? 1,
      pageMost: invoices.pageRows,
      deletions: 'compared',
      changes: 'since',
      overlapSeconds,
      freshOnList: true,
      orderedVersions: true,
    },
  };
}

/** A line as a row of its own: what Xero shows of it, and of its invoice. */
function lineResource(currencies: Option[]): Resource {
  const fixed = { writable: 'never' } as const;
  return {
    name: 'invoice_lines',
    label: 'Invoice lines',
    list: 'Invoices',
    id: 'id',
    unique: { field: 'id', find: () => ({ method: 'GET', url: 'Invoices' }) },
    query: {},
    fields: [
      { name: 'Description', label: 'Description', type: 'long-text', means: 'line-item.name', ...fixed },
      { name: 'ItemCode', label: 'Item code', type: 'text', means: 'line-item.sku', ...fixed },
      { name: 'Quantity', label: 'Quantity', type: 'number', means: 'line-item.quantity', ...fixed },
      { name: 'UnitAmount', label: 'Unit price', type: 'money', means: 'line-item.price', ...fixed },
      { name: 'LineAmount', label: 'Amount', type: 'money', means: 'line-item.amount', ...fixed },
      { name: 'TaxAmount', label: 'Tax', type: 'money', ...fixed },
      { ...currencyField('CurrencyCode', 'Currency', currencies, 'never'), means: 'line-item.currency' },
    ],
    associations: [
      { name: 'invoice', label: 'Invoice', to: 'invoices', many: 'one', means: 'line-item.invoice', ...fixed },
      { name: 'item', label: 'Item', to: 'items', many: 'one', means: 'line-item.product', ...fixed },
    ],
    element: () => ({}),
  };
}

async function byIds(
  s: Session,
  { invoices, lines }: { invoices: Resource; lines: Resource },
  ids: string[],
  fields: string[],
): Promise<Page> {
  const owners = [...new Set(ids.map((id) => id.split('/')[0] ?? ''))];
  const records = await recordsOf(s, lines, await rowsOf(s, invoices, owners), fields);
  const found = new Map(records.map((record) => [record.id, record]));
  const known = ids.map((id): AppRecord | Gone => found.get(id) ?? { id, how: 'missing' });
  return {
    records: known.filter((one): one is AppRecord => 'values' in one),
    gone: known.filter((one): one is Gone => 'how' in one),
  };
}

async function recordsOf(s: Session, resource: Resource, invoices: Row[], fields: string[]): Promise<AppRecord[]> {
  const names = fields.filter((name) => namesOf(resource).includes(name));
  const records: AppRecord[] = [];
  for (const invoice of invoices.filter(({ Status }) => Status !== 'DELETED')) {
    const version = momentOf(invoice.UpdatedDateUTC)?.toISOString();
    for (const line of (invoice.LineItems ?? []) as Row[]) {
      const values = shownValues(resource, { ...line, CurrencyCode: invoice.CurrencyCode }, names);
      if (fields.includes('invoice')) values.invoice = [String(invoice.InvoiceID)];
      if (fields.includes('item')) values.item = await itemOf(s, line);
      records.push({ id: `${invoice.InvoiceID}/${line.LineItemID}`, values, version });
    }
  }
  return records;
}

/** The item of a line; where Xero tells its code alone, by the list of items. */
async function itemOf(s: Session, { Item, ItemCode }: Row): Promise<string[]> {
  const id = (Item as { ItemID?: string } | null | undefined)?.ItemID;
  if (id) return [id];
  if (!ItemCode) return [];
  const known = (await itemIds(s)).get(String(ItemCode));
  return known ? [known] : [];
}

function itemIds(s: Session): Promise<Map<string, string>> {
  return s.remember('items by code', async () => {
    const rows = rowsIn(items, (await call(s, { method: 'GET', url: items.list, query: items.query })).json());
    return new Map(rows.map((row) => [String(row.Code), String(row.ItemID)]));
  });
}
