import { isoTime } from '../../simulator/sim-clock.ts';
import { jsonReply, type SimReply } from '../../simulator/sim-reply.ts';
import { type ErrorFacts, hubSpotErrorOf } from './simulator-error.ts';
import type { Portal } from './simulator-portal.ts';

/** An entry of a batch's `errors`. */
export interface ItemError extends Omit<ErrorFacts, 'errors'> {
  status: 'error';
}

/** The answer to a batch: its usual status when all went well, 207 with `numErrors` and `errors` when some did not. */
export function batchReply(portal: Portal, status: number, results: object[], errors: ItemError[]): SimReply {
  const facts = { status: 'COMPLETE', results, ...times(portal) };
  if (errors.length === 0) return jsonReply(status, facts);
  return jsonReply(207, { ...facts, numErrors: errors.length, errors });
}

/** When a batch was worked on. */
export function times(portal: Portal): { startedAt: string; completedAt: string } {
  const now = isoTime(portal.ground.clock.now());
  return { startedAt: now, completedAt: now };
}

/** What an item's error looks like; `context` says which item it is. Throws on what is a bug. */
export function itemError(error: unknown, portal: Portal, context: Record<string, string[]>): ItemError {
  const known = hubSpotErrorOf(error, portal.id);
  if (!known) throw error;
  const { errors: _, ...facts } = known.facts;
  return { status: 'error', ...facts, context: { ...context, ...facts.context } };
}
