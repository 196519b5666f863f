import assert from 'node:assert/strict';
import type {
  AppRecord,
  Connector,
  Gone,
  ObjectType,
  Page,
  UpdateItem,
  WriteResult,
} from '../../src/connector/contract.ts';
import { type OpenSession, openSession } from '../../src/connector/open-session.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { virtualClock } from '../../src/lib/virtual-clock.ts';
import type { Values } from '../../src/model/value.ts';
import type { Admin } from '../../src/simulator/admin.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { simulatorHttp } from '../../src/simulator/simulator-http.ts';

/** A connector on a simulator in this process, with the calls of a test in few words. */
export interface OnSimulator {
  simulator: Simulator;
  admin: Admin;
  session: OpenSession;
  clock: Clock;
  type(name: string): ObjectType;
  /** What people make in the app; the ids. */
  make(object: string, ...records: Record<string, unknown>[]): string[];
  create(name: string, ...records: Values[]): Promise<WriteResult[]>;
  update(name: string, id: string, values: Values, edges?: UpdateItem['edges']): Promise<WriteResult[]>;
  /** A record with all its fields and associations, by its id. */
  read(name: string, id: string): Promise<Values>;
  /** A whole pass, with all fields and associations unless these are named. */
  pass(name: string, since?: string, fields?: string[]): Promise<WholePass>;
}

/** All that a pass showed. */
export interface WholePass {
  records: Map<string, AppRecord>;
  gone: Map<string, Gone>;
  until?: string;
  expired: boolean;
}

/** Puts a connector on a simulator. */
export async function onSimulator(
  connector: Connector,
  make: (clock: Clock) => Simulator,
  settings: Record<string, string> = {},
): Promise<OnSimulator> {
  const clock = virtualClock();
  const simulator = make(clock);
  const { admin } = simulator;
  const session = sessionOn(connector, simulator, clock, settings);
  const types = typeof connector.objects === 'function' ? await connector.objects(session) : connector.objects;
  const type = (name: string): ObjectType => {
    const found = types.find((one) => one.name === name);
    assert.ok(found, `there is no ${name}; there are ${types.map((one) => one.name)}`);
    return found;
  };
  const namesOf = async (name: string) => {
    const { fields, associations = [] } = type(name);
    const all = typeof fields === 'function' ? await fields(session) : fields;
    return [...all, ...associations].map((one) => one.name);
  };
  let token = 0;
  return {
    simulator,
    admin,
    session,
    clock,
    type,
    make: (object, ...records) => admin.edit(object, { create: records }).created,
    create: (name, ...records) => {
      const items = records.map((values) => ({ values, token: `token-${++token}` }));
      return type(name).writes?.create?.send(session, items) ?? assert.fail(`${name} cannot be created`);
    },
    update: (name, id, values, edges) => {
      const item = { id, values, before: {}, ...(edges ? { edges } : {}) };
      return type(name).writes?.update?.send(session, [item]) ?? assert.fail(`${name} cannot be updated`);
    },
    async read(name, id) {
      const page = await type(name).reads.byIds(session, [id], await namesOf(name));
      return page.records[0]?.values ?? assert.fail(`${name} ${id} is gone: ${JSON.stringify(page.gone)}`);
    },
    pass: async (name, since, fields) => passOf(type(name), session, since, fields ?? (await namesOf(name))),
  };
}

/** The id of a result that must be done. */
export function idOf(result: WriteResult | undefined): string {
  assert.ok(result && 'done' in result, JSON.stringify(result));
  return result.done;
}

/** Why a result was refused. */
export function refusalOf(result: WriteResult | undefined) {
  assert.ok(result && 'refused' in result, JSON.stringify(result));
  return result.refused;
}

function sessionOn(
  connector: Connector,
  simulator: Simulator,
  clock: Clock,
  settings: Record<string, string>,
): OpenSession {
  const account = simulator.accountAt(simulator.url);
  return openSession(connector, {
    account: 'crm',
    settings: { ...account.settings, ...settings },
    secrets: account.secrets,
    http: simulatorHttp(simulator, clock),
    clock,
    random: seededRandom(1),
    log: silentLog,
  });
}

async function passOf(
  { reads }: ObjectType,
  session: OpenSession,
  since: string | undefined,
  fields: string[],
): Promise<WholePass> {
  const records = new Map<string, AppRecord>();
  const gone = new Map<string, Gone>();
  let resume: string | undefined;
  for (;;) {
    const page: Page = await reads.page(session, { since, resume, fields });
    for (const record of page.records) records.set(record.id, record);
    for (const one of page.gone ?? []) gone.set(one.id, one);
    if (page.resume === undefined || page.expired)
      return { records, gone, until: page.until, expired: page.expired === true };
    resume = page.resume;
  }
}
