/** The value, which is surely there. Missing is a bug of ours, so the message says which belief was wrong. */
export function must<T>(value: T | null | undefined, what = 'a value'): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing; this is a bug in Syncline`);
  return value;
}

/** The end of a switch that handles every case: the compiler proves it, and a lie at run time is found at once. */
export function unreachable(value: never): never {
  throw new Error(`no case for ${typeof value === 'string' ? `'${value}'` : typeof value}; this is a bug in Syncline`);
}
