import type { Refusal, WriteResult } from '../../connector/contract.ts';
import { type ErrorKind, Failure } from '../../connector/failure.ts';

/** Writes under way at once. */
export const mostWritesAtOnce = 4;

/**
 * Each item's result, in order, a few items at a time. An item whose outcome is not known says so. Once the account or
 * the server is in trouble no further item is sent; where none was answered at all, the trouble is thrown (`Failure`).
 */
export async function eachAtOnce<I, R>(items: I[], write: (item: I) => Promise<R>): Promise<(R | WriteResult)[]> {
  const results: (R | WriteResult)[] = [];
  let trouble: Failure | null = null;
  let answered = 0;
  let next = 0;
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) {
      try {
        results[at] = trouble ? { refused: notSent(trouble) } : await write(items[at] as I);
        if (!trouble) answered += 1;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (isTrouble(error.kind)) trouble ??= error;
        if (error.sent === 'unknown' || !isTrouble(error.kind)) answered += 1;
        results[at] = error.sent === 'unknown' ? { unknown: error.message } : { refused: notSent(error) };
      }
    }
  };
  await Promise.all(Array.from({ length: mostWritesAtOnce }, work));
  if (trouble && answered === 0) throw trouble;
  return results;
}

/** Is it about the account or the server, so that the next item would fare no better? */
function isTrouble(kind: ErrorKind): boolean {
  return kind === 'throttled' || kind === 'unavailable' || kind === 'unauthorized' || kind === 'broken';
}

function notSent({ kind, message }: Failure): Refusal {
  return { kind: kind === 'unauthorized' || kind === 'broken' ? 'unavailable' : kind, message };
}
