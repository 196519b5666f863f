import type { CreateItem } from '../../src/connector/contract.ts';
import type { MappingSettings, SyncSettings } from '../../src/model/settings.ts';
import { across, type Side, type Values } from '../../src/model/value.ts';
import type { Intent } from '../../src/store/store.ts';
import type { SyncFact } from './checkers-local.ts';
import { isBeyondRecognition } from './checkers-once.ts';
import { mayWrite } from './checkers-scope.ts';
import { isSame } from './checkers-values.ts';
import type { FakeApp } from './fake-app.ts';
import type { Mutation } from './fake-connector.ts';
import type { FakeRecord } from './fake-record.ts';
import type { FieldWrite, Ghost } from './ghost.ts';
import { isBlank } from './kinds.ts';
import type { Scheduler } from './scheduler.ts';
import { startsHere, type Truth } from './truth.ts';
import { Violation } from './violation.ts';

/** What a write is judged by: the sync in whose name it comes, both its ends, and all that ever happened. */
export interface Judged {
  ghost: Ghost;
  scheduler: Scheduler;
  sync: SyncFact;
  /** The side that is written. */
  side: Side;
  mutation: Mutation;
  app(account: string): FakeApp;
  /** The intent of an item, as it was committed. */
  intent(item: Mutation['items'][number]): Intent | undefined;
  /** Was this record ever shown to the mirror as a live one? */
  wasShown(account: string, object: string, id: string): boolean;
  /** Does this record belong with another in the sync, or is it put aside? Undefined where the store cannot be looked into. */
  isPaired(side: Side, id: string): boolean | undefined;
  /** The ghost's seq when the engine first took these two for a pair. */
  metAt(a: string | null, b: string | null): number;
}

/** How long a restored or changed record may still be acted upon as it was seen before. */
const SEEN_MILLISECONDS = 10 * 60_000;

/** F1 X3 P6 P7 M1: what a create rests on. G1 G2 G3 P4: what a removal rests on. Judged as the write arrives. */
export function mustRestOnFacts(judged: Judged): void {
  const { op, items } = judged.mutation;
  for (const item of items) {
    const intent = judged.intent(item);
    if (!intent) continue;
    if (op === 'create' && intent.source !== null) mustBeWanted(judged, item as CreateItem, intent.source);
    if ((op === 'archive' || op === 'delete') && intent.source === null) mustHaveLostItsPartner(judged, intent);
  }
}

function mustBeWanted(judged: Judged, item: CreateItem, id: string): void {
  const source = sourceOf(judged, id);
  if (!source) return;
  mustHaveStarted(judged, source);
  mustBeNew(judged, source);
  mustNotComeAgain(judged, item);
  mustHaveNoMatch(judged, item, source);
}

/** F1 I13: a record is made across only if its source was in scope once. */
function mustHaveStarted(judged: Judged, source: FakeRecord): void {
  const { sync } = judged;
  const settings = [sync.settings, ...sync.earlier.map((each) => each.settings)];
  const from = across(judged.side);
  const { account, object } = sync.settings[from];
  const states = statesOf(judged.ghost, account, object, source);
  const inScope = settings.some((each) => {
    const truth = { settings: each } as Truth;
    return each.require !== 'default' && each.require.length > 0
      ? true
      : states.some((values) => startsHere(truth, from, values) === 'in');
  });
  if (!inScope) throw new Violation('I13', `F1 ${source.id} in ${account} was never in scope, yet it was made across`);
}

/** X3: what a sync made itself is not new to it, as long as the record that it was made from is there. */
function mustBeNew(judged: Judged, source: FakeRecord): void {
  const { ghost, sync, side, mutation } = judged;
  const made = ghost.tokens.get(source.born.token ?? '');
  if (made?.sync !== sync.id || made.side === side || made.source === null) return;
  const origin = mutation.object.records.get(made.source);
  if (origin?.state !== 'live') return;
  // A person may have taken the two apart, or sent the pair through a merge: then it is on its own.
  if (ghost.met.get('admin unlink') || ghost.survivors.size > 0 || hasLeft(ghost, origin) || hasLeft(ghost, source))
    return;
  const { account, object } = sync.settings[across(side)];
  const app = judged.app(account);
  if (isBeyondRecognition(ghost, app, app.object(object), source)) return;
  // Two that look the same are as good as each other: the one may have been taken for what the create made.
  if (app.live(object).some((other) => other !== source && looksLike(source, other))) return;
  throw new Violation(
    'I5',
    `X3 ${source.id} was made by sync ${sync.id} from ${origin.id}, and is made back as if it were new`,
  );
}

/** P6: what was made, seen, and archived by a person before its outcome was known is not made again. */
function mustNotComeAgain(judged: Judged, item: CreateItem): void {
  const { ghost, mutation } = judged;
  const fact = ghost.tokens.get(item.token);
  const { name } = mutation.app.knobs;
  for (const record of mutation.object.records.values()) {
    const other = ghost.tokens.get(record.born.token ?? '');
    if (!fact || record.state === 'live' || !other || other.sync !== fact.sync || other.link !== fact.link) continue;
    if (other.generation !== fact.generation || !judged.wasShown(name, mutation.object.knobs.name, record.id)) continue;
    if (mutation.app.knobs.safety === 'idempotency-key' || mutation.app.knobs.safety === 'own-id') continue;
    if (record.survivor !== undefined || isBeyondRecognition(ghost, mutation.app, mutation.object, record)) continue;
    throw new Violation(
      'I5',
      `P6 ${record.id} in ${name} was made and archived; it is made again for link ${fact.link}`,
    );
  }
}

/** M1 P7: nothing is made where exactly one free record with the same e-mail has been there for long, matched by it. */
function mustHaveNoMatch(judged: Judged, item: CreateItem, source: FakeRecord): void {
  const { sync, side, mutation, ghost, scheduler } = judged;
  const email = `email_${mutation.app.knobs.name}`;
  const own = `email_${sync.settings[across(side)].account}`;
  const { match } = sync.settings;
  const isByEmail = Array.isArray(match) && JSON.stringify(match[0]).includes(own) && match[0]?.length === 1;
  const key = keyOf(item.values, email);
  if (!isByEmail || sync.earlier.length > 0 || key === '' || judged.isPaired(side, '') === undefined) return;
  const settled = (past: FieldWrite[]) => (past.at(-1)?.at ?? 0) < scheduler.now - SEEN_MILLISECONDS;
  const from = sync.settings[across(side)];
  if (!settled(ghost.pastOf(from.account, from.object, source.id, own))) return;
  const same = mutation.app.live(mutation.object.knobs.name).filter((record) => keyOf(record.values, email) === key);
  const free = same.filter((record) => judged.isPaired(side, record.id) === false && !hasLeft(ghost, record));
  const [found] = free;
  if (!found || free.length > 1 || same.length > 1 || hasTwin(judged, source, own)) return;
  if (!settled(ghost.pastOf(mutation.app.knobs.name, mutation.object.knobs.name, found.id, email))) return;
  if (ghost.met.get('admin unlink') || found.born.by.who === 'engine') return;
  const lied = ghost.met.has('lie empty') || ghost.met.has('lie short');
  if (lied && !judged.wasShown(mutation.app.knobs.name, mutation.object.knobs.name, found.id))
    return ghost.meet('a listing left out by mistake what would have matched');
  throw new Violation('I1', `P7 a record is made in ${mutation.app.knobs.name} though ${found.id} matches and is free`);
}

/** G1 G3: a record is removed only because its partner is not there, whatever a listing or a filter says. */
function mustHaveLostItsPartner(judged: Judged, intent: Intent): void {
  const { sync, side, scheduler, ghost, mutation } = judged;
  const from = across(side);
  const partner = intent.link.ids[from];
  const { account, object } = sync.settings[from];
  const record = partner === null ? undefined : judged.app(account).object(object).records.get(partner);
  if (record?.state !== 'live') return mustNotBeEdited(judged, intent, record);
  const back = ghost.records.some(
    (event) => event.id === record.id && event.what === 'restored' && event.at > scheduler.now - SEEN_MILLISECONDS,
  );
  if (back) return;
  throw new Violation(
    'I14',
    `G1 ${intent.target} in ${mutation.app.knobs.name} was removed though ${partner} is there`,
  );
}

/** G2 I15: an edit that was made after the partner went, and was read before the removal was planned, beats it. */
function mustNotBeEdited(judged: Judged, intent: Intent, partner: FakeRecord | undefined): void {
  const { ghost, mutation, sync, side } = judged;
  const gone = ghost.records.filter((event) => event.id === partner?.id && event.what !== 'created').at(-1);
  const { mappings } = sync.settings;
  // What a merge brought together was typed before.
  if (!gone || !Array.isArray(mappings) || ghost.survivors.has(intent.target ?? '')) return;
  // What was typed before the two met is not an edit since both agreed; where the policy was another one then, nothing was at stake.
  const met = judged.metAt(intent.link.ids.a, intent.link.ids.b);
  const policies = sync.earlier.filter(
    ({ settings }) => settings.deletions[across(side)] === 'ignore' || !mayWrite(settings, side),
  );
  const since = Math.max(0, ...policies.map((each) => each.until));
  for (const mapping of mappings) {
    const name = mapping === 'default' || !isInUse(sync.settings, mapping) ? undefined : mapping[side][0];
    if (name === undefined || intent.before[name] === undefined) continue;
    const past = ghost.pastOf(mutation.app.knobs.name, mutation.object.knobs.name, intent.target ?? '', name);
    const edit = past.filter((write) => write.by.who === 'user' && write.seq > gone.seq && changed(write)).at(-1);
    if (!edit || !isSame(intent.before[name], edit.after)) continue;
    // Of a field that both never agreed upon, a clear leaves nothing to lose.
    if (edit.seq < met || edit.at < since || isBlank(edit.after)) continue;
    if (past.some((write) => write.seq < gone.seq && isSame(write.after, edit.after))) continue;
    // Who was quick to put back what Syncline had written has left no edit to see.
    const ours = past.findLast((write) => write.by.who === 'engine');
    if (ours && isSame(ours.after, edit.after)) {
      ghost.meet('edit taken back');
      continue;
    }
    throw new Violation(
      'I15',
      `G2 ${intent.target} in ${mutation.app.knobs.name} was removed though ${name} was edited since`,
    );
  }
}

/** Does a mapping carry anything, in either way? */
function isInUse(settings: SyncSettings, { enabled, direction }: MappingSettings): boolean {
  return enabled && (settings.direction === 'both' || direction === 'both' || direction === settings.direction);
}

function changed(write: FieldWrite): boolean {
  return !isSame(write.before, write.after);
}

function sourceOf({ sync, side, app }: Judged, id: string): FakeRecord | undefined {
  const { account, object } = sync.settings[across(side)];
  return app(account).object(object).records.get(id);
}

function hasTwin(judged: Judged, source: FakeRecord, email: string): boolean {
  const { account, object } = judged.sync.settings[across(judged.side)];
  const key = keyOf(source.values, email);
  return judged
    .app(account)
    .live(object)
    .some((record) => record !== source && keyOf(record.values, email) === key);
}

/** Was it ever archived, deleted or restored? */
function hasLeft(ghost: Ghost, record: FakeRecord): boolean {
  return ghost.records.some((event) => event.id === record.id && event.what !== 'created');
}

function keyOf(values: Values, name: string): string {
  const value = values[name];
  return isBlank(value) ? '' : String(value).trim().toLowerCase();
}

/** Every state that a record was ever in, field by field. */
export function statesOf(ghost: Ghost, account: string, object: string, record: FakeRecord): Values[] {
  const names = Object.keys(record.values);
  const writes = names
    .flatMap((name) => ghost.pastOf(account, object, record.id, name))
    .sort((one, other) => one.seq - other.seq);
  const states: Values[] = [];
  let now: Values = {};
  for (const write of writes) {
    now = { ...now, [write.field]: write.after };
    states.push(now);
  }
  return states;
}

/** Does it show all that this record shows, apart from capitals, and markers that no two share? */
function looksLike(record: FakeRecord, other: FakeRecord): boolean {
  const said = Object.entries(record.values).filter(([name, value]) => name !== 'marker' && !isBlank(value));
  const fold = (value: unknown) => JSON.stringify(value).toLowerCase();
  return said.every(([name, value]) => fold(other.values[name] ?? null) === fold(value));
}
