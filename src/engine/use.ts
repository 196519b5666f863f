import { Failure } from '../connector/contract.ts';
import type { Session } from '../connector/session.ts';
import type { Side, Two } from '../model/value.ts';
import type { RunEnd } from '../store/store.ts';
import type { Access, Engine } from './engine.ts';
import { RulesRefused } from './rulebook.ts';
import type { Run } from './run.ts';

/** What a run has used so far. */
export interface Use {
  /** Pairs it looked at. */
  looked: number;
  /** Calls it asked the apps for; repeats that the session made by itself are not among them. */
  calls: Two<number>;
}

/** Nothing used yet. */
export function noUse(): Use {
  return { looked: 0, calls: { a: 0, b: 0 } };
}

/** The same way to an account, whose calls are counted to one side of a run. */
export function countCalls({ connector, session }: Access, use: Use, side: Side): Access {
  const counted: Session = Object.create(session, {
    request: {
      value: (request: Parameters<Session['request']>[0]) => {
        use.calls[side]++;
        return session.request(request);
      },
    },
    count: {
      value: (calls: number) => {
        use.calls[side] += calls;
        session.count(calls);
      },
    },
  });
  return { connector, session: counted };
}

/** Keeps how a run ended, and what it took; a run that came to nothing leaves no row. One that was broken off has not ended. */
export async function endRun(run: Run, ending: RunEnd['ending'], reason: string | null): Promise<void> {
  if (ending === 'failed' && run.engine.stop?.aborted) return;
  const { looked, calls } = run.use;
  await run.engine.store.endRun?.(run.sync.id, run.id, { ending, reason, looked, calls });
}

/** Keeps why a run could not begin: an app does not answer, or the settings no longer fit. Throws what it was given. */
export async function notBegun(engine: Engine, sync: string, error: unknown): Promise<never> {
  const ending = error instanceof Failure ? 'failed' : error instanceof RulesRefused ? 'refused' : null;
  const use = { looked: 0, calls: { a: 0, b: 0 } };
  if (ending)
    await engine.store.endRun?.(sync, engine.random.uuid(), { ending, reason: (error as Error).message, ...use });
  throw error;
}
