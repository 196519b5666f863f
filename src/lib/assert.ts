/** The value, which is surely there. Missing is a bug of ours, so the message says which belief was wrong. */
export function must<T>(value: T | null | undefined, what = 'a value'): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing; this is a bug in Syncline`);
  return value;
}
