import type { IdSource } from '../../simulator/ids.ts';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const checkDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** Characters between the prefix of the object type and the counter: the pod and what is reserved. */
const middle = 'gK0000';

const counterLength = 6;

/** Ids that ascend with uneven gaps: three characters for the object type, twelve of base 62, three to check them. */
export function idSource(prefix: string, gap: () => number, first = 1): IdSource {
  let last = first - 1;
  return () => {
    last += 1 + Math.floor(gap() * 3);
    return to18(`${prefix}${middle}${base62(last)}`);
  };
}

/** An id in its long form, which is the same in any case; what is no id stays as it is. */
export function to18(id: string): string {
  if (id.length !== 15) return id;
  const suffix = [0, 5, 10].map((start) => {
    const bits = [...id.slice(start, start + 5)].reduce(
      (sum, letter, place) => sum + (/[A-Z]/.test(letter) ? 1 << place : 0),
      0,
    );
    return checkDigits[bits];
  });
  return id + suffix.join('');
}

/** Could it be a record's id? */
export function isId(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$/.test(text);
}

function base62(count: number): string {
  let rest = count;
  let text = '';
  for (let place = 0; place < counterLength; place++) {
    text = digits[rest % digits.length] + text;
    rest = Math.floor(rest / digits.length);
  }
  return text;
}
