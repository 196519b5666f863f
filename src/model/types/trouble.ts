import type { ProblemCategory } from '../problem.ts';
import type { Value } from '../value.ts';

/** Why a value cannot be had. The message says what is wrong and what to do, never the value itself. */
export class Trouble {
  readonly problem: ProblemCategory;
  readonly message: string;
  constructor(problem: ProblemCategory, message: string) {
    this.problem = problem;
    this.message = message;
  }
}

/** A value, or why there is none. */
export type Taken = Value | Trouble;
