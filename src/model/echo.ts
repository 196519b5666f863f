import type { Field } from './field.ts';
import { isCoarser } from './types/date.ts';
import { decimal, isRounded } from './types/decimal.ts';
import { isEmpty } from './types/empty.ts';
import { entriesOf } from './types/list.ts';
import { foldText } from './types/text.ts';
import { plain, types } from './types/types.ts';
import type { Value } from './value.ts';

/** A cut text is known by at least so many characters. */
const SHORTEST_CUT = 3;

/**
 * Could `now` be what the app made of `written`? Apps trim, change case, cut, round, reformat and strip markup. Asked
 * only of a field whose write is not settled, and of its first observation: a guess elsewhere
 * would swallow a person's edit.
 */
export function isEcho(field: Field, written: Value, now: Value, region?: string): boolean {
  if (written === now) return true;
  if (isEmpty(written) || isEmpty(now)) return isEmpty(written) && isEmpty(now);
  const type = types[field.type];
  if (type.normal(written, region) === type.normal(now, region)) return true;
  switch (field.type) {
    case 'number':
    case 'integer':
    case 'money':
      return isNumberEcho(written, now);
    case 'date':
    case 'datetime':
      return isCoarser(plain(written), plain(now));
    case 'multi-select':
      return false;
    case 'list':
      return isListEcho(field, written, now, region);
    case 'boolean':
    case 'select':
    case 'user':
    case 'reference':
      return foldText(plain(written)) === foldText(plain(now));
    default:
      return isTextEcho(plain(written), plain(now));
  }
}

function isNumberEcho(written: Value, now: Value): boolean {
  const [before, after] = [decimal(written), decimal(now)];
  return before !== null && after !== null && isRounded(before, after);
}

/** Lists may be reordered and lose entries that the app does not take; what is there must be ours. */
function isListEcho(field: Field, written: Value, now: Value, region?: string): boolean {
  const entry: Field = { ...field, type: field.of ?? 'text' };
  const sent = entriesOf(written);
  return entriesOf(now).every((one) => sent.some((other) => isEcho(entry, other.value, one.value, region)));
}

function isTextEcho(written: string, now: string): boolean {
  const [before, after] = [foldText(written), foldText(now)];
  if (before === after) return true;
  if (after.length >= SHORTEST_CUT && before.startsWith(after)) return true;
  const digits = before.replace(/\D/g, '');
  // A number in another format: nothing but digits and signs in both.
  if (digits.length >= SHORTEST_CUT && !/\p{L}/u.test(before + after) && digits === after.replace(/\D/g, ''))
    return true;
  return foldText(stripMarkup(before)) === foldText(stripMarkup(after));
}

function stripMarkup(text: string): string {
  return text
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&amp;/g, '&');
}
