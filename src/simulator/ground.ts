import type { Clock } from '../lib/clock.ts';
import { type Random, seededRandom } from '../lib/random.ts';
import { Faults } from './faults.ts';
import { hashFraction, type IdSource } from './ids.ts';
import type { EmailCase } from './people.ts';
import { RecordStore } from './record-store.ts';
import { type SimClock, simClock } from './sim-clock.ts';
import { type SimSettings, simSettings } from './sim-settings.ts';

/** What every simulator can be started with; an app's own adds to it. */
export interface GroundOptions {
  clock: Clock;
  /** The same seed, clock and calls give the same app; 1 where left out. */
  seed?: number;
  /** How many records of the main object type it starts with; none where left out. */
  records?: number;
  /** So many of those share one time of their last change, as after an import or a bulk edit; none where left out. */
  sameStamp?: number;
  /** Their e-mail addresses: lower case, or as people typed them. */
  emailCase?: EmailCase;
  settings?: Partial<SimSettings>;
}

/** What a simulated app stands on. */
export interface Ground {
  clock: SimClock;
  seed: number;
  settings: SimSettings;
  store: RecordStore;
  faults: Faults;
  /** How often each endpoint was called, by method and path. */
  calls: Map<string, number>;
  /** A repeatable stream of chance of its own for each purpose: drawing from one does not move the others. */
  random(purpose: string): Random;
}

/** The first seed, when nobody names one. */
const defaultSeed = 1;

/** Lays the ground for an app. `idSource`: how the ids of an object type are made. */
export function makeGround(options: GroundOptions, idSource: (object: string, random: Random) => IdSource): Ground {
  const { seed = defaultSeed } = options;
  const random = (purpose: string) => seededRandom(Math.floor(hashFraction(purpose, seed) * 4294967296));
  const clock = simClock(options.clock);
  const settings = simSettings(options.settings);
  const store = new RecordStore({ clock, settings, nextId: (object) => idSource(object, random(`ids ${object}`)) });
  return { clock, seed, settings, store, faults: new Faults(random('faults')), calls: new Map(), random };
}
