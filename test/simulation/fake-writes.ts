import type { CreateItem, Refusal, UpdateItem, WriteResult } from '../../src/connector/contract.ts';
import { Failure } from '../../src/connector/contract.ts';
import type { Values } from '../../src/model/value.ts';
import type { FakeApp, FakeRecord } from './fake-app.ts';
import { type Hidden, shownOf } from './fake-reads.ts';
import type { By } from './ghost.ts';

/** A call that writes: to which object, in whose name, and how many of its items the app gets done before it breaks off. */
export interface WriteCall {
  app: FakeApp;
  object: string;
  by: By;
  hidden: Hidden;
  /** Items that are served at all. */
  served: number;
}

/** Makes records, one outcome per item. */
export function createAll(call: WriteCall, items: CreateItem[]): WriteResult[] {
  const refused = (item: CreateItem) => call.app.wouldRefuse(call.object, null, item.values, call.by);
  mustAllBeGood(call, items, refused);
  return items.slice(0, call.served).map((item) => createOne(call, item));
}

function createOne(call: WriteCall, item: CreateItem): WriteResult {
  const { app, object, by } = call;
  const { safety } = app.knobs;
  const earlier = safety === 'idempotency-key' ? app.made.get(item.token) : undefined;
  if (earlier !== undefined) {
    const there = app.object(object).records.get(earlier);
    if (there) return done(call, there, item.values);
  }
  const values = safety === 'marker' ? { ...item.values, marker: item.token } : item.values;
  const made = app.create(object, values, by, item.token, safety === 'own-id' ? item.token : undefined);
  if (!isRecord(made)) return { refused: made };
  app.made.set(item.token, made.id);
  return done(call, made, item.values);
}

/** Changes records, one outcome per item. */
export function updateAll(call: WriteCall, items: UpdateItem[]): WriteResult[] {
  const { app, object, by } = call;
  const version = (item: UpdateItem) => (app.knobs.conditional ? item.version : undefined);
  const refused = (item: UpdateItem) => app.wouldRefuse(object, item.id, withEdges(call, item), by, version(item));
  mustAllBeGood(call, items, refused);
  return items.slice(0, call.served).map((item) => {
    const values = withEdges(call, item);
    const updated = app.update(object, item.id, values, by, version(item));
    return isRecord(updated) ? done(call, updated, values) : { refused: updated };
  });
}

/** What a change leaves in fields and associations. */
function withEdges({ app, object }: WriteCall, item: UpdateItem): Values {
  const there = app.object(object).records.get(item.id);
  const values: Values = { ...item.values };
  for (const [name, edge] of Object.entries(item.edges ?? {})) {
    const ids = (there?.values[name] as string[] | undefined) ?? [];
    values[name] = [...ids.filter((id) => !edge.remove.includes(id)), ...edge.add.filter((id) => !ids.includes(id))];
  }
  return values;
}

/** Archives or deletes records; one that is already gone counts as done. */
export function removeAll(
  call: WriteCall,
  items: { id: string; version?: string }[],
  how: 'archived' | 'deleted',
): WriteResult[] {
  return items.slice(0, call.served).map((item) => {
    const version = call.app.knobs.conditional ? item.version : undefined;
    const removed = call.app.remove(call.object, item.id, how, call.by, version);
    return removed !== null && !isRecord(removed) ? { refused: removed } : { done: item.id };
  });
}

/** In an all-or-none app one bad item fails its whole batch, and nothing of it is done. */
function mustAllBeGood<T>(call: WriteCall, items: T[], refused: (item: T) => Refusal | null): void {
  if (call.app.knobs.bad === 'per-item' || items.length < 2) return;
  for (const item of items) {
    const refusal = refused(item);
    if (refusal) throw new Failure(refusal.kind, `the batch was refused: ${refusal.message}`, { sent: 'no' });
  }
}

function done(call: WriteCall, record: FakeRecord, written: Values): WriteResult {
  const { image } = call.app.knobs;
  if (image === 'none') return { done: record.id };
  const names = image === 'full' ? Object.keys(record.values) : Object.keys(written);
  const shown = shownOf(record.id, record.values, call.app.version(record), names, call.hidden);
  if (image === 'full' && shown.version !== undefined)
    return { done: record.id, image: shown.values, version: shown.version };
  return { done: record.id, image: shown.values };
}

function isRecord(outcome: FakeRecord | Refusal): outcome is FakeRecord {
  return 'shown' in outcome;
}
