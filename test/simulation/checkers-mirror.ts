import type { FakeApp, FakeObject } from './fake-app.ts';
import { sameContent } from './memory/state.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/**
 * I17 R1 R2 R3 D2: what the mirror shows is what the apps show. Before the sweep for all that apps tell of; after it for
 * everything.
 */
export async function checkMirror(world: World, when: 'before the sweep' | 'after the sweep'): Promise<void> {
  for (const app of world.apps) {
    for (const object of app.objects.values()) {
      const feed = world.feeds[`${app.knobs.name}/${object.knobs.name}`];
      if (feed !== undefined) await checkFeed(world, app, object, feed, when);
    }
  }
}

/** A change that the app's listing has shown for so long was surely read. */
const CAUGHT_UP_MILLISECONDS = 60_000;

async function checkFeed(world: World, app: FakeApp, object: FakeObject, feed: string, when: string): Promise<void> {
  const early = when === 'before the sweep';
  // An answer that was cut short or empty cannot be known for a lie before everything is listed again.
  if (early && (world.ghost.met.get('lie short') || world.ghost.met.get('lie empty'))) return;
  if ((await world.store.feed(feed)).progress.listed === undefined) return;
  const rows = new Map((await world.store.records(feed, [...object.records.keys()])).map((seen) => [seen.id, seen]));
  const settledBy = world.scheduler.now - CAUGHT_UP_MILLISECONDS;
  for (const record of object.records.values()) {
    // The app itself has not shown the last change for long.
    if (early && (record.shown.at(-1)?.from ?? 0) > settledBy) continue;
    const seen = rows.get(record.id);
    const name = `${app.knobs.name} ${object.knobs.name} ${record.id}`;
    if (record.state !== 'live') {
      const told = app.knobs.deletions === 'told' || !early;
      if (told && seen && !seen.gone)
        throw new Violation('I17', `R2 ${name} is gone, ${when} the mirror still shows it`);
      continue;
    }
    if (!seen) throw new Violation('I17', `R1 the mirror never saw ${name} (${when})`);
    if (seen.gone) throw new Violation('I17', `R3 ${name} lives, ${when} the mirror shows it as ${seen.gone}`);
    for (const [field, value] of Object.entries(record.values)) {
      // A field that comes back into sight changes no record: nothing calls for a read before the sweep.
      if (early && isEverHidden(app, field)) continue;
      if (!sameContent(seen.values[field], value)) {
        const told = `${JSON.stringify(seen.values[field])}, not ${JSON.stringify(value)}`;
        throw new Violation('I17', `R1 ${when} the mirror shows ${told} in ${field} of ${name}`);
      }
    }
  }
}

function isEverHidden(app: FakeApp, name: string): boolean {
  return app.knobs.objects.some((object) => object.fields.some((field) => field.name === name && field.hidden));
}
