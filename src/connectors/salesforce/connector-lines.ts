import type { Session } from '../../connector/session.ts';
import { type Draft, openOnes, refuse } from './connector-draft.ts';
import type { Described } from './connector-object.ts';
import { standardBook } from './connector-parts.ts';
import { refusalIn, saveAll } from './connector-save.ts';
import { queryAmong, quoted, type Row } from './connector-soql.ts';

/**
 * A product of an order or a deal is an entry of its price book: the entry is looked up by the product. A parent without a
 * price book gets the standard one.
 */
export async function completeLines(object: Described, s: Session, drafts: Draft[]): Promise<void> {
  const { line } = object;
  if (!line) return;
  for (const draft of openOnes(drafts)) if (!draft.body.Product2Id) refuse(draft, missing('product', 'Product2Id'));
  for (const draft of openOnes(drafts))
    if (!draft.body[line.field]) refuse(draft, missing(line.parent.toLowerCase(), line.field));
  const open = openOnes(drafts);
  if (open.length === 0) return;
  const currency = object.described.has('CurrencyIsoCode') ? ['CurrencyIsoCode'] : [];
  const parentIds = [...new Set(open.map((draft) => String(draft.body[line.field])))];
  const parents = new Map(
    (await queryAmong(s, line.parent, ['Pricebook2Id', ...currency], 'Id', parentIds)).map((row) => [row.Id, row]),
  );
  await giveBooks(s, line.parent, [...parents.values()]);
  const entries = await entriesFor(s, open, [...parents.values()], currency);
  for (const draft of open) {
    const parent = parents.get(String(draft.body[line.field]));
    const entry = entries.find((one) => isFor(one, draft, parent));
    if (entry) draft.body.PricebookEntryId = entry.Id;
    else refuse(draft, noPrice(line.parent.toLowerCase()));
    delete draft.body.Product2Id;
  }
}

/** A deal takes the price book of its first product; an order must have one before. */
async function giveBooks(s: Session, parent: string, rows: Row[]): Promise<void> {
  const bare = rows.filter((row) => !row.Pricebook2Id);
  if (bare.length === 0) return;
  const book = await standardBook(s);
  for (const row of bare) row.Pricebook2Id = book;
  if (parent !== 'Order') return;
  const results = await saveAll(
    s,
    parent,
    'update',
    bare.map((row) => ({ id: row.Id, Pricebook2Id: book })),
  );
  for (const [index, row] of bare.entries()) if (refusalIn(results[index])) row.Pricebook2Id = null;
}

function entriesFor(s: Session, drafts: Draft[], parents: Row[], currency: string[]): Promise<Row[]> {
  const books = new Set(
    parents.flatMap((row) => (typeof row.Pricebook2Id === 'string' ? [quoted(row.Pricebook2Id)] : [])),
  );
  if (books.size === 0) return Promise.resolve([]);
  const products = [...new Set(drafts.map((draft) => String(draft.body.Product2Id)))];
  const where = `IsActive = true AND IsDeleted = false AND Pricebook2Id IN (${[...books].join(',')})`;
  return queryAmong(s, 'PricebookEntry', ['Product2Id', 'Pricebook2Id', ...currency], 'Product2Id', products, where);
}

function isFor(entry: Row, { body }: Draft, parent: Row | undefined): boolean {
  const isPriced = entry.Product2Id === body.Product2Id && entry.Pricebook2Id === parent?.Pricebook2Id;
  return isPriced && entry.CurrencyIsoCode === parent?.CurrencyIsoCode;
}

function missing(what: string, field: string) {
  const message = `Salesforce takes a line only with its ${what}; associate it with one that is in sync`;
  return { kind: 'invalid', category: 'required-missing', field, message } as const;
}

function noPrice(parent: string) {
  const message = `the product has no active price in the price book and currency of the ${parent}; add one in Salesforce`;
  return { kind: 'invalid', category: 'rejected-by-app', field: 'Product2Id', message } as const;
}
