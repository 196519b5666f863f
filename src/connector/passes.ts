import type { AppRecord, Cursor, Gone, Page, Reads } from './contract.ts';
import type { Reply, Session } from './session.ts';

/** What a step is asked for. */
export interface StepAsk {
  fields: string[];
  /** Where the pass begins: the moment (UTC, ISO) the last one began, less the overlap. Undefined in a full listing. */
  since?: string;
  /** Where this step left off. */
  place?: string;
  /** What this step wrote down at the end of the last pass, or so far in this one. */
  note?: string;
  /** When this pass began by the app's clock, in milliseconds; undefined until the first answer. */
  began?: number;
}

/** What a step brought: records, and where it goes on (undefined: it is through). */
export interface StepPage {
  records: AppRecord[];
  gone?: Gone[];
  place?: string;
  /** Kept for the next pass. */
  note?: string;
  /** The app's time of this answer, in milliseconds. */
  asOf?: number;
  /** The app refuses to go on from here: list anew. */
  expired?: true;
}

/** One kind of listing, a page at a time. */
export type Step = (s: Session, ask: StepAsk) => Promise<StepPage>;

/** A cursor, opened: where the next pass begins, and what the steps wrote down. */
interface Opened {
  since: string;
  notes: Record<number, string>;
}

/** A resume token, opened: where this pass is. */
interface Underway {
  step: number;
  place?: string;
  began?: number;
  notes: Record<number, string>;
}

/**
 * Reads by time: a full listing goes through the `full` steps, a pass since a cursor through the `changed` steps, one
 * after the other. The next pass begins where this one began by the app's own clock (F6), less the overlap: whatever
 * changed while it paged, or reached the app's index late, comes again.
 */
export function passes(parts: { full: Step[]; changed: Step[]; overlapSeconds: number }): Reads['page'] {
  return async (s, ask): Promise<Page> => {
    const cursor = ask.since === undefined ? undefined : opened<Opened>(ask.since);
    const at: Underway = ask.resume ? opened<Underway>(ask.resume) : { step: 0, notes: { ...cursor?.notes } };
    const steps = cursor === undefined ? parts.full : parts.changed;
    const { step, place, began, notes } = at;
    const given = { fields: ask.fields, since: cursor?.since, place, note: notes[step], began };
    const page = await steps[step]?.(s, given);
    if (page === undefined) return { records: [], until: ask.since };
    const { records, gone } = page;
    if (page.expired) return { records, gone, expired: true };
    const next = {
      began: began ?? page.asOf,
      notes: page.note === undefined ? notes : { ...notes, [step]: page.note },
    };
    if (page.place !== undefined)
      return { records, gone, resume: JSON.stringify({ step, place: page.place, ...next }) };
    if (step + 1 < steps.length) return { records, gone, resume: JSON.stringify({ step: step + 1, ...next }) };
    return { records, gone, until: cursorAt(next.began ?? s.clock.now(), parts.overlapSeconds, next.notes) };
  };
}

/** The app's time in an answer's Date header, in milliseconds; undefined where it says none. */
export function timeOf(reply: Reply): number | undefined {
  const time = Date.parse(reply.headers.date ?? '');
  return Number.isNaN(time) ? undefined : time;
}

function cursorAt(began: number, overlapSeconds: number, notes: Record<number, string>): Cursor {
  const since = new Date(began - overlapSeconds * 1000).toISOString();
  return JSON.stringify({ since, notes } satisfies Opened);
}

function opened<T>(token: string): T {
  return JSON.parse(token) as T;
}
