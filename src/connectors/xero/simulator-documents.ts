import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import {
  type Book,
  dateText,
  dayIn,
  type Element,
  given,
  type Kind,
  numberIn,
  rounded,
  shownDay,
  textIn,
} from './simulator-book.ts';
import { contactKind } from './simulator-contacts.ts';
import { Invalid } from './simulator-error.ts';

/** A line as it is kept. */
export interface Line {
  LineItemID: string;
  Description: string;
  Quantity: number;
  UnitAmount: number;
  TaxAmount: number;
  LineAmount: number;
  ItemCode?: string;
}

/** From each status of an invoice, those that the API may bring it to. */
const nextStatuses: Record<string, string[]> = {
  DRAFT: ['SUBMITTED', 'AUTHORISED', 'DELETED'],
  SUBMITTED: ['DRAFT', 'AUTHORISED', 'DELETED'],
  AUTHORISED: ['VOIDED'],
};

/** Sales invoices (ACCREC) and bills (ACCPAY). */
export const invoiceKind: Kind = {
  list: 'Invoices',
  id: 'InvoiceID',
  unique: 'InvoiceNumber',
  pageRows: { usual: 100, most: 1000 },
  isListed({ values }, query) {
    const [, type] = /^Type=="(\w+)"$/.exec(query.get('where') ?? '') ?? [];
    return type === undefined || values.Type === type;
  },
  refuseFrozen({ values: { Status, AmountPaid } }) {
    if (['PAID', 'VOIDED', 'DELETED'].includes(String(Status))) {
      throw new Invalid('Invoice not of valid status for modification');
    }
    if (Number(AmountPaid ?? 0) > 0) {
      throw new Invalid('This document cannot be edited as it has a payment or credit note allocated to it.');
    }
  },
  values(element, book, before) {
    const values = {
      ...documentValues(element, book, before),
      ...given({ Type: element.Type, InvoiceNumber: textIn(element, 'InvoiceNumber', 255), Url: element.Url }),
      ...given({ DueDate: dayIn(element, 'DueDate'), Reference: textIn(element, 'Reference', 255) }),
    };
    const status = element.Status as string | undefined;
    const now = before && String(before.values.Status);
    if (status && now && status !== now && !nextStatuses[now]?.includes(status)) {
      throw new Invalid('Invoice not of valid status for modification');
    }
    if (!before && !['ACCREC', 'ACCPAY'].includes(String(element.Type))) throw new Invalid('Invoice Type is required.');
    if (before) return { ...values, ...given({ Status: status }) };
    return { InvoiceNumber: book.number('INV'), ...values, Status: status ?? 'DRAFT' };
  },
  shown(record, book) {
    const { values } = record;
    const sums = documentSums(values);
    const paid = Number(values.AmountPaid ?? 0);
    return {
      InvoiceID: record.id,
      Type: values.Type,
      InvoiceNumber: values.InvoiceNumber ?? '',
      Reference: values.Reference ?? '',
      ...documentShown(record, book),
      ...shownDay('DueDate', values.DueDate),
      ...sums,
      AmountDue: rounded(Number(sums.Total) - paid),
      AmountPaid: paid,
      AmountCredited: 0,
      ...(values.Url ? { Url: values.Url } : {}),
      ...(values.FullyPaidOnDate ? { FullyPaidOnDate: dateText(Date.parse(String(values.FullyPaidOnDate))) } : {}),
      Payments: [],
      CreditNotes: [],
      HasErrors: false,
      SentToContact: false,
    };
  },
};

/** Quotes: their pages have a hundred rows. */
export const quoteKind: Kind = {
  list: 'Quotes',
  id: 'QuoteID',
  unique: 'QuoteNumber',
  pageRows: { usual: 100, most: 100 },
  isListed: () => true,
  refuseFrozen({ values: { Status } }) {
    if (['INVOICED', 'DELETED'].includes(String(Status))) throw new Invalid('Quote is not editable in its status.');
  },
  values(element, book, before) {
    const values = {
      ...documentValues(element, book, before),
      ...given({ QuoteNumber: textIn(element, 'QuoteNumber', 255), Title: textIn(element, 'Title', 100) }),
      ...given({ Summary: textIn(element, 'Summary', 3000), Terms: textIn(element, 'Terms', 4000) }),
      ...given({ ExpiryDate: dayIn(element, 'ExpiryDate'), Reference: textIn(element, 'Reference', 4000) }),
      ...given({ Status: element.Status }),
    };
    if (before) return values;
    return { QuoteNumber: book.number('QU'), Status: 'DRAFT', ...values };
  },
  shown(record, book) {
    const { values } = record;
    const texts = ['QuoteNumber', 'Reference', 'Title', 'Summary', 'Terms'];
    return {
      QuoteID: record.id,
      ...Object.fromEntries(texts.map((name) => [name, values[name] ?? ''])),
      ...documentShown(record, book),
      ...shownDay('ExpiryDate', values.ExpiryDate),
      ...documentSums(values),
    };
  },
};

function documentValues(element: Element, book: Book, before: SimRecord | undefined): SimValues {
  const contact = element.Contact as Element | undefined;
  if (!before && !contact) throw new Invalid('A Contact must be specified for this type of transaction.');
  const currency = textIn(element, 'CurrencyCode', 100);
  if (currency && !book.currencies.includes(currency)) {
    throw new Invalid(`Organisation is not subscribed to currency ${currency}`);
  }
  const lines = element.LineItems as Element[] | undefined;
  if (!before && !lines?.length) throw new Invalid('One or more line items must be specified');
  return given({
    ContactID: contact && contactIn(contact, book),
    CurrencyCode: currency ?? (before ? undefined : book.currencies[0]),
    Date: dayIn(element, 'Date') ?? (before ? undefined : today(book)),
    LineAmountTypes: element.LineAmountTypes,
    lines: lines?.map((line) => lineIn(line, book)),
  });
}

/** By its id, or by its name; a new name makes a new contact. */
function contactIn(contact: Element, book: Book): string {
  const { Contacts } = book.tables;
  const found = contact.ContactID ? Contacts.get(String(contact.ContactID)) : Contacts.find('Name', contact.Name);
  if (found && found.archivedAt === undefined) return found.id;
  if (contact.ContactID || !contact.Name) throw new Invalid('The contact could not be found.');
  return Contacts.create(contactKind.values(contact, book, undefined), { kind: 'integration', id: 'app' }).id;
}

function lineIn(line: Element, book: Book): Line {
  const quantity = numberIn(line, 'Quantity') ?? 1;
  const unit = numberIn(line, 'UnitAmount') ?? 0;
  return {
    LineItemID: String(line.LineItemID ?? book.id()),
    Description: textIn(line, 'Description', 4000) ?? '',
    Quantity: quantity,
    UnitAmount: unit,
    TaxAmount: numberIn(line, 'TaxAmount') ?? 0,
    LineAmount: rounded(quantity * unit),
    ...(line.ItemCode ? { ItemCode: String(line.ItemCode) } : {}),
  };
}

function documentSums({ lines = [] }: SimValues): Element {
  const sum = (name: 'LineAmount' | 'TaxAmount') =>
    rounded((lines as Line[]).reduce((total, line) => total + Number(line[name] ?? 0), 0));
  const [SubTotal, TotalTax] = [sum('LineAmount'), sum('TaxAmount')];
  return { SubTotal, TotalTax, Total: rounded(SubTotal + TotalTax) };
}

function documentShown({ values, updatedAt }: SimRecord, book: Book): Element {
  const contact = book.tables.Contacts.get(String(values.ContactID ?? ''));
  return {
    Contact: contact ? { ContactID: contact.id, Name: contact.values.Name } : {},
    Status: values.Status,
    LineAmountTypes: values.LineAmountTypes ?? 'Exclusive',
    LineItems: ((values.lines ?? []) as Line[]).map((line) => shownLine(line, book)),
    CurrencyCode: values.CurrencyCode,
    ...shownDay('Date', values.Date),
    UpdatedDateUTC: dateText(updatedAt),
  };
}

/** A line with the item that its code names. */
function shownLine(line: Line, book: Book): Element {
  const item = line.ItemCode ? book.tables.Items.find('Code', line.ItemCode) : undefined;
  return { ...line, ...(item ? { Item: { ItemID: item.id, Code: line.ItemCode, Name: item.values.Name } } : {}) };
}

function today({ ground }: Book): string {
  return new Date(ground.clock.now()).toISOString().slice(0, 10);
}
