import type { Connector, ObjectType } from '../src/connector/contract.ts';
import type { Db, Sql, Tx } from '../src/store/db.ts';
import type { Figure } from './figure.ts';

/** Where the time of a sync goes, in milliseconds by step. */
export type Steps = Map<string, number>;

const READ = "read: the app's pages";
const OBSERVE = 'read: into the mirror';
const LOOK = 'plan: links, records, work and candidates';
const INTENTS = 'write: intents and their claims, durable before they are sent';
const SEND = 'write: by the app';
const CONFIRM = 'confirm: links, bases, images and history, one transaction a batch';
const REST = 'places, leases and settings';

/** What tells one transaction of the store from another, first match counts. */
const SIGNS: [RegExp, string][] = [
  [/^insert into claim/, INTENTS],
  [/^copy (history|link)|^delete from claim|^with freed/, CONFIRM],
  [/^copy (stage|record)/, OBSERVE],
];

/** The same database, whose transactions and look-ups are timed. */
export function timedDb(db: Db, steps: Steps): Db {
  return {
    ...db,
    rows: (text, values) => timed(steps, LOOK, () => db.rows(text, values)),
    transaction: async (work) => {
      const seen: string[] = [];
      const from = performance.now();
      try {
        return await db.transaction((tx) => work(watched(tx, seen)));
      } finally {
        add(steps, SIGNS.find(([sign]) => seen.some((text) => sign.test(text)))?.[1] ?? REST, from);
      }
    },
  };
}

/** The same connector, whose calls are timed. */
export function timedConnector(connector: Connector, steps: Steps): Connector {
  const { objects } = connector;
  const all = (types: ObjectType[]) => types.map((type) => timedType(type, steps));
  return {
    ...connector,
    objects: typeof objects === 'function' ? async (session) => all(await objects(session)) : all(objects),
  };
}

/** The steps as figures, beside what is left of the whole: deciding, and putting rows together. */
export function stepFigures(steps: Steps, seconds: number): Figure[] {
  const known = [READ, OBSERVE, LOOK, INTENTS, SEND, CONFIRM, REST].map((name) => ({
    name,
    value: (steps.get(name) ?? 0) / 1000,
    unit: 's',
  }));
  const left = seconds - known.reduce((sum, { value }) => sum + value, 0);
  return [...known, { name: 'decide, and everything else in our own process', value: Math.max(0, left), unit: 's' }];
}

function timedType(type: ObjectType, steps: Steps): ObjectType {
  const create = type.writes?.create;
  const reads = {
    ...type.reads,
    page: (...ask: Parameters<typeof type.reads.page>) => timed(steps, READ, () => type.reads.page(...ask)),
  };
  if (!create) return { ...type, reads };
  const send: typeof create.send = (...batch) => timed(steps, SEND, () => create.send(...batch));
  return { ...type, reads, writes: { ...type.writes, create: { ...create, send } } };
}

function watched<Place extends Sql | Tx>(place: Place, seen: string[]): Place {
  const rows: Sql['rows'] = (text, values) => {
    seen.push(text.trim());
    return place.rows(text, values);
  };
  if (!('copy' in place)) return { ...place, rows };
  const copy: Tx['copy'] = (text, lines) => {
    seen.push(text);
    return place.copy(text, lines);
  };
  return { ...place, rows, copy };
}

async function timed<T>(steps: Steps, name: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  try {
    return await work();
  } finally {
    add(steps, name, from);
  }
}

function add(steps: Steps, name: string, from: number): void {
  steps.set(name, (steps.get(name) ?? 0) + performance.now() - from);
}
