import { datetimeOf, decimal } from '../../connector/values.ts';

/** A value as it travels: plain JSON, in which Tryton's types are objects that name their class. */
export type Raw = null | string | number | boolean | Raw[] | { [name: string]: Raw };

/** Decimals as exact text, dates and times as ISO text; everything else as it is. */
export function typed(raw: Raw): Raw {
  if (Array.isArray(raw)) return raw.map(typed);
  if (raw === null || typeof raw !== 'object') return raw;
  const { __class__: kind } = raw;
  if (kind === 'Decimal') return decimal(raw.decimal);
  if (kind === 'date') return day(raw);
  if (kind === 'datetime')
    return `${day(raw)}T${[raw.hour, raw.minute, raw.second].map(two).join(':')}.${millis(raw)}Z`;
  return Object.fromEntries(Object.entries(raw).map(([name, one]) => [name, typed(one)]));
}

/** A decimal as Tryton takes it, digit by digit. */
export function asDecimal(text: string): Raw {
  return { __class__: 'Decimal', decimal: text };
}

/** A date as Tryton takes it. */
export function asDate(text: string): Raw {
  const [year = 0, month = 0, date = 0] = text.split('-').map(Number);
  return { __class__: 'date', year, month, day: date };
}

/** A moment as Tryton takes it: UTC, without saying so. */
export function asDatetime(text: string): Raw {
  const at = new Date(Date.parse(datetimeOf(text) ?? text));
  return {
    __class__: 'datetime',
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    microsecond: at.getUTCMilliseconds() * 1000,
  };
}

function day(raw: { [name: string]: Raw }): string {
  return `${String(raw.year).padStart(4, '0')}-${two(raw.month)}-${two(raw.day)}`;
}

function two(part: Raw | undefined): string {
  return String(part).padStart(2, '0');
}

function millis(raw: { [name: string]: Raw }): string {
  return String(Math.floor(Number(raw.microsecond) / 1000)).padStart(3, '0');
}
