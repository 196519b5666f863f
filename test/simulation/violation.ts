/** A rule that did not hold. `invariant` is its name in correctness.md §1 ('I5'), `rules` are those of docs/spec.md. */
export class Violation extends Error {
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.name = 'Violation';
    this.invariant = invariant;
  }
}
