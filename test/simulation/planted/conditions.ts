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
