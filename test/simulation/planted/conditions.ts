import { dice } from '../chance.ts';
import type { Action, AppKnobs, History, Rates } from '../knobs.ts';

/** Changes every app of a history. */
export function apps(change: Partial<AppKnobs>): (history: History) => void {
  return ({ world }) => {
    for (const app of world.apps) Object.assign(app, change);
  };
}

/** Changes how often things go wrong. */
export function rates(change: Partial<Rates>): (history: History) => void {
  return ({ world }) => void Object.assign(world.rates, change);
}

/** Changes how many workers there are. */
export function workers(count: number): (history: History) => void {
  return ({ world }) => {
    world.workers = count;
  };
}

/** One condition after the other. */
export function all(...conditions: ((history: History) => void)[]): (history: History) => void {
  return (history) => {
    for (const condition of conditions) condition(history);
  };
}

/** No field is unique or required: a new record is known by its looks alone. */
export function nothingUnique({ world }: History): void {
  for (const app of world.apps) {
    app.safety = 'window';
    for (const object of app.objects)
      for (const field of object.fields) Object.assign(field, { unique: false, required: false });
  }
}

/** All match by e-mail address. */
export function matchedByEmail({ world }: History): void {
  for (const { settings } of world.syncs)
    settings.match = [[{ a: `email_${settings.a.account}`, b: `email_${settings.b.account}` }]];
}

/** How many people are put to firms in each app before anything is synced. */
const ASSOCIATED = 5;

/** People belong to firms from the start, where there are any. */
export function associated(history: History): void {
  const die = dice(history.seed, 'associated');
  const added: Action[] = history.world.apps.flatMap((app, index) => {
    const object = app.objects.findIndex((each) => each.associations.length > 0);
    if (object < 0) return [];
    return Array.from({ length: ASSOCIATED }, () => ({
      when: { at: -5 },
      what: { do: 'associate' as const, app: index, object, pick: die.below(1000), other: die.below(1000) },
    }));
  });
  const isEarly = ({ when }: Action) => 'at' in when && when.at < 0;
  history.actions = [...history.actions.filter(isEarly), ...added, ...history.actions.filter((each) => !isEarly(each))];
}

/** How many times people change or remove many records at once. */
const MASS_DEEDS = 6;

/** Small brakes on changes and removals, and people who change and remove many records at once. */
export function braked(history: History): void {
  const { world, seed } = history;
  const die = dice(seed, 'braked');
  for (const { settings } of world.syncs) {
    settings.brakes = { ...settings.brakes, update: { count: 2 }, archive: { count: 2 } };
    settings.deletions = { a: 'archive', b: 'archive' };
  }
  for (let at = 0; at < MASS_DEEDS; at++) {
    const app = die.below(world.apps.length);
    const place = { app, object: die.below(world.apps[app]?.objects.length ?? 1), pick: die.below(1000) };
    const when = { at: 60 + die.below(world.chaosSeconds - 60) };
    history.actions.push({ when, what: { do: 'bulk', ...place, field: die.below(100), count: 6 } });
    for (let removed = 0; removed < 4; removed++)
      history.actions.push({ when, what: { do: 'remove', ...place, pick: die.below(1000), how: 'archive' } });
  }
}

/** Names and addresses are a group, and people change it on both sides at once. */
export function grouped(history: History): void {
  const { world, seed } = history;
  const die = dice(seed, 'grouped');
  for (const { settings } of world.syncs) {
    if (!Array.isArray(settings.mappings)) continue;
    for (const mapping of settings.mappings)
      if (mapping !== 'default' && /^(name|city|street)_/.test(mapping.a[0] ?? ''))
        Object.assign(mapping, { group: 'card', direction: 'both', wins: 'default', fill: 'always', empty: 'flows' });
  }
  for (let at = 0; at < MASS_DEEDS; at++) {
    const when = { at: 60 + die.below(world.chaosSeconds - 60) };
    for (let app = 0; app < world.apps.length; app++)
      for (const field of [1, 2, 3])
        history.actions.push({
          when,
          what: { do: 'edit', app, object: 0, pick: at, field, how: die.often(0.5) ? 'unique' : 'shared' },
        });
  }
}

/** How many edits, and undoings soon after them, are added. */
const UNDONE = 12;

/** People edit, and an admin takes back what that brought across; often after they have edited on. */
export function undone(history: History): void {
  const { world, seed } = history;
  const die = dice(seed, 'undone');
  world.syncs.length = 1;
  for (let at = 0; at < UNDONE; at++) {
    const from = 60 + die.below(world.chaosSeconds - 60);
    const edit = () => ({ do: 'edit' as const, object: 0, pick: at, field: 1 + die.below(3), how: 'unique' as const });
    for (let app = 0; app < 2; app++) {
      history.actions.push({ when: { at: from }, what: { ...edit(), app } });
      if (die.often(0.5)) history.actions.push({ when: { at: from + 25 }, what: { ...edit(), app } });
    }
    const act = die.one(['undo-run', 'undo-record'] as const);
    history.actions.push({ when: { at: from + 30 }, what: { do: 'admin', sync: 0, act, pick: die.below(1000) } });
  }
}
