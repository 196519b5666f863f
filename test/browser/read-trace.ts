import { must } from '../../src/lib/assert.ts';

/** What a visit cost whoever waited for it, in milliseconds. */
export interface VisitFigures {
  /** From the start of the navigation to the paint of the largest text or picture. */
  largestPaint: number;
  /** What tasks took beyond 50 milliseconds each, from the first paint on: the page answered to nothing meanwhile. */
  blocked: number;
}

/** The categories of Chromium's trace that the figures are in. */
export const traceCategories = [
  'loading',
  'blink.user_timing',
  'toplevel',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
];

/** A task that takes longer holds up what a person does (milliseconds). */
const LONG_MILLISECONDS = 50;

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds. */
  ts: number;
  dur?: number;
  args?: { data?: { documentLoaderURL?: string } };
}

/** Reads the figures of the visit to an address from Chromium's own trace. */
export function readTrace(trace: Buffer, address: string): VisitFigures {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  const start = traceEvents.findLast(
    ({ name, args }) => name === 'navigationStart' && args?.data?.documentLoaderURL?.startsWith(address),
  );
  const { pid, tid, ts } = must(start, 'the navigation in the trace');
  const own = traceEvents.filter((event) => event.pid === pid && event.ts >= ts);
  const first = must(
    own.find(({ name }) => name === 'firstContentfulPaint'),
    'the first paint in the trace',
  );
  const largest = must(
    own.findLast(({ name }) => name === 'largestContentfulPaint::Candidate'),
    'the largest paint',
  );
  const blocked = own
    .filter((event) => event.tid === tid && /RunTask$/.test(event.name) && event.ts >= first.ts)
    .reduce((sum, { dur = 0 }) => sum + Math.max(0, dur / 1000 - LONG_MILLISECONDS), 0);
  return { largestPaint: Math.round((largest.ts - ts) / 1000), blocked: Math.round(blocked) };
}
