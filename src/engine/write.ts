import type { CreateBatch, Refusal, WriteResult } from '../connector/contract.ts';
import { Failure } from '../connector/contract.ts';
import type { Decision, Intent, Op } from '../model/decision.ts';
import type { Link } from '../model/link.ts';
import type { Side, Values } from '../model/value.ts';
import type { Batch } from '../store/store.ts';
import { keep } from './engine.ts';
import type { PlannedBatch } from './plan.ts';
import type { Run } from './run.ts';

/** What became of one intent. */
export type Outcome =
  | { is: 'done'; id: string; image?: Values; version?: string }
  | { is: 'refused'; refusal: Refusal }
  | { is: 'unknown' }
  /** A create that may have landed: one of these records could be it, and only a person can tell. */
  | { is: 'parked'; others: string[] }
  /** A create that never landed, and is not wanted any more. */
  | { is: 'not made' }
  /** Certainly not done, and nothing wrong with the record: it is tried again. */
  | { is: 'again'; delaySeconds: number };

/** A batch that was sent, with one outcome per item. */
export interface Sent {
  batch: Batch;
  items: { intent: Intent; decision: Decision | null; outcome: Outcome }[];
  /** Links to be stored with the outcomes. */
  aside?: Link[];
  /** Set where the account itself failed: the run ends once this batch is confirmed. */
  failure: Failure | null;
  /** A batch of which every claim was refused is not stored: there is nothing to close. */
  opened: 'yes' | 'no';
}

/** How soon a write comes back that the app could not take now (seconds), where the app does not say. */
const AGAIN_SECONDS = 30;
/** How soon a write comes back whose claim another sync holds (seconds). */
const CLAIMED_SECONDS = 2;

/**
 * The batch of intents is committed, then sent; one result per record (W1, W3). `replaces`: an unresolved batch whose
 * creates are sent once more, with the tokens they had, and keep the asking number of the first time: whatever appeared
 * since could be theirs (X3).
 */
export async function write(run: Run, planned: PlannedBatch, replaces?: Batch): Promise<Sent> {
  const { engine, hold } = run;
  const { side, op } = planned;
  if (op === 'create') await giveTokens(run, side, planned);
  await keep(engine, hold);
  const asked = replaces?.asked ?? (await engine.store.ask());
  const items = planned.items.map(({ intent }) => intent);
  const sentAt = await engine.store.now();
  const batch: Batch = { id: engine.random.uuid(), run: run.id, side, op, asked, sentAt, items };
  const opened = await engine.store.commit(hold.lease, {
    open: batch,
    ...(replaces === undefined ? {} : { close: replaces.id }),
  });
  const refused = new Set(opened.refused);
  const going = planned.items.filter((_, index) => !refused.has(index));
  const { outcomes, failure } = await sendAll(
    run,
    side,
    op,
    going.map(({ intent }) => intent),
  );
  if (outcomes.some((outcome) => outcome.is === 'unknown')) batch.sentAt = await engine.store.now();
  if (failure) failure.account = run.sides[side].feed.account;
  const sent: Sent['items'] = going.map((item, index) => ({ ...item, outcome: outcomes[index] as Outcome }));
  for (const index of refused) {
    const item = planned.items[index] as PlannedBatch['items'][number];
    sent.push({ ...item, outcome: { is: 'again', delaySeconds: CLAIMED_SECONDS } });
  }
  return { batch, items: sent, failure, opened: going.length > 0 ? 'yes' : 'no' };
}

async function giveTokens(run: Run, side: Side, planned: PlannedBatch): Promise<void> {
  const { access, type } = run.sides[side];
  const create = type.writes?.create as CreateBatch;
  const bare = planned.items.filter(({ intent }) => intent.token === undefined);
  if (bare.length === 0) return;
  const reserved = create.reserve
    ? await create.reserve(
        access.session,
        bare.map(({ intent }) => ({ values: intent.values })),
      )
    : bare.map(() => run.engine.random.uuid());
  const now = await run.engine.store.now();
  const { cursor } = run.sides[side].feed.progress;
  const marker = create.safety.find((rung) => rung.by === 'marker');
  bare.forEach(({ intent }, index) => {
    intent.token = reserved[index] as string;
    intent.tokenAt = now;
    if (cursor !== undefined) intent.since = cursor;
    if (marker) intent.values[marker.field] = intent.token;
  });
}

async function sendAll(
  run: Run,
  side: Side,
  op: Op,
  items: Intent[],
): Promise<{ outcomes: Outcome[]; failure: Failure | null }> {
  if (items.length === 0) return { outcomes: [], failure: null };
  try {
    const results = await call(run, side, op, items);
    if (results.length !== items.length) return { outcomes: items.map(() => ({ is: 'unknown' })), failure: null };
    return { outcomes: results.map((result, index) => outcomeOf(result, items[index] as Intent)), failure: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return failed(run, side, op, items, error);
  }
}

/** A call that failed as a whole. What is about the records is halved until the bad one stands alone (W3). */
async function failed(
  run: Run,
  side: Side,
  op: Op,
  items: Intent[],
  error: Failure,
): Promise<{ outcomes: Outcome[]; failure: Failure | null }> {
  if (error.sent === 'unknown') return { outcomes: items.map(() => ({ is: 'unknown' })), failure: null };
  const { kind } = error;
  if (kind === 'throttled' || kind === 'unavailable' || kind === 'unauthorized') {
    const delaySeconds = error.retrySeconds ?? AGAIN_SECONDS;
    return { outcomes: items.map(() => ({ is: 'again', delaySeconds })), failure: error };
  }
  if (items.length === 1) {
    const refusal: Refusal = {
      kind: kind === 'broken' ? 'invalid' : kind,
      message: error.message,
      ...(kind === 'broken' ? { category: 'unknown' } : {}),
    };
    return { outcomes: [{ is: 'refused', refusal }], failure: null };
  }
  const middle = Math.ceil(items.length / 2);
  const first = await sendAll(run, side, op, items.slice(0, middle));
  if (first.failure) {
    const rest: Outcome[] = items.slice(middle).map(() => ({ is: 'again', delaySeconds: AGAIN_SECONDS }));
    return { outcomes: [...first.outcomes, ...rest], failure: first.failure };
  }
  const second = await sendAll(run, side, op, items.slice(middle));
  return { outcomes: [...first.outcomes, ...second.outcomes], failure: second.failure };
}

async function call(run: Run, side: Side, op: Op, items: Intent[]): Promise<WriteResult[]> {
  const { access, type } = run.sides[side];
  const { session } = access;
  const writes = type.writes;
  await keep(run.engine, run.hold);
  if (op === 'create' && writes?.create) {
    return writes.create.send(
      session,
      items.map((item) => ({ values: item.values, token: item.token as string })),
    );
  }
  if (op === 'update' && writes?.update) {
    const changes = items.map((item) => ({
      id: item.target as string,
      values: item.values,
      before: item.before,
      ...(item.version === undefined ? {} : { version: item.version }),
      ...(Object.keys(item.edges).length === 0 ? {} : { edges: item.edges }),
    }));
    return writes.update.send(session, changes);
  }
  const remove = op === 'archive' ? writes?.archive : writes?.delete;
  if (!remove) throw new Failure('forbidden', `${access.connector.app.label} cannot ${op} ${type.label}`);
  return remove.send(
    session,
    items.map((item) => ({
      id: item.target as string,
      ...(item.version === undefined ? {} : { version: item.version }),
    })),
  );
}

function outcomeOf(result: WriteResult, intent: Intent): Outcome {
  if ('done' in result) {
    const { image, version } = result;
    const id = intent.target ?? result.done;
    return { is: 'done', id, ...(image ? { image } : {}), ...(version === undefined ? {} : { version }) };
  }
  if ('unknown' in result) return { is: 'unknown' };
  const { refusal } = { refusal: result.refused };
  if (refusal.kind === 'throttled' || refusal.kind === 'unavailable')
    return { is: 'again', delaySeconds: AGAIN_SECONDS };
  return { is: 'refused', refusal };
}
