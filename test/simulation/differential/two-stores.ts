import assert from 'node:assert/strict';
import type { Pair } from '../../../src/model/link.ts';
import type { Seen } from '../../../src/model/seen.ts';
import { Fenced, type Store } from '../../../src/store/store.ts';
import type { RigSync, StoreRig } from '../../../src/store/suite.ts';
import { Names } from './names.ts';

/** A call of a store's method. Ids that each store gives by itself stand in it under the names of {@link Names}. */
export interface Call {
  method: keyof Store;
  args: unknown[];
}

/** What a call came to, under names: the answer, or that the lease was taken by another. */
export type Outcome = { answer: unknown } | { fenced: true };

/** Two stores that are given the same calls, and must give the same answers. */
export class TwoStores {
  readonly #members: { rig: StoreRig; store: Store; names: Names }[];

  private constructor(members: { rig: StoreRig; store: Store; names: Names }[]) {
    this.#members = members;
  }

  /** Makes the same syncs in both. */
  static async open(rigs: StoreRig[], syncs: Record<string, RigSync>): Promise<TwoStores> {
    const members = [];
    for (const rig of rigs) members.push({ rig, store: rig.store, names: new Names(await rig.setUp(syncs)) });
    return new TwoStores(members);
  }

  /** Calls both; throws where their answers differ. */
  async call(call: Call): Promise<Outcome> {
    return this.#same(call, (store, names) => once(store, names, call));
  }

  /** Makes these calls in a transaction of each that is rolled back. */
  async scratch(calls: Call[]): Promise<Outcome> {
    return this.#same({ method: 'scratch', args: calls }, async (store, names) => {
      const answers = await store.scratch(async (inner) => {
        const made: Outcome[] = [];
        for (const call of calls) made.push(await once(inner, names, call));
        return made;
      });
      return { answer: answers };
    });
  }

  async advance(seconds: number): Promise<void> {
    for (const { rig } of this.#members) await rig.advance(seconds);
  }

  async #same(call: Call, make: (store: Store, names: Names) => Promise<Outcome>): Promise<Outcome> {
    const outcomes: Outcome[] = [];
    for (const { store, names } of this.#members) outcomes.push(await make(store, names));
    const [first, ...others] = outcomes;
    for (const other of others) assert.deepEqual(other, first, `${call.method}(${JSON.stringify(call.args)})`);
    return first as Outcome;
  }
}

async function once(store: Store, names: Names, { method, args }: Call): Promise<Outcome> {
  try {
    const carry = store[method] as (...given: unknown[]) => Promise<unknown>;
    const answer = await carry.apply(store, names.given(args) as unknown[]);
    return { answer: names.told(method, inOrder(method, answer)) };
  } catch (error) {
    if (error instanceof Fenced) return { fenced: true };
    throw new Error(`${method}(${JSON.stringify(args)})`, { cause: error });
  }
}

/** Answers that come in no order are brought into one. */
function inOrder(method: keyof Store, answer: unknown): unknown {
  if (answer instanceof Map) return [...answer].sort(([one], [other]) => compare(one, other));
  if (method === 'records') return (answer as Seen[]).sort((one, other) => compare(one.id, other.id));
  if (method === 'load') return (answer as Pair[]).sort((one, other) => compare(placeOf(one), placeOf(other)));
  if (method === 'links')
    return (answer as { ids: unknown }[]).sort((one, other) => compare(told(one.ids), told(other.ids)));
  return answer;
}

function placeOf({ link, a, b, work }: Pair): string {
  return told([link?.ids.a ?? a?.id ?? work.a?.record ?? '', link?.ids.b ?? b?.id ?? work.b?.record ?? '']);
}

function told(value: unknown): string {
  return JSON.stringify(value);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
