import type { AppRecord, Gone, Page } from '../../src/connector/contract.ts';
import type { Values } from '../../src/model/value.ts';
import type { FakeApp, FakeObject, FakeRecord, Shown } from './fake-app.ts';

/** What a call for a page asks. */
export interface Ask {
  since?: string;
  resume?: string;
  fields: string[];
}

/** A well-formed answer that is wrong, or none. */
export type Lie = 'empty' | 'short' | 'expired' | null;

/** Where a pass stands: when it began by the app's clock, and the last entry it gave. */
interface Place {
  began: number;
  stamp: number;
  id: string;
}

/** Which fields of an object an account may not see just now. */
export type Hidden = (field: string) => boolean;

/** One page of a listing, through the app's index. */
export function listing(app: FakeApp, object: FakeObject, ask: Ask, hidden: Hidden, lie: Lie): Page {
  const place: Place = ask.resume ? JSON.parse(ask.resume) : { began: app.now(), stamp: -Infinity, id: '' };
  const since = ask.since === undefined ? null : Number(ask.since);
  if (since !== null && (lie === 'expired' || isExpired(app, since))) return { records: [], expired: true };
  const entries =
    lie === 'empty' ? [] : since === null ? allAfter(app, object, place) : changedAfter(app, object, since, place);
  const { pageSize } = app.knobs;
  const page = toPage(app, entries.slice(0, pageSize), ask.fields, hidden);
  const last = entries[pageSize - 1];
  if (entries.length > pageSize && last && lie !== 'short') {
    const stamp = since === null ? 0 : last.shown.stamp;
    page.resume = JSON.stringify({ began: place.began, stamp, id: last.record.id });
  } else if (app.knobs.changes === 'since') {
    // A cursor never moves back, and stays behind the start of the pass by all that may still come late.
    page.until = String(Math.max(since ?? 0, place.began - overlapSeconds(app) * 1000));
  }
  return page;
}

/** How long a change may take to show up: the cursor stays that far behind. */
export function overlapSeconds(app: FakeApp): number {
  const { commitLagSeconds, indexLagSeconds, stampMilliseconds, freshOnList } = app.knobs;
  return Math.ceil(commitLagSeconds + (freshOnList ? 0 : indexLagSeconds) + stampMilliseconds / 1000) + 1;
}

/** These records, read directly: never late. */
export function direct(app: FakeApp, object: FakeObject, ids: string[], fields: string[], hidden: Hidden): Page {
  const page: Page = { records: [], gone: [] };
  for (const id of ids) {
    const record = object.records.get(id);
    if (!record) page.gone?.push({ id, how: 'missing' });
    else if (record.state !== 'live') page.gone?.push(goneOf(record.id, record.state, record.survivor));
    else page.records.push(shownOf(id, record.values, app.version(record), fields, hidden));
  }
  return page;
}

function isExpired(app: FakeApp, since: number): boolean {
  const { cursorSeconds } = app.knobs;
  return cursorSeconds !== null && app.now() - since > cursorSeconds * 1000;
}

interface Entry {
  record: FakeRecord;
  shown: Shown;
}

/** Live records in the order of their ids. */
function allAfter(app: FakeApp, object: FakeObject, place: Place): Entry[] {
  const entries = indexed(app, object).filter(({ record, shown }) => shown.state === 'live' && record.id > place.id);
  return entries.sort((one, other) => (one.record.id < other.record.id ? -1 : 1));
}

/** What changed at or after `since`, in the order of (stamp, id). */
function changedAfter(app: FakeApp, object: FakeObject, since: number, place: Place): Entry[] {
  const told = app.knobs.deletions === 'told';
  const entries = indexed(app, object).filter(({ record, shown }) => {
    if (shown.stamp < since || (shown.state !== 'live' && !told)) return false;
    return shown.stamp > place.stamp || (shown.stamp === place.stamp && record.id > place.id);
  });
  return entries.sort(
    (one, other) => one.shown.stamp - other.shown.stamp || (one.record.id < other.record.id ? -1 : 1),
  );
}

function indexed(app: FakeApp, object: FakeObject): Entry[] {
  const entries: Entry[] = [];
  for (const record of object.records.values()) {
    const shown = app.indexed(record);
    if (shown) entries.push({ record, shown });
  }
  return entries;
}

function toPage(app: FakeApp, entries: Entry[], fields: string[], hidden: Hidden): Page {
  const records: AppRecord[] = [];
  const gone: Gone[] = [];
  for (const { record, shown } of entries) {
    if (shown.state !== 'live') gone.push(goneOf(record.id, shown.state, shown.survivor));
    else records.push(shownOf(record.id, shown.values, shown.version, fields, hidden));
  }
  return app.knobs.deletions === 'told' ? { records, gone } : { records };
}

function goneOf(id: string, state: FakeRecord['state'], survivorId: string | undefined): Gone {
  const how = state === 'archived' ? 'archived' : 'missing';
  return survivorId === undefined ? { id, how } : { id, how, survivorId };
}

/** A record with the fields that were asked for, less those the account may not see. */
export function shownOf(
  id: string,
  values: Values,
  version: string | undefined,
  fields: string[],
  hidden: Hidden,
): AppRecord {
  const shown: Values = {};
  for (const name of fields) {
    const value = values[name];
    if (value !== undefined && !hidden(name)) shown[name] = structured(value);
  }
  return version === undefined ? { id, values: shown } : { id, values: shown, version };
}

function structured<T>(value: T): T {
  return Array.isArray(value) ? ([...value] as T) : value;
}
