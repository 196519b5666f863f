import type { AppRecord, Gone, Page, Reads } from '../../connector/contract.ts';
import { passes, type Step, timeOf } from '../../connector/passes.ts';
import type { Session } from '../../connector/session.ts';
import { type Entity, type Facts, partsOf } from './entity.ts';
import { factsOf } from './facts.ts';
import { type Domain, type Row, search } from './rpc.ts';
import { asDatetime } from './typed-json.ts';

/** Rows a page holds, and ids a direct read takes. */
const mostRows = 1000;

/**
 * Stamps are those of a transaction's beginning, and whole seconds on SQLite: what a long import writes shows up this
 * much later than it is dated.
 */
const overlapSeconds = 300;

/** How an entity is read: by id in pages, whole or what changed since a moment. */
export function readsOf(entity: Entity): Reads {
  return {
    page: passes({ full: [listing(entity, 'all')], changed: [listing(entity, 'changed')], overlapSeconds }),
    byIds: (s, ids, fields) => readByIds(entity, s, ids, fields),
    byIdsMost: mostRows,
    pageMost: mostRows,
    deletions: 'compared',
    changes: 'since',
    overlapSeconds,
    freshOnList: true,
    orderedVersions: false,
  };
}

/** Rows by their ids, whatever they are. */
export async function rowsByIds(entity: Entity, s: Session, ids: string[]): Promise<Map<string, Row>> {
  const known = ids.filter((id) => /^\d{1,15}$/.test(id)).map(Number);
  const domain = [['id', 'in', known], ...entity.domain];
  const { rows } = await search(s, entity.model, domain, columns(entity), known.length);
  return new Map(rows.map((row) => [String(row.id), row]));
}

/** What a record is, with its version: the row's stamp and those of its parts. */
export function recordOf(entity: Entity, row: Row, facts: Facts, fields: string[]): AppRecord {
  const all = entity.values(row, facts);
  const values = Object.fromEntries(fields.filter((name) => name in all).map((name) => [name, all[name] ?? null]));
  return { id: String(row.id), values, version: versionOf(entity, row) };
}

/** The version: it moves with the row and with each of its parts. */
export function versionOf(entity: Entity, row: Row): string {
  const stamps = entity.parts.map(({ path }) =>
    partsOf(row, path)
      .map((part) => `${part.id}@${part._timestamp}`)
      .join(','),
  );
  return [String(row._timestamp), ...stamps].join(' ');
}

function columns(entity: Entity): string[] {
  return ['_timestamp', ...entity.parts.map(({ path }) => `${path}._timestamp`), ...entity.reads];
}

/**
 * A page by id. The ids of a pass only grow, and what changes behind it while it pages is seen by the next, which begins
 * where this one began.
 */
function listing(entity: Entity, what: 'all' | 'changed'): Step {
  return async (s, ask) => {
    const facts = await factsOf(s);
    const scope = what === 'all' ? entity.live(facts) : changedSince(entity, ask.since ?? '');
    const domain = [['id', '>', Number(ask.place ?? 0)], ...entity.domain, ...scope];
    const { rows, reply } = await search(s, entity.model, domain, columns(entity), mostRows);
    const sorted = sort(entity, rows, facts, ask.fields);
    const place = rows.length < mostRows ? undefined : String(rows.at(-1)?.id);
    return { ...sorted, place, asOf: timeOf(reply) };
  };
}

/** A new row has no `write_date` until its first edit, and writing a part leaves the row's alone. */
function changedSince(entity: Entity, since: string): Domain {
  const moment = asDatetime(since);
  const paths = ['', ...entity.parts.map(({ path }) => `${path}.`)];
  const stamps = paths.flatMap((path) => [`${path}write_date`, `${path}create_date`]);
  return [['OR', ...stamps.map((stamp) => [stamp, '>=', moment])]];
}

function sort(entity: Entity, rows: Row[], facts: Facts, fields: string[]): { records: AppRecord[]; gone?: Gone[] } {
  const records: AppRecord[] = [];
  const gone: Gone[] = [];
  for (const row of rows) {
    const state = entity.state(row, facts);
    if (state === 'live') records.push(recordOf(entity, row, facts, fields));
    else gone.push({ id: String(row.id), how: state === 'archived' ? 'archived' : 'missing' });
  }
  return gone.length > 0 ? { records, gone } : { records };
}

async function readByIds(entity: Entity, s: Session, ids: string[], fields: string[]): Promise<Page> {
  const [facts, rows] = [await factsOf(s), await rowsByIds(entity, s, ids)];
  const { records, gone = [] } = sort(entity, [...rows.values()], facts, fields);
  const missing = ids.filter((id) => !rows.has(id)).map((id): Gone => ({ id, how: 'missing' }));
  return { records, gone: [...gone, ...missing] };
}
