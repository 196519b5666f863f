import { Failure, type Refusal, type WriteResult } from '../../connector/contract.ts';
import { bulk } from '../../connector/sending.ts';
import type { Session } from '../../connector/session.ts';
import { errorOf, type Refused, refusalOf, type SfError } from './connector-errors.ts';
import { dataPath } from './connector-paths.ts';

/** Records that one call writes (sObject Collections). */
export const mostSaved = 200;

/** A record to make, or with its id one to change, as JSON. */
export interface Body {
  id?: string;
  [field: string]: unknown;
}

/** What Salesforce says of one record of a collection, in the order they were sent. */
interface Saved {
  id?: string;
  success?: boolean;
  errors?: SfError[];
}

/** Writes records of one type, 200 in a call; one result for each, in order. A bad body stands alone after halving. */
export async function saveAll(
  s: Session,
  object: string,
  what: 'create' | 'update',
  bodies: Body[],
): Promise<WriteResult[]> {
  const send = bulk<Body>({
    request: (some) => ({
      method: what === 'create' ? 'POST' : 'PATCH',
      url: dataPath(s, '/composite/sobjects'),
      body: { allOrNone: false, records: some.map((body) => ({ attributes: { type: object }, ...body })) },
    }),
    results: (reply, some) => resultsOf(reply.json(), what, some),
    refusal: (reply, body) => refusalOf(errorOf(reply), what, Object.values(body)),
  });
  return inChunks(bodies, (some) => send(s, some));
}

/** Puts records into the recycle bin; one that is there already, or gone for good, counts as done. */
export async function removeAll(s: Session, ids: string[]): Promise<WriteResult[]> {
  return inChunks(ids, async (some) => {
    const query = { ids: some.join(','), allOrNone: 'false' };
    const reply = await s.request({ method: 'DELETE', url: dataPath(s, '/composite/sobjects'), query });
    const results = resultsOf(
      reply.json(),
      'archive',
      some.map((id) => ({ id })),
    );
    return results.map((result, index) => {
      const isGone = result && 'refused' in result && result.refused.kind === 'missing';
      return isGone ? { done: some[index] ?? '' } : (result ?? silent);
    });
  });
}

/** What a failure of a whole call is for each of its records, where others were sent before it. */
export function resultOf(failure: Failure): WriteResult {
  if (failure.sent === 'unknown') return { unknown: failure.message };
  const { kind, message } = failure;
  return { refused: { kind: kind === 'unauthorized' || kind === 'broken' ? 'unavailable' : kind, message } };
}

/** The refusal in a result; undefined where it is done. What is not known is taken for not done yet. */
export function refusalIn(result: WriteResult | undefined): Refusal | undefined {
  if (!result || 'unknown' in result) return { kind: 'unavailable', message: result?.unknown ?? 'no answer' };
  return 'refused' in result ? result.refused : undefined;
}

const silent: WriteResult = { unknown: 'Salesforce did not say what became of this record' };

/** Chunk after chunk: once one was sent, a failure is the result of the records that it was about. */
async function inChunks<Item>(items: Item[], send: (items: Item[]) => Promise<WriteResult[]>): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  for (let at = 0; at < items.length; at += mostSaved) {
    const some = items.slice(at, at + mostSaved);
    try {
      results.push(...(await send(some)));
    } catch (error) {
      if (!(error instanceof Failure) || at === 0) throw error;
      results.push(...some.map(() => resultOf(error)));
    }
  }
  return results;
}

function resultsOf(shown: unknown, what: Refused, bodies: Body[]): (WriteResult | undefined)[] {
  if (!Array.isArray(shown)) return bodies.map(() => undefined);
  return bodies.map((body, index) => {
    const saved = shown[index] as Saved | undefined;
    const id = saved?.id ?? body.id;
    if (saved?.success && id) return { done: id };
    const [error] = saved?.errors ?? [];
    return error ? { refused: refusalOf(error, what, Object.values(body)) } : undefined;
  });
}
