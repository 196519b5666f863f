import assert from 'node:assert/strict';
import type { Log, LogFacts } from '../../lib/log.ts';
import { seededRandom } from '../../lib/random.ts';
import type { AppRecord, Gone, ObjectType, Page, WriteResult } from '../contract.ts';
import { type OpenSession, openSession, type SessionParts } from '../open-session.ts';
import type { Feature, Rig } from './rig.ts';

/** A rig set up for one test: a session on it, its object type, and everything that was logged. */
export interface Bench {
  rig: Rig;
  session: OpenSession;
  object: ObjectType;
  /** Names of all fields. */
  fields: string[];
  logged: string[];
  /** Ids that `reserve` gave, by token: a create that is sent again goes out with the id it had (W2). */
  reserved: Map<string, string>;
  /** Creates so far: each has a token of its own. */
  created: number;
  /** Why the test was passed over: what the rig says its app cannot. */
  passedOver?: string;
  /** Another session on the same account, as after a crash. */
  open(changed?: Partial<SessionParts>): OpenSession;
}

/** More pages than any test has: a listing that goes on longer does not end. */
const mostPages = 400;

/** One test's work on a fresh rig; whatever happens the rig is stopped. */
export async function onBench(
  start: () => Promise<Rig>,
  work: (bench: Bench) => Promise<void>,
): Promise<{ passedOver?: string }> {
  const rig = await start();
  const logged: string[] = [];
  const opened: OpenSession[] = [];
  const open = (changed: Partial<SessionParts> = {}): OpenSession => {
    const { settings, secrets, http, clock } = rig;
    const parts = { account: 'test', settings, secrets, http, clock, random: seededRandom(1), log: keepingLog(logged) };
    const session = openSession(rig.connector, { ...parts, ...changed });
    opened.push(session);
    return session;
  };
  try {
    const session = open();
    const object = await objectOf(rig, session);
    const fields = typeof object.fields === 'function' ? await object.fields(session) : object.fields;
    const names = fields.map((field) => field.name);
    const bench: Bench = { rig, session, object, fields: names, logged, reserved: new Map(), created: 0, open };
    await work(bench);
    return bench;
  } finally {
    for (const session of opened) await session.close();
    await rig.stop();
  }
}

async function objectOf(rig: Rig, session: OpenSession): Promise<ObjectType> {
  const { objects } = rig.connector;
  const all = typeof objects === 'function' ? await objects(session) : objects;
  const object = all.find((one) => one.name === rig.object);
  assert.ok(object, `the connector has no object '${rig.object}'; it has ${all.map((one) => one.name).join(', ')}`);
  return object;
}

/** Everything a pass showed: the last state of each record, who is gone, and the cursor for the next pass. */
export interface Pass {
  records: Map<string, AppRecord>;
  gone: Map<string, Gone>;
  until?: string;
  expired: boolean;
  pages: number;
}

/**
 * Reads a whole pass. `between` is called after each page that is not the last: what happens there happens while paging.
 * Resume tokens go through JSON, as they do in the store.
 */
export async function readPass(
  bench: Bench,
  ask: { since?: string; fields?: string[] } = {},
  between: (page: Page, number: number) => Promise<void> = async () => {},
): Promise<Pass> {
  const pass: Pass = { records: new Map(), gone: new Map(), expired: false, pages: 0 };
  let resume: string | undefined;
  for (;;) {
    const given = { since: ask.since, resume, fields: ask.fields ?? bench.fields };
    const page: Page = JSON.parse(JSON.stringify(await bench.object.reads.page(bench.session, given)));
    pass.pages += 1;
    assert.ok(pass.pages <= mostPages, 'the listing does not end');
    assert.ok(!(page.resume !== undefined && page.until !== undefined), 'a page has either `resume` or `until`');
    note(pass, page);
    if (page.expired) return { ...pass, expired: true };
    if (page.resume === undefined) return { ...pass, until: page.until };
    assert.notEqual(page.resume, resume, 'a page leads to itself');
    resume = page.resume;
    await between(page, pass.pages);
  }
}

function note(pass: Pass, page: Page): void {
  for (const record of page.records) {
    assert.equal(typeof record.id, 'string', 'ids are text');
    pass.records.set(record.id, record);
    pass.gone.delete(record.id);
  }
  for (const gone of page.gone ?? []) {
    pass.gone.set(gone.id, gone);
    pass.records.delete(gone.id);
  }
}

/** One record read by its id. */
export async function readOne(bench: Bench, id: string, fields = bench.fields): Promise<AppRecord> {
  const page = await bench.object.reads.byIds(bench.session, [id], fields);
  const record = page.records.find((one) => one.id === id);
  assert.ok(record, `record ${id} is not found by its id`);
  return record;
}

/** Creates records and gives back one result for each. `again`: with the tokens of the test's first creates. */
export async function create(bench: Bench, records: Values[], again?: 'again'): Promise<WriteResult[]> {
  const batch = bench.object.writes?.create;
  assert.ok(batch, 'the object cannot be created');
  if (again) bench.created = 0;
  const items = records.map((values) => ({ values, token: `token-${++bench.created}` }));
  const fresh = items.filter((item) => !bench.reserved.has(item.token));
  const ids = await batch.reserve?.(bench.session, fresh);
  for (const [index, id] of ids?.entries() ?? []) bench.reserved.set(fresh[index]?.token ?? '', id);
  const results = await batch.send(
    bench.session,
    items.map((item) => ({ ...item, token: bench.reserved.get(item.token) ?? item.token })),
  );
  assert.equal(results.length, items.length, 'one result for each item');
  return results;
}

type Values = AppRecord['values'];

/** The id of a result that must be done. */
export function doneId(result: WriteResult | undefined): string {
  assert.ok(result && 'done' in result, `expected a write that is done, not ${JSON.stringify(result)}`);
  return result.done;
}

/** True where the rig has what a test needs; false where it says that the app cannot. Neither is an error of the rig. */
export function has<T>(bench: Bench, feature: Feature, part: T | undefined): part is T {
  if (part !== undefined) return true;
  bench.passedOver = bench.rig.cannot[feature];
  assert.ok(bench.passedOver, `the rig neither offers '${feature}' nor says why the app cannot`);
  return false;
}

function keepingLog(lines: string[]): Log {
  const keep = (level: string) => (message: string, facts?: LogFacts) => {
    lines.push(`${level} ${message} ${JSON.stringify(facts ?? {})}`);
  };
  const log: Log = {
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
    with: () => log,
  };
  return log;
}
