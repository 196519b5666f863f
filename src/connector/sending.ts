import type { Refusal, WriteResult } from './contract.ts';
import { Failure } from './failure.ts';
import type { HttpRequest, Reply, Session } from './session.ts';

/** Statuses that say no to records, not to the account. */
const aboutRecords = [400, 404, 409, 410, 412, 422];

/**
 * Writes of a whole batch in one call. Each item's result is found by `results` (W3); what it leaves undefined is unknown.
 * An app that refuses the whole batch for one bad item is asked again with halves of it, until the bad item stands alone.
 */
export function bulk<Item>(parts: {
  request(items: Item[], s: Session): HttpRequest | Promise<HttpRequest>;
  results(reply: Reply, items: Item[], s: Session): (WriteResult | undefined)[] | Promise<(WriteResult | undefined)[]>;
  refusal(reply: Reply, item: Item): Refusal;
}): (s: Session, items: Item[]) => Promise<WriteResult[]> {
  const sendAll = async (s: Session, items: Item[]): Promise<WriteResult[]> => {
    const reply = await s.request({ ...(await parts.request(items, s)), accept: aboutRecords });
    if (reply.status < 400) {
      const results = await parts.results(reply, items, s);
      return items.map((_, index) => results[index] ?? { unknown: 'the app did not say what became of this record' });
    }
    const [first] = items;
    if (items.length === 1 && first !== undefined) return [{ refused: parts.refusal(reply, first) }];
    const middle = Math.ceil(items.length / 2);
    return inParts(s, [items.slice(0, middle), items.slice(middle)], sendAll);
  };
  return (s, items) => (items.length === 0 ? Promise.resolve([]) : sendAll(s, items));
}

/** Writes one by one, for apps without batches. What one item's failure says of the next ones decides whether they are sent. */
export function each<Item>(
  one: (s: Session, item: Item) => Promise<WriteResult>,
): (s: Session, items: Item[]) => Promise<WriteResult[]> {
  return (s, items) =>
    inParts(
      s,
      items.map((item) => [item]),
      async (session, [item]) => (item === undefined ? [] : [await one(session, item)]),
    );
}

/**
 * Writes one by one, so many of them at once, for apps without batches that answer several calls side by side. Where the
 * account or the app is in trouble for some, the others keep their outcomes and no further ones are sent.
 */
export function eachAtOnce<Item>(
  mostAtOnce: number,
  one: (s: Session, item: Item) => Promise<WriteResult>,
): (s: Session, items: Item[]) => Promise<WriteResult[]> {
  const send = each(one);
  const chunks = (items: Item[]) =>
    Array.from({ length: Math.ceil(items.length / mostAtOnce) }, (_, index) =>
      items.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
    );
  return (s, items) => {
    let trouble: Failure | undefined;
    return inParts(s, chunks(items), async (session, chunk) => {
      if (trouble) return chunk.map(() => putBack(trouble as Failure));
      const ended = await Promise.allSettled(chunk.map((item) => send(session, [item])));
      const reasons = ended.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      const bug = reasons.find((reason) => !(reason instanceof Failure));
      if (bug !== undefined || reasons.length === ended.length) throw bug ?? reasons[0];
      trouble = reasons[0];
      return ended.flatMap((result) => (result.status === 'fulfilled' ? result.value : [putBack(result.reason)]));
    });
  };
}

/**
 * Sends parts of a batch in order. A failure about records is their outcome; one about the account or the app ends the
 * batch: what was not sent is put back (throttled, unavailable), and where nothing was sent the failure is thrown.
 */
async function inParts<Item>(
  s: Session,
  parts: Item[][],
  send: (s: Session, items: Item[]) => Promise<WriteResult[]>,
): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  let ended: Failure | undefined;
  for (const items of parts) {
    const outcome = ended ?? (await resultsOf(() => send(s, items)));
    if (!(outcome instanceof Failure)) {
      results.push(...outcome);
      continue;
    }
    if (endsBatch(outcome)) {
      if (results.length === 0) throw outcome;
      ended = outcome;
    }
    results.push(...items.map(() => resultOf(outcome)));
  }
  return results;
}

async function resultsOf(work: () => Promise<WriteResult[]>): Promise<WriteResult[] | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function endsBatch(failure: Failure): boolean {
  return !isAboutRecords(failure) && failure.sent !== 'unknown';
}

function resultOf(failure: Failure): WriteResult {
  if (isAboutRecords(failure)) return { refused: refusalOf(failure) };
  return failure.sent === 'unknown' ? { unknown: failure.message } : putBack(failure);
}

function isAboutRecords({ kind, sent }: Failure): boolean {
  return sent === 'no' && ['invalid', 'duplicate', 'missing', 'stale', 'forbidden'].includes(kind);
}

function refusalOf(failure: Failure): Refusal {
  return { kind: failure.kind as Refusal['kind'], message: failure.message };
}

function putBack(failure: Failure): WriteResult {
  const kind = failure.kind === 'throttled' ? 'throttled' : 'unavailable';
  return { refused: { kind, message: `not sent: ${failure.message}` } };
}

/** A message without the texts that were sent: an app's words go to people and logs, a record's values do not. */
export function withoutValues(message: string, values: Iterable<unknown>): string {
  const texts = [...values].filter((value): value is string => typeof value === 'string' && value.trim().length > 2);
  return texts
    .sort((one, other) => other.length - one.length)
    .reduce((clean, text) => clean.replaceAll(text, '…'), message);
}
