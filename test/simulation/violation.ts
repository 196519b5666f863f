/** A rule that did not hold. `invariant` ('I5') and `rules` ('W2') are those of docs/spec.md. */
export class Violation extends Error {
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.name = 'Violation';
    this.invariant = invariant;
  }
}
