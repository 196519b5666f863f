import type { Random } from '../lib/random.ts';

/** From … to, both included; drawn evenly. */
export interface Range {
  atLeast: number;
  atMost: number;
}

/** The knobs of a simulated app that are turned while it runs. Each app has all of them; not every one matters to each. */
export interface SimSettings {
  /** How long until a change shows in search and in lists made from an index, drawn anew for each change. */
  searchLagMilliseconds: Range;
  /** Resolution of time stamps: 1, 1000, 60000 … */
  stampMilliseconds: number;
  /** How far the app's time stamps are ahead of (or behind) true time. */
  skewMilliseconds: number;
  /** How long each answer takes, besides faults. */
  latencyMilliseconds: Range;
  /** off: rate limits count but never refuse. */
  limits: 'on' | 'off';
  /** Share of webhook events that never arrive, 0 … 1. */
  webhookDrop: number;
  /** Share of webhook events that arrive twice, 0 … 1. */
  webhookDuplicate: number;
  /** How late webhook events set out, drawn anew for each: so they also change their order. */
  webhookDelayMilliseconds: Range;
}

/** An app at its best behaviour: exact stamps, no lag, nothing lost; its limits apply. */
export function simSettings(changed: Partial<SimSettings> = {}): SimSettings {
  return {
    searchLagMilliseconds: { atLeast: 0, atMost: 0 },
    stampMilliseconds: 1,
    skewMilliseconds: 0,
    latencyMilliseconds: { atLeast: 0, atMost: 0 },
    limits: 'on',
    webhookDrop: 0,
    webhookDuplicate: 0,
    webhookDelayMilliseconds: { atLeast: 0, atMost: 0 },
    ...changed,
  };
}

/** Turns knobs. Throws for a name that is none or a value of another form. */
export function changeSettings(settings: SimSettings, changed: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(changed)) {
    const current: unknown = settings[name as keyof SimSettings];
    if (current === undefined) throw new Error(`there is no setting '${name}'; there are ${Object.keys(settings)}`);
    if (typeof current !== typeof value) throw new Error(`the setting '${name}' is a ${typeof current}`);
    if (typeof current === 'object') Object.assign(current as object, value);
    else Object.assign(settings, { [name]: value });
  }
}

/** A whole number of a range. */
export function drawFrom(range: Range, random: Random): number {
  if (range.atMost <= range.atLeast) return range.atLeast;
  return range.atLeast + Math.floor(random.next() * (range.atMost - range.atLeast + 1));
}
