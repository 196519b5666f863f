import { type AppRecord, Failure } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { decimal } from '../../connector/values.ts';
import type { Value } from '../../model/value.ts';
import { type Described, type Part, pricePart } from './connector-object.ts';
import { queryAmong, queryWhole, quoted, type Row } from './connector-soql.ts';

/** Adds what other records hold for these: the price of a product, the contacts of a deal. */
export async function addParts(
  object: Described,
  s: Session,
  records: AppRecord[],
  rows: Row[],
  asked: string[],
): Promise<void> {
  const parents = new Map(rows.map((row) => [row.Id, row]));
  for (const part of object.parts.filter((one) => asked.includes(one.name))) {
    const ids = records.map((record) => record.id);
    const held = Map.groupBy(await partRows(object, s, part, ids), (row) => String(row[part.parent]));
    for (const record of records) {
      const own = held.get(record.id) ?? [];
      record.values[part.name] = part === pricePart ? priceOf(own, parents.get(record.id)) : contactsOf(own);
    }
  }
}

/** The records that hold a part for these. Of prices, those in the standard price book. */
export async function partRows(object: Described, s: Session, part: Part, ids: string[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  const isPrice = part === pricePart;
  const currency = isPrice && object.described.has('CurrencyIsoCode') ? ['CurrencyIsoCode'] : [];
  const where = ['IsDeleted = false', ...(isPrice ? [`Pricebook2Id = ${quoted(await standardBook(s))}`] : [])];
  return queryAmong(s, part.object, [part.parent, ...part.fields, ...currency], part.parent, ids, where.join(' AND '));
}

/** The price among these that is in the product's own currency. */
export function entryOf(entries: Row[], currency: unknown): Row | undefined {
  return entries.find((entry) => currency === undefined || currency === null || entry.CurrencyIsoCode === currency);
}

/** The one price book that every product's price is in. */
export function standardBook(s: Session): Promise<string> {
  return s.remember('the standard price book', async () => {
    const [book] = await queryWhole(s, 'Pricebook2', [], 'IsStandard = true');
    if (!book)
      throw new Failure(
        'forbidden',
        "Salesforce shows no standard price book: give the account's user the right to see price books",
      );
    return book.Id;
  });
}

function priceOf(entries: Row[], product: Row | undefined): Value {
  const entry = entryOf(
    entries.filter((one) => one.IsActive === true),
    product?.CurrencyIsoCode,
  );
  return entry ? decimal(entry.UnitPrice) : null;
}

/** Sorted and each once: one person may have several roles. */
function contactsOf(roles: Row[]): Value {
  return [...new Set(roles.map((role) => String(role.ContactId)))].sort();
}
