import { Failure } from '../../connector/failure.ts';
import type { Session } from '../../connector/session.ts';
import { dateOf } from '../../connector/values.ts';
import type { Value, Values } from '../../model/value.ts';
import { type Place, textFieldsOf } from './fields.ts';
import type { Entry, Person } from './person.ts';

/** The group that every contact is in which shows in Google Contacts. */
const myContacts = 'contactGroups/myContacts';

/** A person's values, by field. */
export function valuesOf(s: Session, person: Person): Values {
  const texts = textFieldsOf(s).map(({ name, at }): [string, Value] => {
    const found = (person[at.list] ?? []).find((entry) => isAt(entry, at))?.[at.part];
    return [name, typeof found === 'string' && found !== '' ? found : null];
  });
  const groups = labelsOf(person);
  return { ...Object.fromEntries(texts), birthday: birthdayOf(person), labels: groups.length > 0 ? groups : null };
}

/** The person with these values: each list that they touch as a whole, because Google replaces it. */
export function withValues(s: Session, before: Person, values: Values): Person {
  const after: Person = { ...before };
  for (const { name, at } of textFieldsOf(s)) {
    if (name in values) after[at.list] = changed(after[at.list] ?? [], at, values[name] ?? null);
  }
  if ('birthday' in values) after.birthdays = birthdaysFor(values.birthday ?? null);
  if ('labels' in values) {
    const own = (values.labels as string[] | null) ?? [];
    const system = groupsOf(before).filter((group) => !labelsOf(before).includes(group));
    const all = [...new Set([...(system.length > 0 ? system : [myContacts]), ...own])];
    after.memberships = all.map((group) => ({ contactGroupMembership: { contactGroupResourceName: group } }));
  }
  return after;
}

/** The lists of a person in which these values lie. */
export function maskOf(s: Session, names: string[]): (keyof Person)[] {
  const lists = textFieldsOf(s).flatMap(({ name, at }): (keyof Person)[] => (names.includes(name) ? [at.list] : []));
  if (names.includes('birthday')) lists.push('birthdays');
  if (names.includes('labels')) lists.push('memberships');
  return [...new Set(lists)];
}

function isAt(entry: Entry, at: Place): boolean {
  if (at.key !== undefined) return entry.key === at.key;
  if (at.type === undefined) return true;
  return 'is' in at.type ? entry.type === at.type.is : entry.type !== at.type.not;
}

/** The list with one text changed; an entry that says nothing any more goes. Display texts are Google's own sums. */
function changed(entries: Entry[], at: Place, value: Value): Entry[] {
  const index = entries.findIndex((entry) => isAt(entry, at));
  if (index < 0) return value === null ? entries : [...entries, { ...fresh(at), [at.part]: value }];
  const {
    metadata: _,
    displayName: __,
    displayNameLastFirst: ___,
    formattedValue: ____,
    ...entry
  } = entries[index] ?? {};
  const { [at.part]: _____, ...rest } = entry;
  const now = value === null ? rest : { ...rest, [at.part]: value };
  const isEmpty = Object.keys(now).every((part) => ['type', 'formattedType', 'key', 'contentType'].includes(part));
  return isEmpty ? entries.toSpliced(index, 1) : entries.toSpliced(index, 1, now);
}

function fresh(at: Place): Entry {
  if (at.key !== undefined) return { key: at.key };
  if (at.type && 'is' in at.type) return { type: at.type.is };
  return at.list === 'biographies' ? { contentType: 'TEXT_PLAIN' } : {};
}

function birthdayOf({ birthdays = [] }: Person): Value {
  const date = birthdays.find((one) => one.date?.year && one.date.month && one.date.day)?.date;
  if (!date) return null;
  const two = (part = 0) => String(part).padStart(2, '0');
  return `${String(date.year).padStart(4, '0')}-${two(date.month)}-${two(date.day)}`;
}

function birthdaysFor(value: Value): NonNullable<Person['birthdays']> {
  if (value === null) return [];
  const day = dateOf(value);
  if (day === null) throw new Failure('invalid', 'the birthday is no date: correct it');
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return [{ date: { year, month, day: date } }];
}

function groupsOf({ memberships = [] }: Person): string[] {
  return memberships.flatMap((one) => one.contactGroupMembership?.contactGroupResourceName ?? []);
}

/** Google's own groups have names for ids; those that people made have hexadecimal ones. */
function labelsOf(person: Person): string[] {
  return groupsOf(person).filter((group) => /^contactGroups\/[0-9a-f]+$/.test(group));
}
