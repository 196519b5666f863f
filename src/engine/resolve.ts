import type { Intent } from '../model/decision.ts';
import type { Link } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side } from '../model/value.ts';
import type { Batch, Changes } from '../store/store.ts';
import { unanswered } from './agree.ts';
import { confirm } from './confirm.ts';
import { failing, newLink } from './decision.ts';
import { blame, keep } from './engine.ts';
import { climb, type Unresolved } from './ladder.ts';
import { relist } from './read-again.ts';
import type { Run } from './run.ts';
import { type Sent, write } from './write.ts';

/** The most arrivals looked at for one batch of unresolved creates. */
const MOST_ARRIVALS = 1_000;
/**
 * W2: batches that were opened and not closed, by a crash or because the app never answered: of updates and removals the
 * record itself tells (they are read and planned again); creates climb the ladder of what their app offers.
 */
export async function recover(run: Run): Promise<void> {
  const batches = await run.engine.store.openBatches(run.sync.id);
  for (const batch of batches) if (batch.op !== 'create') await recoverWrites(run, batch);
  for (const side of ['a', 'b'] as const) {
    const creates = batches.filter((batch) => batch.op === 'create' && batch.side === side);
    if (creates.length > 0) await recoverCreates(run, side, creates);
  }
}

async function recoverWrites(run: Run, batch: Batch): Promise<void> {
  const { store } = run.engine;
  const { side, op } = batch;
  // What was read before now may show what stood there before the write.
  const asked = await store.ask();
  const links = await linksOf(run, batch);
  const update: Link[] = [];
  for (const intent of batch.items) {
    const link = links.get(intent.link.id);
    if (op !== 'update' || !link) continue;
    update.push({ ...link, pending: { ...link.pending, [side]: unanswered(link, batch, intent, asked) } });
  }
  const targets = batch.items.flatMap(({ target }) => (target === null ? [] : [target]));
  await store.mark(run.sync.feeds[side], targets);
  // R3: a list that lags may show a version between the one that is known and the write.
  const records = targets.map((id) => ({ id, values: {}, keys: {} }));
  const touched = { asked: batch.asked, how: 'image' as const, ordered: false, records, gone: [], fields: [] };
  const images = { a: null, b: null, [side]: op === 'update' ? touched : null };
  await store.commit(run.hold.lease, { close: batch.id, update, images, work: workAgain(batch, batch.items, 0) });
}

/** The links of a batch as they are stored, by id. */
async function linksOf(run: Run, { items }: Batch): Promise<Map<string, Link>> {
  const links = await run.engine.store.links(
    run.sync.id,
    items.map(({ link }) => link.id),
  );
  return new Map(links.map((link) => [link.id, link]));
}

/**
 * What landed is taken over, what may have landed is parked; then the rest of a batch waits together, or is sent again
 * together, so that every intent stands in an open batch until its outcome is stored. All batches are judged at once: what
 * looks left over to one may be what another made.
 */
async function recoverCreates(run: Run, side: Side, batches: Batch[]): Promise<void> {
  const unresolved: Unresolved[] = [];
  for (const batch of batches) {
    const found = await keepRows(run, batch);
    for (const intent of batch.items) {
      const link = found.get(intent.link.id) ?? intent.link;
      unresolved.push({ batch, intent: { ...intent, link }, finding: { is: 'wait' }, source: 'live' });
    }
  }
  await noteGone(run, across(side), unresolved);
  const pool = await judge(run, side, unresolved);
  const landed = new Set(unresolved.flatMap(({ finding }) => (finding.is === 'landed' ? [finding.id] : [])));
  for (const [place, batch] of batches.entries()) {
    const own = unresolved.filter((each) => each.batch === batch);
    const later = unresolved.filter((each) => batches.indexOf(each.batch) > place);
    const settled = own.some(({ finding }) => finding.is !== 'wait' && finding.is !== 'send again');
    const items = own.map(settle);
    const aside = await setAside(run, side, own, later, pool);
    if (settled) await confirm(run, { batch, items, aside, failure: null, opened: 'yes' }, null);
    else if (own.every(({ finding }) => finding.is === 'send again'))
      await sendAgain(
        run,
        batch,
        own.map(({ intent }) => intent),
        landed,
      );
  }
}

/** Which sources are gone, as far as their mirror knows. */
async function noteGone(run: Run, side: Side, unresolved: Unresolved[]): Promise<void> {
  const ids = unresolved.flatMap(({ intent }) => intent.source ?? []);
  const seen = await run.engine.store.records(run.sync.feeds[side], ids);
  const gone = new Set(seen.filter((each) => each.gone).map(({ id }) => id));
  for (const each of unresolved) if (gone.has(each.intent.source ?? '')) each.source = 'gone';
}

/**
 * Climbs the ladder, and answers the arrivals that nobody took. A listing that came back empty by mistake has moved the feed's
 * cursor all the same: before listings alone let a create be sent again, or be parked, all since it was first sent is listed
 * once more. Among more arrivals than are looked at it may be one of the others.
 */
async function judge(run: Run, side: Side, unresolved: Unresolved[]): Promise<Seen[]> {
  const [oldest] = unresolved.toSorted((one, other) => one.batch.asked - other.batch.asked) as [Unresolved];
  const isUnsure = ({ finding }: Unresolved) => finding.is === 'send again' && finding.sure === 'no';
  const climbed = async () => {
    const pool = await run.engine.store.arrivals(run.sync.id, side, oldest.batch.asked, MOST_ARRIVALS);
    const more = pool.length === MOST_ARRIVALS;
    await climb(run, side, unresolved, pool);
    if (more) for (const each of unresolved.filter(isUnsure)) each.finding = { is: 'park', others: [] };
    return pool;
  };
  let pool = await climbed();
  if (unresolved.some((each) => isUnsure(each) || each.finding.is === 'park')) {
    const { account } = run.sides[side].feed;
    await blame(account, () =>
      relist(run.engine, run.sides[side], oldest.intent.since, () => keep(run.engine, run.hold)),
    );
    pool = await climbed();
  }
  for (const each of unresolved.filter(isUnsure)) if (each.source === 'gone') each.finding = { is: 'give up' };
  return pool;
}

function settle({ intent, finding }: Unresolved): Sent['items'][number] {
  if (finding.is === 'landed') return { intent, decision: null, outcome: { is: 'done', id: finding.id } };
  if (finding.is === 'give up') return { intent, decision: null, outcome: { is: 'not made' } };
  if (finding.is === 'park') return { intent, decision: null, outcome: { is: 'parked', others: finding.others } };
  return { intent, decision: null, outcome: { is: 'unknown' } };
}

/** After a crash the link rows of creates are not there yet: they are made, so that everyone sees what is unresolved. */
async function keepRows(run: Run, batch: Batch): Promise<Map<string, Link>> {
  const { store } = run.engine;
  const stored = await linksOf(run, batch);
  const insert: Link[] = [];
  const update: Link[] = [];
  const crashed = batch.items.some(({ link }) => stored.get(link.id)?.stage !== 'creating');
  if (crashed) {
    // Whoever sent it is gone, but how long it waited before is not known: the app's lag counts from now.
    batch.sentAt = await store.now();
    await store.stamp(run.hold.lease, batch.id, batch.sentAt);
  }
  for (const intent of batch.items) {
    const old = stored.get(intent.link.id);
    if (old?.stage === 'creating') continue;
    const pending = unanswered(intent.link, batch, intent, batch.asked);
    const link: Link = {
      ...(old ?? intent.link),
      stage: 'creating',
      status: 'waiting',
      pending: { a: null, b: null, [batch.side]: pending },
    };
    (old ? update : insert).push(link);
    stored.set(link.id, link);
  }
  if (insert.length + update.length > 0) await store.commit(run.hold.lease, { insert, update });
  return stored;
}

/**
 * An answer now tells what is there, not what it showed when it was made: the records are read again. `landed`: what other
 * creates were found to have made, which is none of these.
 */
async function sendAgain(run: Run, batch: Batch, intents: Intent[], landed: Set<string>): Promise<void> {
  const items = intents.map((intent) => ({ intent, decision: null }));
  const sent = await write(run, { side: batch.side, op: 'create', items }, batch);
  const existing: string[] = [];
  const made: string[] = [];
  for (const item of sent.items) {
    const { outcome } = item;
    if (outcome.is === 'refused' && outcome.refusal.existingId) existing.push(outcome.refusal.existingId);
    if (outcome.is !== 'done') continue;
    item.outcome = { is: 'done', id: outcome.id };
    made.push(outcome.id);
  }
  if (made.length + existing.length > 0)
    await run.engine.store.mark(run.sync.feeds[batch.side], [...made, ...existing]);
  const adoptable = await unknownBefore(run, batch, existing);
  // What this very call has made for another of them is not what landed the first time.
  for (const id of [...made, ...landed]) adoptable.delete(id);
  await confirm(run, sent, adoptable);
  if (sent.failure) throw sent.failure;
}

/** Those of these records that appeared after the create was first sent, and have no partner: one that is older is somebody else's. */
async function unknownBefore(run: Run, batch: Batch, ids: string[]): Promise<Set<string>> {
  const free = new Set(ids);
  const { side } = batch;
  const pairs = ids.length === 0 ? [] : await run.engine.store.load(run.sync.id, { a: [], b: [], [side]: ids });
  for (const pair of pairs) {
    const seen = pair[side];
    const older = seen !== null && seen.firstSeen <= batch.asked;
    const id = seen?.id ?? pair.link?.ids[side];
    if (id && (pair.link || older)) free.delete(id);
  }
  return free;
}

/**
 * X3: what was left over beside a parked create could be it, so it is not taken for a person's new record; nor is what looks just as
 * the record that was taken for it. What a later batch
 * is parked for too stays open until that one is.
 */
async function setAside(run: Run, side: Side, own: Unresolved[], later: Unresolved[], pool: Seen[]): Promise<Link[]> {
  const open = parkedFor(later);
  const sources = parkedFor(own);
  const left = pool.filter((seen) => !seen.gone && sources.has(seen.id) && !open.has(seen.id));
  if (left.length === 0) return [];
  const ids = await run.engine.store.linkIds(left.length);
  return left.map((seen, index) => {
    const link = newLink(ids[index] as string, { a: null, b: null, [side]: seen.id });
    return { ...failing(link, mayBeOurs(side, sources.get(seen.id) ?? [])), held: 'left' };
  });
}

/** Records that creates could have made besides → the sources of those. */
function parkedFor(unresolved: Unresolved[]): Map<string, string[]> {
  const sources = new Map<string, string[]>();
  for (const { intent, finding } of unresolved) {
    if (!('others' in finding) || intent.source === null) continue;
    for (const id of finding.others ?? []) sources.set(id, [...(sources.get(id) ?? []), intent.source]);
  }
  return sources;
}

function workAgain(batch: Batch, intents: Intent[], delaySeconds: number): NonNullable<Changes['work']> {
  return intents.flatMap((intent) => {
    const record = intent.source ?? intent.target;
    const side = intent.source === null ? batch.side : across(batch.side);
    return record === null ? [] : [{ side, record, reason: 'again', delaySeconds, attempts: intent.attempts + 1 }];
  });
}

function mayBeOurs(side: Side, others: string[]): Problem {
  const message =
    'it is not known whether Syncline made this record: an answer was lost, and it appeared meanwhile; choose the record across that it belongs to, or take it as new';
  return { category: 'ambiguous-match', side, message, others };
}
