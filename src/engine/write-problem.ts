import type { Refusal } from '../connector/contract.ts';
import type { Problem, ProblemCategory } from '../model/problem.ts';
import type { Side } from '../model/value.ts';

/** An app refused to write a record. */
export function refused(side: Side, refusal: Refusal): Problem {
  const problem: Problem = { category: refusal.category ?? categories[refusal.kind], side, message: refusal.message };
  if (refusal.field !== undefined) problem.field = refusal.field;
  if (refusal.existingId !== undefined) problem.others = [refusal.existingId];
  return problem;
}

/** W2: a create that may have landed, and only a person can tell. */
export function parked(side: Side, others: string[]): Problem {
  const message =
    'it is not known whether the record was made: the app did not answer, and other records appeared meanwhile; look for it in the app, then pair the two, or have it made';
  return { category: 'unknown', side, message, others };
}

const categories: Record<Refusal['kind'], ProblemCategory> = {
  invalid: 'invalid-value',
  duplicate: 'duplicate-in-target',
  missing: 'unknown',
  stale: 'unknown',
  forbidden: 'permission-missing',
  throttled: 'rate-limit',
  unavailable: 'app-unavailable',
};
