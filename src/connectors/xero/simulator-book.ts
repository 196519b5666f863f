import type { Ground } from '../../simulator/ground.ts';
import type { RecordTable } from '../../simulator/record-table.ts';
import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { badData, Invalid } from './simulator-error.ts';

/** An element as it is sent and shown. */
export type Element = Record<string, unknown>;

/** An organisation's books. */
export interface Book {
  ground: Ground;
  tables: Record<'Contacts' | 'Items' | 'Invoices' | 'Quotes', RecordTable>;
  currencies: string[];
  /** The next number of an invoice or a quote. */
  number(prefix: string): string;
  id(): string;
}

/** A kind of element: how it is written down and shown. */
export interface Kind {
  list: keyof Book['tables'];
  /** 'ContactID'. */
  id: string;
  /** Other elements that say which one is meant, where no id does. */
  unique: string;
  /** The values that an element brings. Throws `Invalid`. */
  values(element: Element, book: Book, before: SimRecord | undefined): SimValues;
  shown(record: SimRecord, book: Book): Element;
  /** Rows on a page when nobody asks, and at most; undefined where all come at once. */
  pageRows?: { usual: number; most: number };
  /** May it be seen in a listing? */
  isListed(record: SimRecord, query: URLSearchParams): boolean;
  /** Throws `Invalid` where the record may not be changed as it stands. */
  refuseFrozen?(record: SimRecord): void;
}

/** Who writes through the API. */
export const integration = { kind: 'integration', id: 'app' } as const;

/** `/Date(1439434356790+0000)/`. */
export function dateText(milliseconds: number): string {
  return `/Date(${milliseconds}+0000)/`;
}

/** A text, checked for its length; undefined where the element has none. */
export function textIn(element: Element, name: string, most: number): string | undefined {
  const value = element[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') return String(value);
  if (value.length > most) throw new Invalid(`${name} exceeds the maximum length of ${most} characters`);
  return value;
}

/** A number; null clears it. Refuses the whole call for what is none, as Xero does. */
export function numberIn(element: Element, name: string): number | null | undefined {
  const value = element[name];
  if (value === undefined || value === null) return value as null | undefined;
  const number = typeof value === 'number' ? value : Number.NaN;
  if (!Number.isFinite(number)) throw badData(`Could not convert string to decimal: ${name}`);
  return number;
}

/** A day, `2026-11-23`; null clears it. */
export function dayIn(element: Element, name: string): string | null | undefined {
  const value = element[name];
  if (value === undefined || value === null) return value as null | undefined;
  const [, day = ''] = /^(\d{4}-\d\d-\d\d)(T.*)?$/.exec(String(value)) ?? [];
  if (Number.isNaN(Date.parse(day))) throw badData(`Could not convert string to DateTime: ${name}`);
  return day;
}

/** Leaves out what was not given. */
export function given(values: Record<string, unknown>): SimValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** A day as it is shown, twice. */
export function shownDay(name: string, day: unknown): Element {
  if (typeof day !== 'string') return {};
  return { [name]: dateText(Date.parse(day)), [`${name}String`]: `${day}T00:00:00` };
}

/** Cents, so that sums are exact. */
export function rounded(amount: number): number {
  return Math.round(amount * 100) / 100;
}
