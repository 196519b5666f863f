import type { Side } from './value.ts';

/** Every category of problem, in the order the health page lists them. A contract: docs/guides/run-a-sync.md. */
export const problemCategories = [
  'authorization-lost',
  'permission-missing',
  'rate-limit',
  'app-unavailable',
  'required-missing',
  'invalid-value',
  'unknown-option',
  'too-long',
  'read-only',
  'duplicate-in-target',
  'ambiguous-match',
  'unmapped-stage',
  'association-waiting',
  'association-limit',
  'deleted-in-a',
  'deleted-in-b',
  'merged',
  'rejected-by-app',
  'schema-changed',
  'looping',
  'unknown',
] as const;

/** A category of problem. */
export type ProblemCategory = (typeof problemCategories)[number];

/** Why a record is not in sync. `message` says what happened and what to do, and holds no secret. */
export interface Problem {
  category: ProblemCategory;
  /** The side where it happened. */
  side: Side;
  /** The field it is about, by the name on that side. */
  field?: string;
  message: string;
  /** Ids of other records it is about: candidates of an ambiguous match, the duplicate in the target. */
  others?: string[];
}
