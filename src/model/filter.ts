/** A condition, or a group of them. `all` of nothing holds, `any` of nothing does not. */
export type Filter = { all: Filter[] } | { any: Filter[] } | Condition;

/** One field compared with a value. Text compares case-folded; an empty field only passes unknown, not-equals, not-in, not-contains. */
export interface Condition {
  field: string;
  op: Operator;
  value?: string | number | boolean | (string | number)[];
}

/** Every operator. A contract: docs/guides/run-a-sync.md. */
export const operators = [
  'equals',
  'not-equals',
  'in',
  'not-in',
  'contains',
  'not-contains',
  'starts-with',
  'ends-with',
  'known',
  'unknown',
  'greater',
  'greater-or-equal',
  'less',
  'less-or-equal',
  'between',
  'before',
  'after',
  'within-last',
] as const;

/** How a field is compared. */
export type Operator = (typeof operators)[number];
