import type { AppKnobs, History, WorldKnobs } from './knobs.ts';
import type { Played } from './play.ts';

/** Plays a history; the shrinker does not care where. */
export type Player = (history: History) => Promise<Played>;

/** The most histories played to make one smaller. */
const MOST_TRIES = 1200;

/**
 * Makes a failing history smaller: fewer actions, then fewer faults, then plainer knobs, as long as the same rule
 * is broken. Actions and faults are data with places of their own, so taking one out hardly moves the others.
 */
export async function shrink(history: History, first: Played, player: Player): Promise<History> {
  const kind = kindOf(first);
  let tries = 0;
  const fails = async (candidate: History) => {
    tries += 1;
    if (tries > MOST_TRIES) return false;
    return kindOf(await player(candidate)) === kind;
  };
  let best: History = { ...history, faults: first.fired };
  if (!(await fails(best))) return history;
  for (let round = 0; round < 3; round++) {
    const before = JSON.stringify(best).length;
    best = { ...best, actions: await fewer(best.actions, (actions) => fails({ ...best, actions })) };
    const { faults = [] } = best;
    best = { ...best, faults: await fewer(faults, (left) => fails({ ...best, faults: left })) };
    for (const plainer of plainerWorlds) {
      const world = structuredClone(best.world);
      plainer(world);
      const candidate = { ...best, world };
      if (JSON.stringify(candidate) !== JSON.stringify(best) && (await fails(candidate))) best = candidate;
    }
    best = await fewerFields(best, fails);
    if (JSON.stringify(best).length === before) break;
  }
  return best;
}

/** What kind of violation this is: its first words, without the records it is about. */
function kindOf(played: Played): string {
  const { invariant = '', message = '' } = played.violation ?? {};
  if (invariant !== 'engine') return message.split(' ').slice(0, 2).join(' ');
  return (message.split('\n')[0] as string).replace(/[pqr]?\d+\w*/g, '').slice(0, 120);
}

/** Delta debugging: drops ever smaller parts of a list while the test still fails. */
async function fewer<T>(list: T[], fails: (left: T[]) => Promise<boolean>): Promise<T[]> {
  let left = list;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const without = [...left.slice(0, at), ...left.slice(at + size)];
      if (without.length < left.length && (await fails(without))) left = without;
      else at += size;
    }
  }
  return left;
}

const eachApp = (change: (app: AppKnobs) => void) => (world: WorldKnobs) => world.apps.forEach(change);
const eachSync = (change: (settings: WorldKnobs['syncs'][number]['settings']) => void) => (world: WorldKnobs) =>
  world.syncs.forEach((sync) => void change(sync.settings));

const plainerWorlds: ((world: WorldKnobs) => void)[] = [
  (world) => {
    world.workers = 1;
  },
  (world) => {
    world.courier.on = false;
  },
  (world) => {
    world.skewMilliseconds = 0;
  },
  (world) => {
    if (world.syncs.length > 1) world.syncs.pop();
  },
  (world) => {
    if (world.syncs.length > 1) world.syncs.shift();
  },
  eachApp((app) => Object.assign(app, { skewMilliseconds: 0, stampMilliseconds: 1, commitLagSeconds: 0 })),
  eachApp((app) => Object.assign(app, { indexLagSeconds: 0 })),
  eachApp((app) => Object.assign(app, { freshOnList: true })),
  eachApp((app) => Object.assign(app, { ids: 'sequential', pageSize: 50, byIdsMost: 50 })),
  eachApp((app) => Object.assign(app, { image: 'full' })),
  eachApp((app) => Object.assign(app, { versions: 'counter' })),
  eachApp((app) => Object.assign(app, { bad: 'per-item', batch: { create: 5, update: 5, remove: 5 } })),
  eachApp((app) => Object.assign(app, { changes: 'since', deletions: 'told', cursorSeconds: null })),
  eachApp((app) => Object.assign(app, { mergedId: 'survivor', farGone: 'dropped' })),
  eachApp((app) => {
    for (const object of app.objects) for (const field of object.fields) field.normalisers = [];
  }),
  eachApp((app) => {
    for (const object of app.objects)
      for (const field of object.fields) Object.assign(field, { hidden: null, required: false });
  }),
  eachSync((settings) => Object.assign(settings, { filter: {}, require: [], leaving: 'keep' })),
  eachSync((settings) => Object.assign(settings, { direction: 'both' })),
  eachSync((settings) => Object.assign(settings, { deletions: { a: 'ignore', b: 'ignore' } })),
  eachSync((settings) =>
    Object.assign(settings, { brakes: { create: 'off', update: 'off', empty: 'off', archive: 'off' } }),
  ),
  eachSync((settings) =>
    Object.assign(settings, { match: [[{ a: `email_${settings.a.account}`, b: `email_${settings.b.account}` }]] }),
  ),
  eachSync((settings) => {
    if (Array.isArray(settings.mappings)) {
      settings.mappings = settings.mappings.map((each) =>
        each === 'default'
          ? each
          : { ...each, direction: 'both', wins: 'default', fill: 'always', empty: 'flows', group: undefined },
      );
    }
  }),
];

/** Takes fields out of the apps and the mappings, one at a time. */
async function fewerFields(history: History, fails: (candidate: History) => Promise<boolean>): Promise<History> {
  let best = history;
  const logicals = new Set(
    best.world.apps.flatMap((app) => app.objects.flatMap((object) => object.fields.map((field) => field.logical))),
  );
  for (const logical of logicals) {
    if (logical === 'email' || logical === 'marker') continue;
    const world = structuredClone(best.world);
    for (const app of world.apps)
      for (const object of app.objects) object.fields = object.fields.filter((field) => field.logical !== logical);
    for (const { settings } of world.syncs) {
      if (!Array.isArray(settings.mappings)) continue;
      settings.mappings = settings.mappings.filter(
        (each) => each === 'default' || !each.a[0]?.startsWith(`${logical}_`),
      );
    }
    if (await fails({ ...best, world })) best = { ...best, world };
  }
  return best;
}
