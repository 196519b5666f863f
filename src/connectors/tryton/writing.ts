import type { CreateItem, RemoveBatch, UpdateItem, WriteResult, Writes } from '../../connector/contract.ts';
import { Failure } from '../../connector/failure.ts';
import { each, withoutValues } from '../../connector/sending.ts';
import type { Session } from '../../connector/session.ts';
import type { Values } from '../../model/value.ts';
import type { Entity, EntityWrites, Facts } from './entity.ts';
import { partsOf } from './entity.ts';
import { Refused } from './errors.ts';
import { factsOf } from './facts.ts';
import { recordOf, rowsByIds, versionOf } from './reading.ts';
import { call, type Row } from './rpc.ts';
import type { Raw } from './typed-json.ts';

/** Records that one call makes or changes, in one transaction of Tryton's. */
const mostRecords = 200;

/** How an entity is written: a whole batch in one transaction; where Tryton refuses it, record by record (W3). */
export function writesOf(entity: Entity): Writes | undefined {
  const { writes } = entity;
  if (!writes) return undefined;
  const remove = (method: 'archive' | 'delete'): RemoveBatch => ({
    size: mostRecords,
    conditional: true,
    send: (s, items) => together(s, items, (some) => removeAll(entity, s, some, method)),
  });
  return {
    create: {
      size: mostRecords,
      safety: [{ by: 'window' }],
      calls: () => 2,
      send: (s, items) => together(s, items, (some) => createAll(entity, writes, s, some)),
    },
    update: {
      size: mostRecords,
      conditional: true,
      calls: () => 3,
      ...(writes.relate ? { edges: true as const } : {}),
      send: (s, items) => together(s, items, (some) => updateAll(entity, writes, s, some)),
    },
    ...(writes.archive === 'by active' ? { archive: remove('archive') } : {}),
    delete: remove('delete'),
  };
}

/** All at once, else one by one: a refused transaction was rolled back, so none of its records was written. */
async function together<Item extends object>(
  s: Session,
  items: Item[],
  send: (items: Item[]) => Promise<WriteResult[]>,
): Promise<WriteResult[]> {
  const alone = each<Item>(async (_, item) => {
    try {
      const [result] = await send([item]);
      return result ?? { unknown: 'Tryton did not say what became of this record' };
    } catch (error) {
      if (error instanceof Refused) return { refused: cleaned(error, 'values' in item ? (item.values as Values) : {}) };
      throw error;
    }
  });
  if (items.length <= 1) return alone(s, items);
  try {
    return await send(items);
  } catch (error) {
    if (error instanceof Refused) return alone(s, items);
    if (error instanceof Failure && error.sent === 'unknown') return items.map(() => ({ unknown: error.message }));
    throw error;
  }
}

function cleaned({ refusal }: Refused, values: Values) {
  return { ...refusal, message: withoutValues(refusal.message, Object.values(values)) };
}

/** Sends what could be prepared and puts the outcomes beside the refusals of the rest. */
async function prepared<Item, Ready>(
  items: Item[],
  prepare: (item: Item) => Promise<Ready>,
  send: (ready: Ready[]) => Promise<WriteResult[]>,
): Promise<WriteResult[]> {
  const results = new Map<number, WriteResult>();
  const ready: { index: number; one: Ready }[] = [];
  for (const [index, item] of items.entries()) {
    try {
      ready.push({ index, one: await prepare(item) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      results.set(index, { refused: error.refusal });
    }
  }
  const sent = ready.length > 0 ? await send(ready.map(({ one }) => one)) : [];
  for (const [at, { index }] of ready.entries()) results.set(index, sent[at] ?? { unknown: 'Tryton gave no answer' });
  return items.map((_, index) => results.get(index) as WriteResult);
}

async function createAll(entity: Entity, writes: EntityWrites, s: Session, items: CreateItem[]) {
  const facts = await factsOf(s);
  const prepare = (item: CreateItem) => writes.create(s, item.values, facts);
  return prepared(items, prepare, async (ready) => {
    const { result } = await call<number[]>(s, writes.model, 'create', [ready], { effect: 'write' });
    if (!Array.isArray(result) || result.length !== ready.length)
      throw new Failure('broken', 'Tryton did not answer the ids of what it made', { sent: 'unknown' });
    return afterWriting(async () => {
      const ids = ((await writes.made?.(s, result)) ?? result).map(String);
      return withImages(entity, s, ids, facts);
    });
  });
}

interface Ready {
  row: Row;
  changes: Record<string, Raw>;
}

async function updateAll(entity: Entity, writes: EntityWrites, s: Session, items: UpdateItem[]) {
  const facts = await factsOf(s);
  const ids = items.map(({ id }) => id);
  const rows = await rowsByIds(entity, s, ids);
  const prepare = async (item: UpdateItem): Promise<Ready> => {
    const row = current(entity, rows, facts, item);
    const now = entity.values(row, facts);
    // Two edits in one second have one stamp on SQLite: what is to be overwritten is compared too.
    const moved = Object.keys(item.values).find(
      (name) => name in item.before && JSON.stringify(item.before[name]) !== JSON.stringify(now[name]),
    );
    if (moved !== undefined) throw moveOf(moved);
    const changes = await writes.update(s, row, writable(entity, item.values));
    const related = item.edges ? await writes.relate?.(s, row, withEdges(now, item.edges)) : undefined;
    return { row, changes: { ...changes, ...related } };
  };
  return prepared(items, prepare, async (ready) => {
    const params = ready.flatMap(({ row, changes }) => [[writes.target(row)], changes]);
    const context = { _timestamp: stampsOf(entity, ready) };
    await call(s, writes.model, 'write', params, { effect: 'write', context });
    const done = ready.map(({ row }) => String(row.id));
    return afterWriting(() => withImages(entity, s, done, facts), done);
  });
}

/** What associations are to be: as they are now, less those that go, and those that come. */
function withEdges(now: Values, edges: NonNullable<UpdateItem['edges']>): Values {
  const changed = Object.entries(edges).map(([name, { add, remove }]) => {
    const kept = ((now[name] ?? []) as string[]).filter((id) => !remove.includes(id) && !add.includes(id));
    return [name, [...kept, ...add]];
  });
  return { ...now, ...Object.fromEntries(changed) };
}

/** The row that an item is about, if it still is what the item rests on. */
function current(entity: Entity, rows: Map<string, Row>, facts: Facts, item: { id: string; version?: string }): Row {
  const row = rows.get(item.id);
  if (!row || entity.state(row, facts) !== 'live')
    throw new Refused({ kind: 'missing', message: 'it was deleted or archived in Tryton' });
  if (item.version !== undefined && item.version !== versionOf(entity, row)) throw moveOf();
  return row;
}

function moveOf(field?: string): Refused {
  return new Refused({ kind: 'stale', message: 'the record moved meanwhile', ...(field ? { field } : {}) });
}

/** Tryton itself checks that the rows did not move since they were read a moment ago. */
function stampsOf(entity: Entity, ready: { row: Row }[]): Record<string, Raw> {
  return Object.fromEntries(
    ready.flatMap(({ row }) => [
      [`${entity.model},${row.id}`, row._timestamp as Raw],
      ...entity.parts.flatMap(({ path, model }) =>
        partsOf(row, path).map((part) => [`${model},${part.id}`, part._timestamp as Raw]),
      ),
    ]),
  );
}

/** Fields that Tryton computes are not sent, whoever asks. */
function writable(entity: Entity, values: Values): Values {
  const fixed = entity.fields.find((field) => field.name in values && field.writable === 'never');
  if (fixed)
    throw new Refused({
      kind: 'invalid',
      category: 'read-only',
      field: fixed.name,
      message: `${fixed.label} is computed by Tryton`,
    });
  return values;
}

/** What was written is written, even where the app cannot be asked how it looks now. */
async function afterWriting(read: () => Promise<WriteResult[]>, ids?: string[]): Promise<WriteResult[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (ids) return ids.map((id) => ({ done: id }));
    throw new Failure(error.kind, error.message, { sent: 'unknown' });
  }
}

async function withImages(entity: Entity, s: Session, ids: string[], facts: Facts): Promise<WriteResult[]> {
  const rows = await rowsByIds(entity, s, ids);
  const names = [...entity.fields, ...(entity.associations ?? [])].map(({ name }) => name);
  return ids.map((id) => {
    const row = rows.get(id);
    if (!row) return { done: id };
    const { values: image, version } = recordOf(entity, row, facts, names);
    return { done: id, image, ...(version === undefined ? {} : { version }) };
  });
}

async function removeAll(
  entity: Entity,
  s: Session,
  items: { id: string; version?: string }[],
  method: 'archive' | 'delete',
): Promise<WriteResult[]> {
  const facts = await factsOf(s);
  const rows = await rowsByIds(
    entity,
    s,
    items.map(({ id }) => id),
  );
  const isGone = ({ id }: { id: string }) => {
    const row = rows.get(id);
    return !row || (method === 'archive' && entity.state(row, facts) !== 'live');
  };
  const stale = ({ id, version }: { id: string; version?: string }) => {
    const row = rows.get(id);
    return row && version !== undefined && versionOf(entity, row) !== version;
  };
  const due = items.filter((item) => !isGone(item) && !stale(item)).flatMap(({ id }) => rows.get(id) ?? []);
  if (due.length > 0) {
    const ids = due.map((row) => row.id);
    const context = {
      _timestamp: stampsOf(
        entity,
        due.map((row) => ({ row })),
      ),
    };
    const params = method === 'archive' ? [ids, { active: false }] : [ids];
    await call(s, entity.model, method === 'archive' ? 'write' : 'delete', params, { effect: 'write', context });
  }
  return items.map((item) => (!isGone(item) && stale(item) ? { refused: moveOf().refusal } : { done: item.id }));
}
