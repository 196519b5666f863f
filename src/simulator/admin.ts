import type { AuthorizationServer } from './authorization-server.ts';
import type { Courier } from './courier.ts';
import type { End } from './edge-store.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { Ground } from './ground.ts';
import type { GaugeState, Limits } from './limits.ts';
import type { RecordStore } from './record-store.ts';
import type { Actor, Change, SimRecord, SimValues } from './sim-record.ts';
import { changeSettings, type SimSettings } from './sim-settings.ts';

/** What a person does to records of one object type, in this order. */
export interface Edits {
  create?: SimValues[];
  update?: { id: string; values: SimValues }[];
  archive?: string[];
  restore?: string[];
  /** For good. */
  purge?: string[];
  merge?: { primary: string; other: string }[];
  associate?: EdgeEdit[];
  dissociate?: EdgeEdit[];
}

/** An association from a record of the object type that is edited. */
export interface EdgeEdit {
  id: string;
  to: End;
  /** One of the app's labels; its usual one where left out. For `dissociate`: all of them. */
  label?: string;
}

/** Ids that edits brought, in their order. */
export interface EditOutcome {
  created: string[];
  /** Of the records that merges left. */
  merged: string[];
}

/** How an app carries out what a person does; the same code its API runs through. */
export interface AppEdits {
  create(object: string, values: SimValues, actor: Actor): SimRecord;
  update(object: string, id: string, values: SimValues, actor: Actor): SimRecord;
  archive(object: string, id: string, actor: Actor): void;
  restore(object: string, id: string, actor: Actor): void;
  purge(object: string, id: string, actor: Actor): void;
  merge(object: string, primary: string, other: string, actor: Actor): SimRecord;
  associate?(from: End, to: End, label: string | undefined, actor: Actor): void;
  dissociate?(from: End, to: End, label: string | undefined, actor: Actor): void;
}

/** A simulated app as it stands. */
export interface SimState {
  /** Milliseconds since 1970, by the app's clock. */
  now: number;
  objects: Record<string, { live: number; archived: number }>;
  limits: Record<string, GaugeState>;
  settings: SimSettings;
  faults: Fault[];
  webhooksWaiting: number;
}

/** The side of a simulator that no integration sees. Over HTTP it lives under `/__sim`. */
export interface Admin {
  /** Orders a fault; once, for sure and for every call unless it says otherwise. */
  fault(order: Partial<Fault> & { kind: FaultKind }): void;
  clearFaults(): void;
  state(): SimState;
  /** Calls by method and route, since the start or the last reset. */
  calls(): Record<string, number>;
  resetCalls(): void;
  /** Turns knobs. */
  set(changed: { [Name in keyof SimSettings]?: SimSettings[Name] | Partial<SimSettings[Name]> }): void;
  /** Moves the app's clock forward. */
  advance(milliseconds: number): void;
  /** Does what a person would do, with the app's own rules; throws what the app refuses. */
  edit(object: string, edits: Edits, actor?: Actor): EditOutcome;
  /** A record, live or archived; undefined when it is gone. */
  record(object: string, id: string): SimRecord | undefined;
  /** All records of an object type, archived ones too. */
  records(object: string): SimRecord[];
  /** What happened behind a sequence number. */
  changes(after?: number): Change[];
  /** The person withdraws the consent: every OAuth token dies. */
  revokeTokens(): void;
}

/** Whoever edits when nobody is named. */
const somebody: Actor = { kind: 'person', id: '1' };

/** The admin side of an app. */
export function makeAdmin(
  ground: Ground,
  parts: { limits: Limits; edits: AppEdits; courier?: Courier; oauth?: AuthorizationServer },
): Admin {
  const { clock, faults, settings, store, calls } = ground;
  return {
    fault: (order) => faults.add(order),
    clearFaults: () => faults.clear(),
    state: () => ({
      now: clock.now(),
      objects: Object.fromEntries(store.objects().map((object) => [object, countsOf(store, object)])),
      limits: parts.limits.state(clock.now()),
      settings: structuredClone(settings),
      faults: faults.list(),
      webhooksWaiting: parts.courier?.waiting ?? 0,
    }),
    calls: () => Object.fromEntries(calls),
    resetCalls: () => calls.clear(),
    set: (changed) => changeSettings(settings, changed),
    advance: (milliseconds) => {
      clock.advance(milliseconds);
      parts.courier?.ring();
    },
    edit: (object, edits, actor = somebody) => carryOut(parts.edits, object, edits, actor),
    record: (object, id) => store.table(object).get(id),
    records: (object) => [...store.table(object).all()],
    changes: (after) => store.changes(after),
    revokeTokens: () => parts.oauth?.revoke(),
  };
}

/** Edits of an app whose records know no more than the kit does. A merge keeps the primary's id and fills its gaps. */
export function plainEdits(store: RecordStore): AppEdits {
  return {
    create: (object, values, actor) => store.table(object).create(values, actor),
    update: (object, id, values, actor) => store.table(object).update(id, values, actor),
    archive: (object, id, actor) => void store.table(object).archive(id, actor),
    restore: (object, id, actor) => void store.table(object).restore(id, actor),
    purge: (object, id, actor) => store.table(object).purge(id, actor),
    merge: (object, primary, other, actor) => {
      const table = store.table(object);
      const values = { ...table.get(other)?.values, ...table.get(primary)?.values };
      return table.merge(primary, other, 'primary', values, actor);
    },
  };
}

function carryOut(app: AppEdits, object: string, edits: Edits, actor: Actor): EditOutcome {
  const created = (edits.create ?? []).map((values) => app.create(object, values, actor).id);
  for (const { id, values } of edits.update ?? []) app.update(object, id, values, actor);
  for (const id of edits.archive ?? []) app.archive(object, id, actor);
  for (const id of edits.restore ?? []) app.restore(object, id, actor);
  for (const id of edits.purge ?? []) app.purge(object, id, actor);
  const merged = (edits.merge ?? []).map(({ primary, other }) => app.merge(object, primary, other, actor).id);
  for (const { id, to, label } of edits.associate ?? []) app.associate?.({ object, id }, to, label, actor);
  for (const { id, to, label } of edits.dissociate ?? []) app.dissociate?.({ object, id }, to, label, actor);
  return { created, merged };
}

function countsOf(store: RecordStore, object: string): { live: number; archived: number } {
  let archived = 0;
  for (const record of store.table(object).all()) if (record.archivedAt !== undefined) archived += 1;
  return { live: store.table(object).size - archived, archived };
}
