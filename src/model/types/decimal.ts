import type { Field } from '../field.ts';
import { invalid } from './text.ts';
import { type Taken, Trouble } from './trouble.ts';

/** The most digits a number may have written out; a bill in yoctodollars has fewer. */
export const MOST_DIGITS = 400;

/** The number as `to` stores it: a plain decimal, rounded to the digits the app keeps. A whole-number field takes no fraction. */
export function takeDecimal(value: unknown, to: Field): Taken {
  const exact = decimal(value);
  if (exact === null) return invalid(to, 'a number');
  if (to.type === 'integer') return exact.includes('.') ? invalid(to, 'a whole number') : exact;
  const rounded = to.decimals === undefined ? exact : round(exact, to.decimals);
  if (to.maxLength !== undefined && rounded.length > to.maxLength) {
    return new Trouble('too-long', `${to.label} takes ${to.maxLength} digits and the number has more; correct it`);
  }
  return rounded;
}

/** A number in plain, shortest form ('-12.5'), exact; null where it is no finite number or has too many digits. */
export function decimal(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? decimal(String(value)) : null;
  if (typeof value !== 'string' || value.length > MOST_DIGITS * 2) return null;
  if (shortest.test(value)) return value;
  const parts = written.exec(value);
  if (!parts) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  if (whole === '' && fraction === '') return null;
  return compose(sign === '-', whole + fraction, whole.length + Number(exponent));
}

/** Rounds a plain decimal, half away from zero, as people and accounts do. */
export function round(exact: string, decimals: number): string {
  const point = exact.indexOf('.');
  if (point < 0 || exact.length - point - 1 <= decimals) return exact;
  const negative = exact.startsWith('-');
  const kept = scaled(exact.slice(0, point + 1 + decimals), decimals);
  const up = exact.charCodeAt(point + 1 + decimals) >= 0x35 ? 1n : 0n;
  return unscaled((kept < 0n ? -kept : kept) + up, decimals, negative);
}

/** Below zero, zero or above it as `a` is less than, equal to or more than `b`; both are plain decimals. */
export function compareDecimals(a: string, b: string): number {
  const scale = Math.max(fractionDigits(a), fractionDigits(b));
  const [left, right] = [scaled(a, scale), scaled(b, scale)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Could `now` be `exact` after the app cut it to fewer digits (towards zero), or rounded it (by half a unit of its last digit at most)? */
export function isRounded(exact: string, now: string): boolean {
  const scale = Math.max(fractionDigits(exact), fractionDigits(now));
  const apart = scaled(exact, scale) - scaled(now, scale);
  const size = apart < 0n ? -apart : apart;
  const unit = 10n ** BigInt(scale - fractionDigits(now));
  const isTowardsZero = apart < 0n === exact.startsWith('-');
  return isTowardsZero ? size < unit : 2n * size <= unit;
}

const shortest = /^(?!-0$)-?(?:0|[1-9]\d{0,14})(?:\.\d{0,9}[1-9])?$/;
const written = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?\s*$/;

function compose(negative: boolean, digits: string, point: number): string | null {
  const leading = /^0*/.exec(digits)?.[0].length ?? 0;
  const significant = digits.slice(leading).replace(/0+$/, '');
  if (significant === '') return '0';
  const place = point - leading;
  if (Math.max(place, significant.length - place, significant.length) > MOST_DIGITS) return null;
  const whole = place <= 0 ? '0' : significant.slice(0, place).padEnd(place, '0');
  const fraction = place <= 0 ? '0'.repeat(-place) + significant : significant.slice(place);
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function fractionDigits(exact: string): number {
  const point = exact.indexOf('.');
  return point < 0 ? 0 : exact.length - point - 1;
}

function scaled(exact: string, scale: number): bigint {
  return BigInt(exact.replace('.', '') + '0'.repeat(scale - fractionDigits(exact)));
}

function unscaled(amount: bigint, scale: number, negative: boolean): string {
  const digits = amount.toString().padStart(scale + 1, '0');
  return compose(negative, digits, digits.length - scale) ?? '0';
}
