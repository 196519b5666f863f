import type { Link, Pair } from '../../../src/model/link.ts';
import type { Lease } from '../../../src/store/store.ts';
import { type Dice, dice } from '../chance.ts';
import { commitOf } from './commits.ts';
import { Drawn } from './drawn.ts';
import { questions } from './questions.ts';
import type { Call, Outcome, TwoStores } from './two-stores.ts';
import { feedNames, recordIds, syncKeys } from './world.ts';

/** What a walk knows of the stores so far, under names. */
export interface Known {
  /** Leases that were given, newest last: most of them have been taken by another since. */
  leases: { sync: Lease[]; feed: Lease[] };
  /** Numbers of calls that were drawn. */
  asked: string[];
  /** Sync → link → as it stands. */
  links: Map<string, Map<string, Link>>;
  /** Ids that no link has yet. */
  freeIds: string[];
  /** Sync → batches that were opened. */
  batches: Map<string, string[]>;
  /** Work as it was shown. */
  work: { sync: string; side: 'a' | 'b'; record: string; seq: string }[];
}

/** How much of the past a walk remembers. */
const MOST_REMEMBERED = 12;
const WORKERS = ['one', 'two'];
const TTL_SECONDS = [5, 60];

/** A random way through two stores, the same for the same seed. */
export class Walk {
  readonly #die: Dice;
  readonly #drawn: Drawn;
  readonly #stores: TwoStores;
  readonly #met: Map<string, number>;
  readonly #known: Known = {
    leases: { sync: [], feed: [] },
    asked: [],
    links: new Map(syncKeys.map((key) => [key, new Map()])),
    freeIds: [],
    batches: new Map(syncKeys.map((key) => [key, []])),
    work: [],
  };

  constructor(seed: number, stores: TwoStores, met: Map<string, number>) {
    this.#die = dice(seed, 'differential');
    this.#drawn = new Drawn(this.#die);
    this.#stores = stores;
    this.#met = met;
  }

  /** Makes so many calls; throws at the first that the stores answer differently. */
  async go(calls: number): Promise<void> {
    await this.#begin();
    for (let at = 0; at < calls; at++) {
      await this.#step();
      await this.#ask();
    }
    for (const sync of syncKeys)
      for (const question of questions(this.#die, this.#drawn, this.#known, sync)) await this.#call(question);
  }

  /** Every sync is claimed once; most leave phase 'new'. */
  async #begin(): Promise<void> {
    for (let at = 0; at < 3; at++) await this.#call({ method: 'ask', args: [] });
    for (const sync of syncKeys) await this.#claim('sync', `#sync:${sync}`);
    for (const lease of [...this.#known.leases.sync])
      if (this.#die.often(0.8)) await this.#call({ method: 'saveSync', args: [lease, { phase: 'live', version: 1 }] });
  }

  async #step(): Promise<void> {
    const roll = this.#die.next();
    if (roll < 0.12) await this.#call({ method: 'ask', args: [] });
    else if (roll < 0.36) await this.#call(this.#observe());
    else if (roll < 0.6) await this.#commit();
    else if (roll < 0.68) await this.#call({ method: 'mark', args: [this.#feed(), this.#drawn.some(recordIds, 2)] });
    else if (roll < 0.76) await this.#leases();
    else if (roll < 0.82) await this.#progress();
    else if (roll < 0.88) await this.#match();
    else if (roll < 0.92) await this.#stores.advance(this.#die.one([1, 10, 70]));
    else if (roll < 0.95) await this.#scratch();
    else await this.#wake();
  }

  /** One question, drawn: what was changed must look the same from outside. */
  async #ask(): Promise<void> {
    const all = questions(this.#die, this.#drawn, this.#known, this.#die.one(syncKeys));
    await this.#call(this.#die.one(all));
  }

  #observe(): Call {
    const lease = this.#die.often(0.3) ? this.#lease('feed') : undefined;
    const seen = this.#drawn.observed(this.#asked(), this.#asked());
    const progress = { cursor: String(this.#die.below(100)) };
    return lease
      ? { method: 'observe', args: [lease.id, seen, { lease, progress }] }
      : { method: 'observe', args: [this.#feed(), seen] };
  }

  async #commit(): Promise<void> {
    const lease = this.#lease('sync');
    if (!lease) return;
    if (this.#known.freeIds.length < 4) await this.#call({ method: 'linkIds', args: [4] });
    const sync = lease.id.slice('#sync:'.length);
    const { changes, learn } = commitOf(this.#die, this.#drawn, this.#known, sync, this.#asked());
    const outcome = await this.#call({ method: 'commit', args: [lease, changes] });
    if ('fenced' in outcome) return;
    const closed = changes.close === undefined || this.#known.batches.get(sync)?.includes(changes.close);
    const { refused } = outcome.answer as { refused: number[] };
    if (refused.length > 0) this.#meet('commit refused');
    if (closed) learn(refused);
  }

  async #leases(): Promise<void> {
    const kind = this.#die.one(['sync', 'feed'] as const);
    const id = kind === 'sync' ? `#sync:${this.#die.one(syncKeys)}` : this.#feed();
    const lease = this.#lease(kind);
    const roll = this.#die.next();
    if (roll < 0.6 || !lease) await this.#claim(kind, id);
    else if (roll < 0.8) await this.#call({ method: 'renew', args: [lease, this.#die.one(TTL_SECONDS)] });
    else await this.#call({ method: 'release', args: [lease, this.#die.one([0, 30])] });
  }

  async #claim(kind: 'sync' | 'feed', id: string): Promise<void> {
    const outcome = await this.#call({
      method: 'claim',
      args: [kind, id, this.#die.one(WORKERS), this.#die.one(TTL_SECONDS)],
    });
    const lease = (outcome as { answer: Lease | null }).answer;
    if (lease) this.#known.leases[kind].push(lease);
    else this.#meet('claim refused');
  }

  async #progress(): Promise<void> {
    const roll = this.#die.next();
    const feed = this.#lease('feed');
    const sync = this.#lease('sync');
    if (roll < 0.3 && feed)
      await this.#call({
        method: 'saveFeed',
        args: [feed, { cursor: 'c', pass: { kind: 'list', asked: this.#asked(), began: 1, fields: ['email'] } }],
      });
    else if (roll < 0.5 && feed) await this.#call({ method: 'stage', args: [feed, this.#drawn.some(recordIds, 5)] });
    else if (roll < 0.6 && feed) await this.#call({ method: 'clearStage', args: [feed] });
    else if (roll < 0.8 && sync)
      await this.#call({
        method: 'saveSync',
        args: [
          sync,
          { phase: this.#die.one(['live', 'scanning', 'new']), version: 1 + this.#die.below(3), asked: this.#asked() },
        ],
      });
    else
      await this.#call({
        method: 'saveSlots',
        args: [`#sync:${this.#die.one(syncKeys)}`, { [`m${this.#die.below(4)}`]: this.#die.below(9) }],
      });
  }

  async #match(): Promise<void> {
    const lease = this.#lease('sync');
    const rule = (spec: string) => [{ a: spec, b: spec }];
    if (this.#die.often(0.3) || !lease) {
      const keys = this.#drawn.some(recordIds, 4).map((id) => ({ id, keys: this.#drawn.keys() }));
      await this.#call({ method: 'addKeys', args: [this.#feed(), keys] });
      return;
    }
    const outcome = await this.#call({
      method: 'matchAll',
      args: [lease, rule('email'), this.#die.often(0.5) ? [] : [rule('name')]],
    });
    if ('answer' in outcome && outcome.answer) this.#meet('matchAll');
    // Its links are known from now on.
    const sync = lease.id.slice('#sync:'.length);
    for (const side of ['a', 'b'] as const) {
      const ids = { a: [], b: [], [side]: recordIds };
      await this.#call({ method: 'load', args: [lease.id, ids] }, sync);
    }
  }

  async #wake(): Promise<void> {
    const sync = this.#die.one(syncKeys);
    const links = [...(this.#known.links.get(sync)?.keys() ?? [])];
    const which = this.#die.one<unknown>([
      { status: 'failing' },
      { status: 'waiting' },
      { category: 'too-long' },
      { links: this.#drawn.some(links, 2) },
    ]);
    const outcome = await this.#call({ method: 'wake', args: [`#sync:${sync}`, which] });
    if ((outcome as { answer: number }).answer > 0) this.#meet('wake');
  }

  /** What is done in a transaction that is rolled back leaves no trace. */
  async #scratch(): Promise<void> {
    const feed = this.#feed();
    const calls: Call[] = [
      { method: 'observe', args: [feed, this.#drawn.observed(this.#asked(), this.#asked())] },
      { method: 'mark', args: [feed, this.#drawn.some(recordIds, 3)] },
      { method: 'records', args: [feed, recordIds] },
      { method: 'dirty', args: [feed, 20] },
      { method: 'counts', args: [`#sync:${this.#die.one(syncKeys)}`] },
    ];
    await this.#stores.scratch(calls);
    this.#meet('scratch');
    await this.#call({ method: 'records', args: [feed, recordIds] });
  }

  #feed(): string {
    return this.#die.one(feedNames);
  }

  #asked(): string {
    const recent = this.#known.asked.slice(-4);
    return this.#die.one(recent);
  }

  /** Mostly the newest. */
  #lease(kind: 'sync' | 'feed'): Lease | undefined {
    const all = this.#known.leases[kind];
    return this.#die.often(0.85)
      ? all[all.length - 1 - this.#die.below(Math.min(3, all.length || 1))]
      : all[this.#die.below(all.length || 1)];
  }

  async #call(call: Call, sync?: string): Promise<Outcome> {
    const outcome = await this.#stores.call(call);
    if ('fenced' in outcome) this.#meet('fenced');
    else this.#learn(call, outcome.answer, sync);
    return outcome;
  }

  #learn({ method, args }: Call, answer: unknown, matched?: string): void {
    if (method === 'ask') this.#known.asked.push(answer as string);
    if (method === 'linkIds') this.#known.freeIds.push(...(answer as string[]));
    if (method === 'observe')
      for (const [what, count] of Object.entries(answer as object)) this.#meet(`observe ${what}`, count);
    else if (Array.isArray(answer) && answer.length > 0) this.#meet(method, answer.length);
    if (method === 'barrier' && answer !== null) this.#meet('barrier');
    if (method === 'nextWork' && (answer as number) > 0) this.#meet('nextWork later');
    if (method === 'counts' && (answer as { failing: number }).failing > 0) this.#meet('counts failing');
    if (method === 'partners' && (answer as unknown[]).some((id) => id !== null)) this.#meet('partners found');
    if (method === 'records') this.#lookAt(answer as { gone?: string; survivor?: string }[]);
    if (method === 'candidates') this.#compare(answer as [string, { across: unknown[]; twins: unknown[] }[]][]);
    if (method === 'scan') this.#meet(`scan ${(args[1] as { part: string } | null)?.part ?? 'a'}`);
    const pairs =
      method === 'due' || method === 'load'
        ? (answer as Pair[])
        : method === 'scan'
          ? (answer as { pairs: Pair[] }).pairs
          : [];
    for (const pair of pairs) this.#remember(pair, (args[0] as string).slice('#sync:'.length), matched);
    if (method === 'due' && pairs.some((pair) => pair.link)) this.#meet('due with link');
  }

  #lookAt(rows: { gone?: string; survivor?: string }[]): void {
    if (rows.some((row) => row.gone)) this.#meet('records gone');
    if (rows.some((row) => row.survivor)) this.#meet('survivor');
  }

  #compare(found: [string, { across: unknown[]; twins: unknown[] }[]][]): void {
    for (const { across, twins } of found.flatMap(([, rules]) => rules)) {
      if (across.length > 0) this.#meet('candidates across');
      if (twins.length > 0) this.#meet('candidates twins');
    }
  }

  #remember(pair: Pair, sync: string, matched?: string): void {
    for (const side of ['a', 'b'] as const) {
      const row = pair.work[side];
      if (row) this.#known.work.push({ sync, side, record: row.record, seq: row.seq as never });
    }
    this.#known.work.splice(0, this.#known.work.length - MOST_REMEMBERED);
    if (matched !== undefined && pair.link) this.#known.links.get(sync)?.set(pair.link.id, pair.link);
  }

  #meet(what: string, times = 1): void {
    if (times > 0) this.#met.set(what, (this.#met.get(what) ?? 0) + times);
  }
}
