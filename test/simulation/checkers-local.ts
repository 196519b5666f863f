import type { CreateItem, UpdateItem } from '../../src/connector/contract.ts';
import type { Link } from '../../src/model/link.ts';
import type { SyncSettings } from '../../src/model/settings.ts';
import { across, type Side, type Two } from '../../src/model/value.ts';
import type {
  Batch,
  Changes,
  CommitResult,
  FeedProgress,
  Intent,
  Lease,
  Observed,
  SyncProgress,
} from '../../src/store/store.ts';
import { BrakeChecks } from './checkers-brakes.ts';
import { Claims } from './checkers-claims.ts';
import { mustBeWhole } from './checkers-groups.ts';
import { mustBeOnce } from './checkers-once.ts';
import { mayWrite, mustBeMapped, sideOf } from './checkers-scope.ts';
import { mustBeFresh, mustBeLean, readSeq } from './checkers-sent.ts';
import { mustGiveBack } from './checkers-undo.ts';
import { type Judged, mustRestOnFacts } from './checkers-writes.ts';
import type { FakeApp } from './fake-app.ts';
import type { Mutation } from './fake-connector.ts';
import type { Ghost } from './ghost.ts';
import { sameContent } from './memory/state.ts';
import type { Scheduler } from './scheduler.ts';
import { Violation } from './violation.ts';
import { isAdmin, lastCallMilliseconds, leaseFact, type Worker } from './workers.ts';

/** A sync as the checkers see it: its present settings, and those that a run under way may still be pinned to. */
export interface SyncFact {
  id: string;
  feeds: Two<string>;
  settings: SyncSettings;
  earlier: { settings: SyncSettings; until: number }[];
}

/** What the local checkers look at. */
export interface LocalWorld {
  scheduler: Scheduler;
  ghost: Ghost;
  syncs: Map<string, SyncFact>;
  appOf(account: string): FakeApp;
  /** Account and object → the feed's id. */
  feeds: Record<string, string>;
  /** Is this record in a pair of the sync whose both ends live? Undefined where the store cannot be looked into. */
  isPaired(sync: string, side: Side, id: string): boolean | undefined;
}

/**
 * Rules that must hold at every single step, judged inside the apps and at the store's door, never from the engine's own
 * counters. I5 X1 · I11 M9 · I12 M6 · I17 R1 · I18 W4 · I19 S1 · W1 W7.
 */
export class LocalChecks {
  readonly #world: LocalWorld;
  /** Intents whose batch was committed and is not closed, by batch. */
  readonly #open = new Map<string, Intent[]>();
  readonly #claims = new Claims();
  readonly #brakes: BrakeChecks;
  readonly #cursors = new Map<string, string>();
  /** Feed and id of every record that was shown to the mirror. */
  readonly #shown = new Set<string>();
  /** Feed and id → the ghost's seq when the mirror was last told of the record, be it that it is gone. */
  readonly told = new Map<string, number>();
  /** Kind and id → the latest epoch of its lease. */
  readonly #epochs = new Map<string, number>();
  /** Field writes of the engine that overwrote an edit which its app had not shown since (I3a). */
  readonly unseen = new Set<number>();
  /** Calls that wrote something and whose answer the engine never stored (I3b). */
  readonly lost = new Set<number>();
  /** Sync and both records of a pair → the ghost's seq when the engine first stored them as one. */
  readonly met = new Map<string, number>();
  /** Sync, link and side of a create → the ghost's seq when the engine had settled what its app made of it. */
  readonly settled = new Map<string, number>();
  /** Per worker: calls that are answered and wait for the commit of their outcome. */
  readonly #unconfirmed = new Map<string, number[]>();

  constructor(world: LocalWorld) {
    this.#world = world;
    this.#brakes = new BrakeChecks(world.ghost);
  }

  /** A store method was carried out. */
  stored(worker: Worker, name: string, args: unknown[], value: unknown): void {
    if (name === 'claim' || name === 'renew') leaseFact(worker, this.#world.scheduler.now, name, args, value);
    if (name === 'commit') this.#committed(worker, args[0] as Lease, args[1] as Changes, value as CommitResult);
    if (name === 'saveFeed') this.#moved(args[0] as Lease, args[1] as FeedProgress);
    if (name === 'observe') {
      const { records, gone } = args[1] as Observed;
      for (const { id } of records) this.#shown.add(`${args[0]} ${id}`);
      for (const { id } of [...records, ...gone]) this.told.set(`${args[0]} ${id}`, this.#world.ghost.seq);
      this.#brakes.observed(args[0] as string, args[1] as Observed);
    }
    if (name === 'horizon') this.#brakes.counting(worker);
    if (name === 'saveSync') this.#brakes.saved(worker, (args[0] as Lease).id, args[1] as SyncProgress);
    this.#mustBeCurrent(name, args, value);
    if (name === 'observe' && args[2])
      this.#moved((args[2] as { lease: Lease }).lease, (args[2] as { progress: FeedProgress }).progress);
  }

  /** I19 S1: nothing is stored under a lease that another has taken. */
  #mustBeCurrent(name: string, args: unknown[], value: unknown): void {
    const given = (name === 'observe' ? (args[2] as { lease: Lease } | undefined)?.lease : args[0]) as
      | Lease
      | undefined;
    const lease = name === 'claim' ? (value as Lease | null) : given;
    if (!lease || typeof lease !== 'object' || !('epoch' in lease) || name === 'release') return;
    const key = `${lease.kind} ${lease.id}`;
    if (name === 'claim') this.#epochs.set(key, lease.epoch);
    else if (lease.epoch < (this.#epochs.get(key) ?? 0)) {
      throw new Violation('I19', `S1 ${name} went through under epoch ${lease.epoch} of ${key}, which is over`);
    }
  }

  /** I19 S1: a call starts only while the lease surely outlasts it. */
  sending(worker: Worker, mutation: Mutation): void {
    const left = worker.heldUntil - this.#world.scheduler.now;
    if (left < lastCallMilliseconds) {
      throw new Violation(
        'I19',
        `S1 ${mutation.op} was sent ${left} ms before the end of the lease; a call may take ${lastCallMilliseconds}`,
      );
    }
    for (const item of mutation.items) this.#mustBeIntended(worker, mutation, item);
  }

  /** A write is about to be carried out by the app. */
  arriving(worker: Worker, mutation: Mutation): void {
    const { app, object, op } = mutation;
    const sync = this.#world.syncs.get(worker.syncId ?? '');
    if (!sync) throw new Violation('W1', `${op} in ${app.knobs.name} by nobody's run`);
    const versions = [
      sync.settings,
      ...sync.earlier.filter((each) => each.until >= this.#world.scheduler.now).map((each) => each.settings),
    ];
    const side = sideOf(sync.settings, app.knobs.name, object.knobs.name);
    if (side === null)
      throw new Violation(
        'I12',
        `sync ${sync.id} wrote ${app.knobs.name} ${object.knobs.name}, which it does not join`,
      );
    if (versions.every((settings) => !mayWrite(settings, side))) {
      throw new Violation('I11', `M9 ${op} on the source side ${side} of a one-way sync`);
    }
    const admin = isAdmin(worker.actor);
    const judged = this.#judged(sync, side, mutation);
    if (!admin) {
      mustRestOnFacts(judged);
      for (const item of mutation.items) {
        const intent = judged.intent(item);
        if (intent) this.#brakes.arriving({ worker, sync, side, mutation, intent });
        if (op === 'update') mustBeWhole(judged, item as UpdateItem, readSeq(worker, mutation, item as UpdateItem));
      }
    }
    for (const item of mutation.items) {
      if (op === 'update') mustBeLean(mutation, versions, side, item as UpdateItem);
      if (op === 'update' && admin) mustGiveBack(this.#world.ghost, worker, mutation, item as UpdateItem);
      if (op !== 'create') mustBeFresh(worker, mutation, item as UpdateItem);
      // U1: who undoes a removal has all of the record back.
      else if (this.#world.ghost.tokens.get((item as CreateItem).token)?.source !== null)
        mustBeMapped(mutation, versions, side, item as CreateItem);
      if (op === 'archive' || op === 'delete') this.#mustBeGone(worker, versions, side, mutation, item as UpdateItem);
    }
  }

  #judged(sync: SyncFact, side: Side, mutation: Mutation): Judged {
    const { scheduler, ghost, appOf, feeds, isPaired } = this.#world;
    const intents = [...this.#open].filter(([batch]) => batch.startsWith(`${sync.id} `)).flatMap(([, items]) => items);
    return {
      ghost,
      scheduler,
      ...{ sync, side, mutation },
      app: (account) => appOf.call(this.#world, account),
      intent: (item) => intents.find((each) => ('token' in item ? each.token === item.token : each.target === item.id)),
      wasShown: (account, object, id) => this.#shown.has(`${feeds[`${account}/${object}`]} ${id}`),
      isPaired: (of, id) => isPaired.call(this.#world, sync.id, of, id),
      metAt: (a, b) => this.met.get(`${sync.id} ${a} ${b}`) ?? 0,
    };
  }

  /** A write was carried out: until its outcome is stored its answer counts as lost. `from`: the ghost's seq before it. */
  applied(worker: Worker, mutation: Mutation, call: number, from: number): void {
    this.lost.add(call);
    this.#noteUnseen(worker, mutation, from);
    if (mutation.op === 'create')
      for (const item of mutation.items as CreateItem[]) mustBeOnce(this.#world.ghost, mutation, item);
  }

  /** A run begins: answers that an earlier run of this worker had not stored by its end are lost. */
  begins(worker: Worker): void {
    this.#unconfirmed.delete(worker.actor.name);
  }

  /** The engine has the call's whole answer in its hands. */
  answered(worker: Worker, call: number): void {
    this.#unconfirmed.set(worker.actor.name, [...(this.#unconfirmed.get(worker.actor.name) ?? []), call]);
  }

  /** I3a: an edit that the app had not shown to this worker when it wrote. */
  #noteUnseen(worker: Worker, mutation: Mutation, from: number): void {
    const { app, object, op } = mutation;
    if (op !== 'update') return;
    const { ghost } = this.#world;
    for (const item of mutation.items as UpdateItem[]) {
      // The app itself has seen to it that a conditional write rests on the last version.
      if (app.knobs.conditional && item.version !== undefined) continue;
      const read = readSeq(worker, mutation, item);
      for (const field of Object.keys(item.values)) {
        const past = ghost.pastOf(app.knobs.name, object.knobs.name, item.id, field);
        const mine = past.at(-1);
        const before = past.at(-2);
        if (!mine || !before || mine.seq <= from || before.by.who === 'engine' || before.seq <= read) continue;
        ghost.meet('unseen edit overwritten');
        this.unseen.add(mine.seq);
      }
    }
  }

  sawDirect(worker: Worker, app: Mutation['app'], object: string, ids: string[]): void {
    const seq = this.#world.ghost.next();
    for (const id of ids) worker.direct.set(`${app.knobs.name}/${object}/${id}`, seq);
  }

  #committed(worker: Worker, lease: Lease, changes: Changes, result: CommitResult): void {
    if (changes.close !== undefined) {
      this.#open.delete(`${lease.id} ${changes.close}`);
      for (const call of this.#unconfirmed.get(worker.actor.name) ?? []) this.lost.delete(call);
      this.#unconfirmed.delete(worker.actor.name);
    }
    for (const link of [...(changes.insert ?? []), ...(changes.update ?? [])]) this.#noteSettled(lease.id, link);
    const sync = this.#world.syncs.get(lease.id);
    if (sync) this.#claims.committed(sync, changes, result);
    if (!changes.open) return;
    const going = changes.open.items.filter((_, at) => !result.refused.includes(at));
    this.#open.set(`${lease.id} ${changes.open.id}`, structuredClone(going));
    for (const item of going) this.#remember(changes.open, lease.id, item);
  }

  #noteSettled(sync: string, link: Link): void {
    const pair = `${sync} ${link.ids.a} ${link.ids.b}`;
    if (!this.met.has(pair)) this.met.set(pair, this.#world.ghost.next());
    for (const side of ['a', 'b'] as const) {
      const key = `${sync} ${link.id} ${side}`;
      if (link.pending[side]?.op === 'create') this.settled.set(key, Number.POSITIVE_INFINITY);
      else if (this.settled.get(key) === Number.POSITIVE_INFINITY) this.settled.set(key, this.#world.ghost.next());
    }
  }

  #remember(batch: Batch, sync: string, item: Intent): void {
    if (item.token === undefined) return;
    const { link, source, target, token } = item;
    this.#world.ghost.tokens.set(token, {
      sync,
      link: link.id,
      generation: link.generation,
      side: batch.side,
      source,
      target,
    });
  }

  /** R1 I17: a cursor never moves back, but for a new start. */
  #moved(lease: Lease, progress: FeedProgress): void {
    const before = this.#cursors.get(lease.id);
    const { cursor } = progress;
    if (cursor === undefined) {
      if (before !== undefined) this.#world.ghost.meet('cursor reset');
      this.#cursors.delete(lease.id);
      return;
    }
    if (before !== undefined && Number(cursor) < Number(before)) {
      throw new Violation('I17', `R1 the cursor of feed ${lease.id} moved back from ${before} to ${cursor}`);
    }
    this.#cursors.set(lease.id, cursor);
  }

  /** W1: what is sent stands in an open batch, as it is sent. */
  #mustBeIntended(worker: Worker, mutation: Mutation, item: Mutation['items'][number]): void {
    const isIt = (intent: Intent) =>
      'token' in item
        ? intent.token === item.token && sameContent(intent.values, item.values)
        : intent.target === item.id && (!('values' in item) || sameContent(intent.values, item.values));
    for (const [batch, intents] of this.#open) {
      if (batch.startsWith(`${worker.syncId} `) && intents.some(isIt)) return;
    }
    throw new Violation('W1', `${mutation.op} in ${mutation.app.knobs.name} was sent without a committed intent`);
  }

  /** I14 G1: a record is removed only where the policy says so. */
  #mustBeGone(worker: Worker, versions: SyncSettings[], side: Side, mutation: Mutation, item: { id: string }): void {
    // U1: a person who undoes a create has it taken away, if the sync made it.
    const made = mutation.object.records.get(item.id)?.born.token;
    if (isAdmin(worker.actor) && made) return this.#world.ghost.meet('create undone');
    const allowed = versions.some((settings) => settings.deletions[across(side)] !== 'ignore');
    if (!allowed)
      throw new Violation('I14', `G1 ${item.id} in ${mutation.app.knobs.name} was removed against the policy`);
    this.#world.ghost.meet(`removal sent`);
  }
}
