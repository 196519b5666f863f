import { Failure } from '../../src/connector/contract.ts';
import { approve, Busy, recreate, retry, unlink } from '../../src/engine/acts.ts';
import { undo } from '../../src/engine/undo.ts';
import type { Pair } from '../../src/model/link.ts';
import type { MappingSettings, SyncSettings } from '../../src/model/settings.ts';
import { Fenced, type ScanPlace, type Store } from '../../src/store/store.ts';
import type { SyncFact } from './checkers-local.ts';
import type { AdminAct, Deed } from './knobs.ts';
import { ConnectionLost } from './scheduler.ts';
import { Violation } from './violation.ts';
import { makeWorker, type Worker } from './workers.ts';
import type { World } from './world.ts';

type AdminDeed = Deed & { do: 'admin' };

/** How long a run under way may still follow settings that were just changed. */
export const PINNED_MILLISECONDS = 10 * 60_000;
/** How often an act is tried while a worker has the sync. */
const MOST_TRIES = 200;
const PAGE = 100;
/** More writes than any run of a history makes. */
const MOST_UNDONE = 10_000;
/** Acts that change settings; where a sync does not have what they change, nothing happens. */
const settingActs = new Set<AdminAct>(['off', 'on', 'default', 'direction', 'filter', 'deletions', 'mapping']);

/** The person who owns the syncs: changes settings, approves brakes, retries, unlinks, undoes. */
export class Admin {
  readonly #world: World;
  #acts = 0;
  /** Links that were taken apart or undone: their values are no longer what the users' edits alone explain. */
  readonly touched = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Begins an act; it goes on beside everything else. */
  act(deed: AdminDeed): void {
    const sync = [...this.#world.syncs.values()][deed.sync % this.#world.syncs.size] as SyncFact;
    this.#begin(async (worker) => {
      this.#world.ghost.meet(`admin ${deed.act}`);
      const edited = this.#edited(sync, deed);
      if (edited) return this.#save(worker, sync, edited);
      if (!settingActs.has(deed.act)) await this.#carryOut(worker, sync, deed);
    });
  }

  /** After the chaos: everything on, every brake approved, what fails retried. */
  settle(): void {
    for (const sync of this.#world.syncs.values()) {
      this.#begin(async (worker) => {
        if (!sync.settings.enabled) await this.#save(worker, sync, { ...sync.settings, enabled: true });
        await this.#patiently(worker, () => approve(worker.engine, sync.id));
      });
    }
  }

  #begin(work: (worker: Worker) => Promise<void>): void {
    const worker = makeWorker(this.#world.workplace, 'admin', this.#acts++);
    this.#world.scheduler.spawn(worker.actor, async () => {
      try {
        await work(worker);
      } catch (error) {
        // One who stood still for too long is told that another has gone on.
        if (error instanceof Busy || error instanceof Fenced) return;
        if (error instanceof ConnectionLost || error instanceof Failure) return;
        if (error instanceof Violation) throw error;
        throw new Violation('engine', `an act ended in an error nobody expects: ${(error as Error).stack}`);
      }
    });
  }

  async #carryOut(worker: Worker, sync: SyncFact, deed: AdminDeed): Promise<void> {
    const { engine } = worker;
    if (deed.act === 'retry') return void (await retry(engine, sync.id, { status: 'failing' }));
    if (deed.act === 'approve') return this.#patiently(worker, () => approve(engine, sync.id));
    const pairs = (await everyPair(engine.store, sync.id)).filter((pair) => pair.link !== null);
    const link = pairs[deed.pick % Math.max(1, pairs.length)]?.link;
    if (!link) return;
    if (deed.act === 'recreate') {
      const gone = pairs.flatMap((pair) => (pair.link?.stage === 'gone' ? [pair.link.id] : []));
      return this.#patiently(worker, () => recreate(engine, sync.id, gone, 'either'));
    }
    if (deed.act !== 'undo-run') this.touched.add(`${sync.id} ${link.id}`);
    if (deed.act === 'unlink') return this.#patiently(worker, () => unlink(engine, sync.id, [link.id]));
    worker.syncId = sync.id;
    worker.runSeq = this.#world.ghost.next();
    if (deed.act === 'undo-record') return this.#patiently(worker, () => undo(engine, sync.id, { link: link.id }));
    const [last] = await engine.store.history({ sync: sync.id, most: 1 });
    if (!last) return;
    await this.#touch(worker, sync, last.run);
    await this.#patiently(worker, () => undo(engine, sync.id, { run: last.run }));
    await this.#touch(worker, sync, last.run);
  }

  /** What a run has written so far will be taken back. */
  async #touch({ engine }: Worker, sync: SyncFact, run: string): Promise<void> {
    const rows = await engine.store.history({ sync: sync.id, run, most: MOST_UNDONE });
    for (const row of rows) this.touched.add(`${sync.id} ${row.link}`);
  }

  async #patiently(worker: Worker, act: () => Promise<unknown>): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      try {
        await act();
        return;
      } catch (error) {
        if (!(error instanceof Busy)) throw error;
        await worker.engine.clock.sleep(500);
      }
    }
  }

  /** The settings after an edit; null where the act is not an edit of settings. */
  #edited(sync: SyncFact, deed: AdminDeed): SyncSettings | null {
    const { settings } = sync;
    const { act, pick } = deed;
    const routed = settings.route !== null;
    if (act === 'off' || act === 'on') return { ...settings, enabled: act === 'on' };
    if (act === 'default') return { ...settings, default: settings.default === 'a' ? 'b' : 'a' };
    if (act === 'direction' && !routed) {
      return { ...settings, direction: (['both', 'a-to-b', 'b-to-a'] as const)[pick % 3] as SyncSettings['direction'] };
    }
    if (act === 'filter' && !routed) return { ...settings, filter: pick % 2 === 0 ? {} : filterOf(settings) };
    if (act === 'deletions') {
      const policy = (['ignore', 'archive', 'delete'] as const)[pick % 3] as 'ignore';
      return { ...settings, deletions: { ...settings.deletions, [pick % 2 === 0 ? 'a' : 'b']: policy } };
    }
    if (act === 'mapping' && Array.isArray(settings.mappings)) {
      const at = pick % settings.mappings.length;
      return { ...settings, mappings: settings.mappings.map((each, place) => (place === at ? switched(each) : each)) };
    }
    return null;
  }

  async #save(worker: Worker, sync: SyncFact, settings: SyncSettings): Promise<void> {
    const { scheduler, stage } = this.#world;
    await scheduler.op(worker.actor, 'admin.save', 0, async () => {
      sync.earlier.push({ settings: sync.settings, until: scheduler.now + PINNED_MILLISECONDS });
      sync.settings = settings;
      await stage.rig.saveSettings(sync.id, settings);
    });
  }
}

/** All pairs of a sync. */
export async function everyPair(store: Store, sync: string): Promise<Pair[]> {
  const pairs: Pair[] = [];
  let after: ScanPlace | null = null;
  do {
    const page: { pairs: Pair[]; next: ScanPlace | null } = await store.scan(sync, after, PAGE);
    pairs.push(...page.pairs);
    after = page.next;
  } while (after);
  return pairs;
}

function filterOf(settings: SyncSettings): SyncSettings['filter'] {
  return { 'a-to-b': { field: `name_${settings.a.account}`, op: 'not-contains', value: 'dora' } };
}

/** The e-mail mapping stays: match rules and unique fields rest on it. */
function switched(mapping: MappingSettings | 'default'): MappingSettings | 'default' {
  if (mapping === 'default' || mapping.a[0]?.startsWith('email')) return mapping;
  return { ...mapping, enabled: !mapping.enabled };
}
