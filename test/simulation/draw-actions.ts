import { type Dice, dice } from './chance.ts';
import type { Action, Deed, EditHow, WorldKnobs } from './knobs.ts';

/** People who are in both apps before anything is synced share so many keys. */
const KEYS = 6;

/** How often people come, and how long they stay. */
const BURSTS = 12;
const BURST_SECONDS = 25;

/** What people do in a history: first those who fill the apps (before 0), then everybody at once. */
export function drawActions(seed: number, world: WorldKnobs): Action[] {
  const die = dice(seed, 'actions');
  const actions: Action[] = [];
  world.apps.forEach((app, index) => {
    app.objects.forEach((_, object) => {
      const count = 2 + die.below(6);
      for (let at = 0; at < count; at++) {
        const key = die.often(0.6) ? die.below(KEYS) : null;
        actions.push({ when: { at: -10 }, what: { do: 'create', app: index, object, key, pick: die.below(1000) } });
      }
    });
  });
  actions.push(...drawAssociations(seed, world));
  const edits = 15 + die.below(35);
  for (let at = 0; at < edits; at++) actions.push({ when: drawWhen(die, world), what: drawDeed(die, world) });
  return actions;
}

/** Where records have associations: how many are made at first, and how often people change some later, in each app. */
const ASSOCIATED = 4;
const MOST_REASSOCIATED = 5;

/** A stream of their own, so that worlds without associations stay as they are. */
function drawAssociations(seed: number, world: WorldKnobs): Action[] {
  const die = dice(seed, 'associations');
  return world.apps.flatMap((app, index) => {
    const object = app.objects.findIndex((each) => each.associations.length > 0);
    if (object < 0) return [];
    const deed = (how: 'associate' | 'dissociate'): Deed => {
      return { do: how, app: index, object, pick: die.below(1000), other: die.below(1000) };
    };
    const first = Array.from({ length: ASSOCIATED }, () => ({ when: { at: -5 }, what: deed('associate') }));
    const later = Array.from({ length: die.below(MOST_REASSOCIATED) }, () => ({
      when: drawWhen(die, world),
      what: deed(die.often(0.7) ? 'associate' : 'dissociate'),
    }));
    return [...first, ...later];
  });
}

function drawWhen(die: Dice, world: WorldKnobs): Action['when'] {
  if (die.often(0.25)) {
    const { name } = die.one(world.apps);
    const op = die.one(['update', 'update', 'update', 'create', 'byIds', 'archive', 'delete']);
    return { label: `${name}.${op}`, nth: die.below(op === 'byIds' ? 30 : 8) };
  }
  // People come in bursts: what happens within one poll is what collides.
  const burst = Math.floor(die.next() * BURSTS) / BURSTS;
  return { at: Math.floor((burst * world.chaosSeconds + die.next() * BURST_SECONDS) * 10) / 10 };
}

function drawDeed(die: Dice, world: WorldKnobs): Deed {
  const app = die.below(world.apps.length);
  const object = die.below(world.apps[app]?.objects.length ?? 1);
  const pick = die.below(1000);
  const field = die.below(100);
  const other = die.below(1000);
  const roll = die.next();
  if (roll < 0.5) return { do: 'edit', app, object, pick, field, how: drawHow(die) };
  if (roll < 0.64) return { do: 'clash', app, object, pick, field, how: die.often(0.8) ? 'both' : 'same' };
  if (roll < 0.74) return { do: 'create', app, object, pick, key: die.often(0.3) ? die.below(KEYS) : null };
  if (roll < 0.8) return { do: 'remove', app, object, pick, how: die.one(['archive', 'delete']) };
  if (roll < 0.83) return { do: 'restore', app, object, pick };
  if (roll < 0.86) return { do: 'merge', app, object, pick, other };
  if (roll < 0.9) return { do: die.often(0.7) ? 'associate' : 'dissociate', app, object, pick, other };
  if (roll < 0.93) return { do: 'bulk', app, object, pick, field, count: 3 + die.below(6) };
  const act = die.one([
    'off',
    'on',
    pick % 3 === 0 ? 'on' : pick % 3 === 1 ? 'undo-run' : 'undo-record',
    'retry',
    'recreate',
    'unlink',
    'approve',
    'approve',
    'default',
    'direction',
    'filter',
    'mapping',
    'deletions',
  ] as const);
  return { do: 'admin', sync: die.below(world.syncs.length), act, pick };
}

function drawHow(die: Dice): EditHow {
  const roll = die.next();
  if (roll < 0.7) return 'unique';
  if (roll < 0.8) return 'clear';
  if (roll < 0.88) return 'shared';
  return roll < 0.95 ? 'key' : 'poison';
}
