import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { localeOf } from './language.ts';

/** Numbers, dates and times in the person's language and time zone. */
export interface Form {
  number(value: number): string;
  /** A share of one: 0.9998 is 99.98 %. */
  share(value: number, digits?: number): string;
  /** Day and time, exact to the second. */
  exact(iso: string): string;
  day(iso: string): string;
  /** A day of the calendar, wherever one is: 1986-09-21. */
  date(iso: string): string;
  /** Weekday, hour and minute: where on an axis of days. */
  moment(iso: string): string;
  /** 3 minutes ago, in 2 days. */
  relative(iso: string, now: number): string;
  /** 1.2 s, 4 min, 2 h. */
  duration(seconds: number): string;
  /** A, B and C. */
  list(parts: string[]): string;
}

/** The forms of the language shown now. */
export function useForm(): Form {
  const { i18n } = useTranslation();
  return formOf(localeOf(i18n.language));
}

const forms = new Map<string, Form>();

/** The forms of a language. */
function formOf(language = i18next.language): Form {
  const known = forms.get(language);
  if (known) return known;
  const number = new Intl.NumberFormat(language);
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  const moment = new Intl.DateTimeFormat(language, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  const form: Form = {
    number: (value) => number.format(value),
    share: (value, digits = 2) =>
      new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits }).format(value),
    exact: (iso) => exact.format(new Date(iso)),
    day: (iso) => day.format(new Date(iso)),
    date: (iso) => date.format(new Date(iso)),
    moment: (iso) => moment.format(new Date(iso)),
    relative: (iso, now) => relativeOf(relative, (Date.parse(iso) - now) / 1000),
    duration: (seconds) => durationOf(language, seconds),
    list: (parts) => list.format(parts),
  };
  forms.set(language, form);
  return form;
}

/** From this many of a unit on, the next larger one is used (seconds in it). */
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

function relativeOf(format: Intl.RelativeTimeFormat, seconds: number): string {
  const [unit, size] = steps.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  return format.format(Math.round(seconds / size), unit);
}

function durationOf(language: string, seconds: number): string {
  const [unit, size, digits] =
    seconds < 60
      ? (['second', 1, seconds < 10 ? 1 : 0] as const)
      : seconds < 5400
        ? (['minute', 60, 0] as const)
        : (['hour', 3600, 1] as const);
  const style = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(language, style).format(seconds / size);
}
