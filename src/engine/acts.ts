import type { Link } from '../model/link.ts';
import { across, type Side } from '../model/value.ts';
import type { Wake } from '../store/store.ts';
import { newLink, nextGeneration } from './decision.ts';
import { type Engine, type Hold, take } from './engine.ts';

/** Links changed in one step. */
const ACT_PAGE = 1_000;

/** Thrown where another worker holds the sync just now: try again in a moment. */
export class Busy extends Error {
  constructor(sync: string) {
    super(`sync ${sync} is at work just now; try again in a moment`);
    this.name = 'Busy';
  }
}

/** An act that does not fit how the records stand; the message says what to do first. */
export class ActRefused extends Error {
  override name = 'ActRefused';
}

/** Plans failing records (or these links, or a category) again at once; returns how many. */
export async function retry(engine: Engine, sync: string, which: Wake): Promise<number> {
  return engine.store.wake(sync, which);
}

/**
 * Re-creates deleted records: for these links whose record on one side is gone, a new one is made there from the other
 * (X1: of the next generation). Returns how many will be made by the next run.
 */
export async function recreate(engine: Engine, sync: string, links: string[], side: Side | 'either'): Promise<number> {
  const rules = await engine.rulebook.rules(await engine.store.sync(sync));
  return change(engine, sync, links, (link, lost) => {
    if (lost && !rules.writes[lost]) return null;
    if (link.stage !== 'gone' || link.held || !lost || (side !== 'either' && lost !== side)) return null;
    const kept = link.ids[across(lost)];
    const fresh = newLink(link.id, { a: null, b: null, [across(lost)]: kept });
    return { ...fresh, generation: link.generation + 1 };
  });
}

/** Unlinks pairs for good: both records stay as they are, and no rule pairs or makes them again. */
export async function unlink(engine: Engine, sync: string, links: string[]): Promise<number> {
  return change(engine, sync, links, (link) => apart(link));
}

/** Leaves a record (or pair) alone until a person says otherwise. */
export async function leave(engine: Engine, sync: string, links: string[]): Promise<number> {
  return change(engine, sync, links, (link) => ({ ...link, status: 'excluded', problem: null, held: 'left' }));
}

/** Takes a record back that was left alone or unlinked: it is matched and planned like any other. */
export async function takeBack(engine: Engine, sync: string, links: string[]): Promise<number> {
  return change(engine, sync, links, (link) => {
    if (!link.held) return null;
    // X1: one whose partner is gone may get another, of the next generation.
    const isAlone = link.stage === 'gone' && (link.ids.a === null || link.ids.b === null);
    if (isAlone) return { ...newLink(link.id, link.ids), generation: link.generation + 1 };
    return { ...link, status: 'waiting', problem: null, held: null };
  });
}

/** Settles an ambiguous match: these two records belong together. Their own rows give way to one link. Throws {@link ActRefused}. */
export async function pairUp(engine: Engine, sync: string, a: string, b: string): Promise<void> {
  await holding(engine, sync, async (hold) => {
    const pairs = await engine.store.load(sync, { a: [a], b: [b] });
    const drop: string[] = [];
    const update: Link[] = [];
    for (const { link } of pairs) {
      if (link?.stage === 'creating') throw new ActRefused(unresolved(link.ids.a === a ? a : b));
      if (!link) continue;
      const rest = { a: link.ids.a === a ? null : link.ids.a, b: link.ids.b === b ? null : link.ids.b };
      const left = rest.a ?? rest.b;
      if (left !== null && link.held !== 'unlinked' && link.stage !== 'gone')
        throw new ActRefused(
          `record ${link.ids.a === a ? a : b} is in sync with another record already; unlink that pair first`,
        );
      // A record that was unlinked from one of these stays alone.
      if (left !== null && link.held) update.push({ ...link, ids: rest });
      else drop.push(link.id);
    }
    const [id] = await engine.store.linkIds(1);
    const rows = pairs.flatMap(({ link }) => link ?? []);
    const link = { ...newLink(id as string, { a, b }), generation: nextGeneration(rows) };
    const work = [{ side: 'a' as const, record: a, reason: 'paired', delaySeconds: 0, attempts: 0 }];
    await engine.store.commit(hold.lease, { drop, update, insert: [link], work });
  });
}

/** Settles an ambiguous match the other way: this record has no partner, and one is to be made across. */
export async function makeNew(engine: Engine, sync: string, link: string): Promise<number> {
  return change(engine, sync, [link], (row) => {
    if (row.ids.a !== null && row.ids.b !== null) return null;
    return { ...row, status: 'waiting', problem: null, held: 'new' };
  });
}

/** Lets the next run pass every brake once. */
export async function approve(engine: Engine, sync: string): Promise<void> {
  await holding(engine, sync, (hold) => passBrakes(engine, hold, sync));
}

/**
 * G4: the next run passes every brake, writing what a plan showed if there is one. Where no run has anything to do, none is
 * lifted: what comes later was shown to nobody.
 */
export async function passBrakes(engine: Engine, { lease }: Hold, id: string, plan?: string): Promise<void> {
  const sync = await engine.store.sync(id);
  const { paused: _, ...rest } = sync.progress;
  const isSettled = rest.phase === 'live' && rest.version === sync.version;
  const isIdle = isSettled && (await engine.store.horizon(id)) === null;
  const passed = { approved: ['create', 'update', 'empty', 'archive'], ...(plan === undefined ? {} : { plan }) };
  await engine.store.saveSync(lease, isIdle ? rest : { ...rest, ...passed });
}

function unresolved(record: string): string {
  return `whether a partner of record ${record} was made is not known yet; try again once the app has answered`;
}

function apart(link: Link): Link {
  if (link.ids.a === null || link.ids.b === null)
    return { ...link, status: 'excluded', problem: null, held: 'unlinked' };
  return { ...link, status: 'excluded', problem: null, held: 'unlinked', stage: 'open' };
}

/**
 * Changes links in parts, and makes work for them. `lost`: the side whose record is gone, if one is. Links whose create is
 * not resolved are left as they are (X1).
 */
async function change(
  engine: Engine,
  sync: string,
  ids: string[],
  next: (link: Link, lost: Side | null) => Link | null,
): Promise<number> {
  return holding(engine, sync, async (hold) => {
    let count = 0;
    for (let at = 0; at < ids.length; at += ACT_PAGE) {
      const links = await engine.store.links(sync, ids.slice(at, at + ACT_PAGE));
      const known = links.filter((link) => link.stage !== 'creating');
      const update = known.flatMap((link) => next(link, lostSide(link)) ?? []);
      count += update.length;
      if (update.length === 0) continue;
      await engine.store.commit(hold.lease, { update });
      await engine.store.wake(sync, { links: update.map((link) => link.id) });
    }
    return count;
  });
}

function lostSide(link: Link): Side | null {
  if (link.problem?.category === 'deleted-in-a') return 'a';
  if (link.problem?.category === 'deleted-in-b') return 'b';
  return null;
}

/** Holds a sync for a piece of work beside its runs; it is due at once afterwards. Throws {@link Busy}. */
export async function holding<T>(engine: Engine, sync: string, work: (hold: Hold) => Promise<T>): Promise<T> {
  const hold = await take(engine, 'sync', sync);
  if (!hold) throw new Busy(sync);
  try {
    return await work(hold);
  } finally {
    await engine.store.release(hold.lease, 0);
  }
}
