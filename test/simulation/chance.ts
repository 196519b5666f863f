/** A 32-bit hash of a seed, a name and a number: chance that depends on nothing else, so nothing shifts it. */
export function hashOf(seed: number, name: string, nth: number): number {
  return finish(nameHash(seed, name), nth);
}

/** Streams of chance under a seed, each with a name and a place of its own. */
export class Chances {
  readonly #seed: number;
  readonly #streams = new Map<string, { base: number; nth: number }>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The next float in [0, 1) of a stream, and how many of it came before. */
  next(name: string): { chance: number; nth: number } {
    let stream = this.#streams.get(name);
    if (!stream) {
      stream = { base: nameHash(this.#seed, name), nth: 0 };
      this.#streams.set(name, stream);
    }
    const nth = stream.nth++;
    return { chance: finish(stream.base, nth) / 4294967296, nth };
  }
}

/** Mixes a text into a running hash (FNV-1a). */
export function mix(hash: number, text: string): number {
  let mixed = hash;
  for (let at = 0; at < text.length; at++) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
  return Math.imul(mixed ^ 0x5f, 0x01000193) >>> 0;
}

function nameHash(seed: number, name: string): number {
  let hash = (seed ^ 0x9e3779b9) >>> 0;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}

function finish(base: number, nth: number): number {
  let hash = Math.imul(base ^ nth, 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return (hash ^ (hash >>> 16)) >>> 0;
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
}

/** A stream of chance with a name of its own under a seed. */
export function dice(seed: number, name: string): Dice {
  let nth = 0;
  const next = () => hashOf(seed, name, nth++) / 4294967296;
  const below = (most: number) => Math.floor(next() * most);
  return { next, below, often: (share) => next() < share, one: (things) => things[below(things.length)] as never };
}
