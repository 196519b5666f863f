import type { Ground } from '../../simulator/ground.ts';
import { randomIds } from '../../simulator/ids.ts';
import type { RecordTable } from '../../simulator/record-table.ts';
import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { noSuch } from './simulator-error.ts';
import type { EventLog } from './simulator-events.ts';

/** A Stripe account: its objects, and what happened to them. */
export interface Account {
  ground: Ground;
  customers: RecordTable;
  products: RecordTable;
  prices: RecordTable;
  invoices: RecordTable;
  events: EventLog;
  /** A new id for what is no record of its own. */
  id(prefix: string): string;
  /** The next number of an invoice. */
  invoiceNumber(): string;
}

/** The integration, whoever holds the key. */
export const integration = { kind: 'integration', id: 'key' } as const;

/** The currency of the account. */
export const ownCurrency = 'usd';

/** Unix time. */
export function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** What every object begins with. */
export function head(record: SimRecord, object: string) {
  return { id: record.id, object, created: seconds(record.createdAt), livemode: false };
}

/** Each key of an object's metadata is a value of its record, under `metadata.`. */
export function metadataOf(values: SimValues): Record<string, string> {
  const entries = Object.entries(values).filter(([name]) => name.startsWith('metadata.'));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice('metadata.'.length), String(value)]));
}

/** A live record. Refuses with 404, or with 400 where its id came as a parameter. */
export function liveIn(table: RecordTable, kind: string, id: string, param?: string): SimRecord {
  const record = table.get(id);
  if (!record || record.archivedAt !== undefined) throw noSuch(kind, id, param ?? 'id', param ? 'parameter' : 'path');
  return record;
}

/** All of a table's records, newest first. */
export function newestFirst(table: RecordTable): SimRecord[] {
  return [...table.all()].reverse();
}

/** The characters of Stripe's ids. */
const idAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Ids like cus_NffrFeUfNV2Hib. */
export function idSource(prefix: string, random: Parameters<typeof randomIds>[0]): () => string {
  const next = randomIds(random, 14, idAlphabet);
  return () => `${prefix}_${next()}`;
}
