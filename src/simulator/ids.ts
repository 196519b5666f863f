import type { Random } from '../lib/random.ts';

/** Gives the next record id of an object type. */
export type IdSource = () => string;

/** Ascending numbers with uneven gaps, as apps give that share one counter among many customers. */
export function ascendingIds(random: Random, first: number, widestGap = 1): IdSource {
  let last = first - 1;
  return () => {
    last += 1 + Math.floor(random.next() * widestGap);
    return String(last);
  };
}

/** Random ids of so many characters out of the alphabet: their order says nothing. */
export function randomIds(random: Random, length: number, alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'): IdSource {
  return () => Array.from({ length }, () => alphabet[Math.floor(random.next() * alphabet.length)]).join('');
}

/** A number in [0, 1) that depends on the text and the seed alone: an order that nobody can rely on, yet repeatable. */
export function hashFraction(text: string, seed: number): number {
  let hash = (2166136261 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4294967296;
}
