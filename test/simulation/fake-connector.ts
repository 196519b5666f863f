import type {
  Connector,
  CreateItem,
  CreateSafety,
  ObjectType,
  Reads,
  UpdateItem,
  WriteResult,
  Writes,
} from '../../src/connector/contract.ts';
import { Failure } from '../../src/connector/contract.ts';
import type { Session } from '../../src/connector/session.ts';
import type { Field, Meaning } from '../../src/model/field.ts';
import type { FakeApp, FakeObject } from './fake-app.ts';
import { type Ask, direct, type Hidden, type Lie, listing, overlapSeconds } from './fake-reads.ts';
import { createAll, removeAll, updateAll, type WriteCall } from './fake-writes.ts';
import type { By } from './ghost.ts';
import { choices, spelled, typeOf } from './kinds.ts';
import type { FieldKnobs, ObjectKnobs } from './knobs.ts';

/** What a call that changes something is about, for the checkers. */
export interface Mutation {
  app: FakeApp;
  object: FakeObject;
  op: 'create' | 'update' | 'archive' | 'delete';
  items: (CreateItem | UpdateItem | { id: string; version?: string })[];
}

/** How calls travel: the world parks them, breaks them, and looks at what they carry. */
export interface Wire {
  /** Runs the app's part of a read, with a lie or a hidden field where the world has one. */
  read<T>(s: Session, app: FakeApp, label: string, serve: (lie: Lie, hidden: Hidden) => T): Promise<T>;
  /** Runs the app's part of a write; `serve` is told in whose name, and how many items get through. */
  write(
    s: Session,
    mutation: Mutation,
    serve: (by: By, hidden: Hidden, served: number) => WriteResult[],
  ): Promise<WriteResult[]>;
  /** Ids were read directly. */
  sawDirect(s: Session, app: FakeApp, object: string, ids: string[]): void;
}

/** An app as a connector, over no network: what an engine is given by `open`. */
export function fakeConnector(app: FakeApp, wire: Wire): Connector {
  return {
    app: {
      name: app.knobs.name,
      label: app.knobs.name,
      about: 'a simulated app',
      category: 'crm',
      notices: 'by polling',
    },
    auth: { kind: 'own', secrets: [] },
    limits: [],
    objects: [...app.objects.values()].map((object) => objectType(app, object, wire)),
    whoami: async () => ({ id: app.knobs.name, label: app.knobs.name }),
  };
}

const meanings: Record<string, Meaning> = { people: 'person', firms: 'company', leads: 'lead' };

function objectType(app: FakeApp, object: FakeObject, wire: Wire): ObjectType {
  return {
    name: object.knobs.name,
    label: object.knobs.name,
    means: meanings[object.knobs.name],
    fields: object.knobs.fields.map((field) => fieldOf(app, object.knobs, field)),
    associations: object.knobs.associations.map((each) => ({ ...each, label: each.name, writable: 'always' as const })),
    keys: object.knobs.fields.filter((field) => field.kind === 'email').map((field) => field.name),
    reads: readsOf(app, object, wire),
    writes: writesOf(app, object, wire),
  };
}

function fieldOf(app: FakeApp, object: ObjectKnobs, field: FieldKnobs): Field {
  const role = object.name === 'firms' ? 'company' : 'person';
  const made: Field = {
    name: field.name,
    label: field.name,
    type: typeOf(field.kind),
    writable: 'always',
    means: `${role}.${field.logical}`,
  };
  if (field.required) made.required = true;
  if (field.unique) made.unique = true;
  if (field.kind === 'select' || field.kind === 'tags') {
    made.options = choices.map((choice) => ({
      value: spelled(app.knobs.name, choice),
      label: spelled(app.knobs.name, choice),
    }));
  }
  return made;
}

function readsOf(app: FakeApp, object: FakeObject, wire: Wire): Reads {
  const { name } = app.knobs;
  return {
    page: (s, ask: Ask) => wire.read(s, app, `${name}.page`, (lie, hidden) => listing(app, object, ask, hidden, lie)),
    byIds: (s, ids, fields) => {
      if (ids.length > app.knobs.byIdsMost) throw new Error(`${ids.length} ids were asked of ${name} in one call`);
      return wire.read(s, app, `${name}.byIds`, (_lie, hidden) => {
        wire.sawDirect(s, app, object.knobs.name, ids);
        return direct(app, object, ids, fields, hidden);
      });
    },
    byIdsMost: app.knobs.byIdsMost,
    deletions: app.knobs.deletions,
    changes: app.knobs.changes,
    overlapSeconds: overlapSeconds(app),
    freshOnList: app.knobs.freshOnList,
    orderedVersions: app.knobs.versions === 'counter' || app.knobs.versions === 'stamp',
  };
}

function writesOf(app: FakeApp, object: FakeObject, wire: Wire): Writes {
  const { batch, conditional, safety } = app.knobs;
  const callOf = (by: By, hidden: Hidden, served: number): WriteCall => ({
    app,
    object: object.knobs.name,
    by,
    hidden,
    served,
  });
  const checked = (most: number, count: number) => {
    if (count > most) throw new Error(`${count} items were sent to ${app.knobs.name} in one call`);
  };
  const remove = (op: 'archive' | 'delete') => ({
    size: batch.remove,
    conditional,
    send: async (s: Session, items: { id: string; version?: string }[]) => {
      checked(batch.remove, items.length);
      const how = op === 'archive' ? 'archived' : 'deleted';
      return wire.write(s, { app, object, op, items }, (by, hidden, served) =>
        removeAll(callOf(by, hidden, served), items, how),
      );
    },
  });
  return {
    create: {
      size: batch.create,
      safety: safetyOf(object, safety),
      ...(safety === 'own-id'
        ? { reserve: async (_s: Session, items: unknown[]) => items.map(() => app.newId()) }
        : {}),
      send: async (s, items) => {
        checked(batch.create, items.length);
        return wire.write(s, { app, object, op: 'create', items }, (by, hidden, served) =>
          createAll(callOf(by, hidden, served), items),
        );
      },
    },
    update: {
      size: batch.update,
      conditional,
      send: async (s, items) => {
        checked(batch.update, items.length);
        return wire.write(s, { app, object, op: 'update', items }, (by, hidden, served) =>
          updateAll(callOf(by, hidden, served), items),
        );
      },
    },
    archive: remove('archive'),
    delete: remove('delete'),
  };
}

/** How long an app remembers idempotency keys. */
const KEY_HOURS = 24;

function safetyOf(object: FakeObject, safety: FakeApp['knobs']['safety']): CreateSafety[] {
  const unique = object.knobs.fields.find((field) => field.unique);
  const rungs: CreateSafety[] = [];
  if (safety === 'idempotency-key') rungs.push({ by: 'idempotency-key', hours: KEY_HOURS });
  if (safety === 'own-id') rungs.push({ by: 'own-id' });
  if (unique) rungs.push({ by: 'unique-field', field: unique.name });
  if (safety === 'marker') rungs.push({ by: 'marker', field: 'marker' });
  return [...rungs, { by: 'window' }];
}

export { Failure };
