import type { Connector } from '../../src/connector/contract.ts';
import type { Session } from '../../src/connector/session.ts';
import type { Side } from '../../src/model/value.ts';
import type { Store } from '../../src/store/store.ts';
import type { StoreRig } from '../../src/store/suite.ts';
import { Admin } from './admin.ts';
import { LocalChecks, type SyncFact } from './checkers-local.ts';
import { FakeApp } from './fake-app.ts';
import { fakeConnector, type Mutation } from './fake-connector.ts';
import { Faults } from './faults.ts';
import { Ghost } from './ghost.ts';
import type { Action, History } from './knobs.ts';
import type { Plant } from './planted.ts';
import { type Actor, Scheduler, START } from './scheduler.ts';
import { Users } from './users.ts';
import { makeWire } from './wire.ts';
import { isAdmin, type Line, startWorker, type Workplace } from './workers.ts';

/** Where a history is played. */
export interface Stage {
  rig: WorldRig;
  /** A bug that is put in on purpose. */
  plant?: Plant;
  /** Takes a line per step, for a person who looks for a cause. */
  trace?: (line: string) => void;
}

/** A store with what the world needs around it: its clock, and the settings that people edit. */
export interface WorldRig extends StoreRig {
  /** Brings the store's clock to a time. */
  setNow(now: number): void;
  /** Saves a sync's settings as the server does: its version rises. */
  saveSettings(sync: string, settings: SyncFact['settings']): Promise<void>;
  /** Does this record belong with another in the sync, or is it put aside? Only where the store can be looked into. */
  isPaired?(sync: string, side: Side, id: string): boolean;
}

/** Who goes on alone once the users went home: nothing is left to do at once. */
const FIRST_WORKER = 'w0';

/** Everything in a history: apps, people, a courier, an admin, workers, and the engine's store among them. */
export class World {
  readonly history: History;
  readonly scheduler: Scheduler;
  readonly ghost = new Ghost();
  readonly faults: Faults;
  readonly checks: LocalChecks;
  readonly apps: FakeApp[];
  readonly users: Users;
  readonly syncs = new Map<string, SyncFact>();
  readonly store: Store;
  readonly stage: Stage;
  readonly workplace: Workplace;
  readonly admin: Admin;
  /** Seconds between two rounds of a worker. */
  pollSeconds = 8;
  /** Account and object → the feed's id. */
  feeds: Record<string, string> = {};
  /** False once the users have gone home. */
  busy = true;
  #stopped = false;
  #workers = 0;
  #waiting: Action[] = [];
  #labels = new Map<string, number>();
  readonly #lines = new WeakMap<Session, Line>();

  constructor(history: History, stage: Stage) {
    this.history = history;
    this.stage = stage;
    const { world, seed } = history;
    this.faults = new Faults(seed, world.rates, history.faults);
    this.scheduler = new Scheduler(seed, {
      fate: (actor, label) => (isAdmin(actor) ? 'run' : this.faults.fate(label)),
      crashed: (actor, label, fate) => this.#crashed(actor, label, fate),
      moved: (now) => stage.rig.setNow(now),
      trace: stage.trace,
    });
    const surroundings = {
      now: () => this.scheduler.now,
      chance: (name: string) => this.scheduler.chance(name),
      ghost: this.ghost,
    };
    this.apps = world.apps.map((knobs) => new FakeApp(knobs, surroundings));
    this.checks = new LocalChecks(this);
    this.users = new Users({
      apps: this.apps,
      ghost: this.ghost,
      changed: (app, object, id) => this.#courier(app, object, id),
    });
    this.store = stage.plant?.store?.(stage.rig.store, this) ?? stage.rig.store;
    this.workplace = this.#makeWorkplace();
    this.admin = new Admin(this);
  }

  /** Makes the syncs and fills the apps. */
  async open(): Promise<void> {
    const { rig } = this.stage;
    const { syncs } = this.history.world;
    rig.setNow(START);
    const made = await rig.setUp(
      Object.fromEntries(syncs.map(({ key, settings }) => [key, { a: settings.a, b: settings.b, settings }])),
    );
    this.feeds = made.feeds;
    for (const { key, settings } of syncs) {
      const id = made.syncs[key] as string;
      const feeds = { a: this.feedOf(settings.a), b: this.feedOf(settings.b) };
      this.syncs.set(id, { id, feeds, settings: structuredClone(settings), earlier: [] });
    }
    const wire = this.#wire();
    for (const app of this.apps) {
      const account = made.accounts[app.knobs.name];
      if (account === undefined) continue;
      const connector = fakeConnector(app, wire);
      this.workplace.connectors.set(account, this.stage.plant?.connector?.(connector, this) ?? connector);
    }
    this.workplace.feeds.push(...Object.values(made.feeds));
    this.workplace.syncs.push(...this.syncs.keys());
    for (const action of this.history.actions) this.#schedule(action);
  }

  feedOf(end: { account: string; object: string }): string {
    return this.feeds[`${end.account}/${end.object}`] as string;
  }

  start(): void {
    for (let at = 0; at < this.history.world.workers; at++) this.#startWorker(at === 0 ? FIRST_WORKER : `w${at}`);
  }

  stop(): void {
    this.#stopped = true;
  }

  isPaired(sync: string, side: Side, id: string): boolean | undefined {
    return this.stage.rig.isPaired?.(sync, side, id);
  }

  appOf(account: string): FakeApp {
    return this.apps.find((app) => app.knobs.name === account) as FakeApp;
  }

  #startWorker(name: string): void {
    startWorker(this.workplace, name, this.#workers++);
  }

  #makeWorkplace(): Workplace {
    const { scheduler, faults, ghost, checks, store } = this;
    return {
      scheduler,
      faults,
      ghost,
      checks,
      store,
      connectors: new Map<string, Connector>(),
      lines: this.#lines,
      feeds: [],
      syncs: [],
      skewMilliseconds: this.history.world.skewMilliseconds,
      pollSeconds: () => this.pollSeconds,
      stopped: (worker) => this.#stopped || (!this.busy && worker !== FIRST_WORKER),
      plant: this.stage.plant,
    };
  }

  #wire() {
    return makeWire({
      scheduler: this.scheduler,
      faults: this.faults,
      ghost: this.ghost,
      checks: this.checks,
      lineOf: (s) => lineUnder(this.#lines, s),
      trigger: (label, mutation) => this.#trigger(label, mutation),
      hidden: (app) => (field) => this.#isHidden(app, field),
    });
  }

  #isHidden(app: FakeApp, name: string): boolean {
    const seconds = (this.scheduler.now - START) / 1000;
    return app.knobs.objects.some((object) =>
      object.fields.some(
        (field) => field.name === name && field.hidden && seconds >= field.hidden.from && seconds < field.hidden.to,
      ),
    );
  }

  #schedule(action: Action): void {
    const { when } = action;
    if ('label' in when) this.#waiting.push(action);
    else if (when.at < 0) this.#do(action, null);
    else this.scheduler.at(START + when.at * 1000, `user ${action.what.do}`, () => this.#do(action, null));
  }

  #trigger(label: string, mutation: Mutation | null): void {
    const nth = this.#labels.get(label) ?? 0;
    this.#labels.set(label, nth + 1);
    const due = this.#waiting.filter(({ when }) => 'label' in when && when.label === label && when.nth === nth);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((action) => !due.includes(action));
    for (const action of due) this.#do(action, mutation);
  }

  #do(action: Action, mutation: Mutation | null): void {
    if (!this.busy) return;
    const { what } = action;
    this.scheduler.hooks.trace?.(`${what.do} ${JSON.stringify(what)}`);
    if (what.do === 'admin') this.admin.act(what);
    else this.users.act(what, mutation);
  }

  /** The app may tell Syncline of a change: late, twice, or not at all. */
  #courier(app: FakeApp, object: string, id: string): void {
    const { courier } = this.history.world;
    const feed = this.feeds[`${app.knobs.name}/${object}`];
    if (!courier.on || feed === undefined) return;
    const { scheduler } = this;
    if (scheduler.chance('notice lost') < courier.lost) return;
    const copies = scheduler.chance('notice doubled') < courier.doubled ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const at = scheduler.now + scheduler.chance('notice late') * courier.latestSeconds * 1000;
      scheduler.at(at, 'notice', () => this.store.mark(feed, [id]));
    }
  }

  #crashed(actor: Actor, label: string, fate: string): void {
    this.ghost.meet('crash');
    this.ghost.meet(`crash ${fate} ${label.replace(/^[pqr]\./, 'app.')}`);
    const [name] = actor.name.split('.') as [string];
    const wait = this.scheduler.chance('restart') * this.history.world.restartSeconds * 1000;
    this.scheduler.at(this.scheduler.now + wait, 'restart', () => {
      if (!this.workplace.stopped(name)) this.#startWorker(name);
    });
  }
}

/** The line of a session; a run wraps its own around it, to count calls. */
function lineUnder(lines: WeakMap<Session, Line>, session: Session): Line {
  let under: Session | null = session;
  while (under && !lines.has(under)) under = Object.getPrototypeOf(under);
  return lines.get(under as Session) as Line;
}
