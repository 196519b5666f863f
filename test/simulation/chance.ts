/** A 32-bit hash of a seed, a name and a number: chance that depends on nothing else, so nothing shifts it. */
export function hashOf(seed: number, name: string, nth: number): number {
  let hash = (seed ^ 0x9e3779b9) >>> 0;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ nth, 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The same as a float in [0, 1). */
export function chanceOf(seed: number, name: string, nth: number): number {
  return hashOf(seed, name, nth) / 4294967296;
}

/** Mixes a text into a running hash (FNV-1a). */
export function mix(hash: number, text: string): number {
  let mixed = hash;
  for (let at = 0; at < text.length; at++) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
  return Math.imul(mixed ^ 0x5f, 0x01000193) >>> 0;
}

/** Draws from a stream of chance. */
export interface Dice {
  /** A float in [0, 1). */
  next(): number;
  /** A whole number from 0 below `most`. */
  below(most: number): number;
  /** True so often. */
  often(share: number): boolean;
  one<T>(things: readonly T[]): T;
  /** A copy, in another order. */
  shuffled<T>(things: readonly T[]): T[];
}

/** A stream of chance with a name of its own under a seed. */
export function dice(seed: number, name: string): Dice {
  let nth = 0;
  const next = () => chanceOf(seed, name, nth++);
  const below = (most: number) => Math.floor(next() * most);
  return {
    next,
    below,
    often: (share) => next() < share,
    one: (things) => things[below(things.length)] as never,
    shuffled: (things) => {
      const left = [...things];
      for (let at = left.length - 1; at > 0; at--) {
        const other = below(at + 1);
        [left[at], left[other]] = [left[other] as never, left[at] as never];
      }
      return left;
    },
  };
}
