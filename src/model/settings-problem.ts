import type { Field, Schema } from './field.ts';
import type { Side } from './value.ts';

/** What is wrong with settings: refused at the door, before anything runs. */
export interface SettingsProblem {
  /** Where in the file's tree: ['syncs', 'contacts', 'mappings', 3, 'b']. */
  path: (string | number)[];
  /** What is wrong, and what is allowed, in a sentence. */
  message: string;
  /** All that would be right, the closest to what was written first, where it is a choice. */
  allowed?: string[];
}

/** The most names of what is allowed in a message. */
const MOST_NAMED = 12;

/** The problem of a field that is not there. */
export function unknownField(schema: Schema, side: Side, name: string, path: (string | number)[]): SettingsProblem {
  const message = `${schema.label} (side ${side}) has no field ${name}`;
  return choiceProblem(
    path,
    message,
    schema.fields.map((field) => field.name),
    name,
  );
}

/** The problem of an option that is not there. */
export function unknownOption(
  { name, options = [] }: Field,
  option: string,
  path: (string | number)[],
): SettingsProblem {
  return choiceProblem(
    path,
    `${name} has no option ${option}`,
    options.map((one) => one.value),
    option,
  );
}

/** A problem with what is allowed instead of `tried`. The message names the closest, and not all of three hundred. */
export function choiceProblem(
  path: (string | number)[],
  message: string,
  choices: string[],
  tried = '',
): SettingsProblem {
  const allowed =
    tried === '' ? choices : choices.toSorted((one, other) => distance(tried, one) - distance(tried, other));
  const named = allowed.slice(0, MOST_NAMED).join(', ') || 'none';
  const rest = allowed.length > MOST_NAMED ? ` and ${allowed.length - MOST_NAMED} more` : '';
  return { path, message: `${message}; there ${allowed.length > 1 ? 'are' : 'is'} ${named}${rest}`, allowed };
}

/** How many letters must change to make one name of the other, case and signs aside. */
function distance(one: string, other: string): number {
  const [from, to] = [bare(one), bare(other)];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** Names of people's making are short; a longer one is compared by its beginning. */
function bare(name: string): string {
  return name
    .slice(0, 60)
    .toLowerCase()
    .replace(/[_\s-]/g, '');
}
