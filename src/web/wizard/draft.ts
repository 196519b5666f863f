import type { Direction } from '../parts/two-sides.tsx';

/** One of the two sides. */
export type Side = 'a' | 'b';

/** Both sides of something. */
export type Two<T> = { a: T; b: T };

/** A condition on a field, or a group of them, as the file has it. */
export type Filter = { all: Filter[] } | { any: Filter[] } | { field: string; op: string; value?: FilterValue };

/** What a condition compares with. */
export type FilterValue = string | number | boolean | (string | number)[];

/** A mapping as a person sets it; what is left out is the default. */
export interface MappingInput {
  a: string | string[];
  b: string | string[];
  enabled?: boolean;
  direction?: Direction;
  wins?: 'default' | Side | 'latest';
  fill?: 'always' | 'if-empty';
  empty?: 'flows' | 'keeps';
  group?: string;
  transform?: { 'a-to-b'?: string; 'b-to-a'?: string };
  options?: Record<string, string>;
}

/** A part of a match rule. */
export type MatchPart = string | { a: string; b: string };

/** What happens to the partner of a record that is gone. */
export type Policy = 'ignore' | 'archive' | 'delete';

/** A sync's settings in the form of the file: what is left out is the default. */
export interface Settings {
  a: { account: string; object: string };
  b: { account: string; object: string };
  direction?: Direction;
  default?: Side;
  match?: 'default' | 'none' | MatchPart[][];
  require?: 'default' | string[];
  filter?: { 'a-to-b'?: Filter; 'b-to-a'?: Filter };
  leaving?: 'keep' | 'exclude';
  deletions?: { a?: Policy; b?: Policy };
  mappings?: 'default' | 'none' | ('default' | MappingInput)[];
  associations?: 'default' | 'none' | { a: string; b: string; label?: string; enabled?: boolean }[];
  users?: Record<string, string>;
  brakes?: { create?: string | number; update?: string | number; empty?: string | number; archive?: string | number };
  every?: string | number;
  enabled?: boolean;
}

/** A sync in the making. */
export interface Draft {
  key: string;
  settings: Settings;
}

/** Both sides, in order. */
export const SIDES = ['a', 'b'] as const;

/** The mappings that a person set, without the word that keeps the default ones. */
export function ownMappings({ mappings }: Settings): MappingInput[] {
  return Array.isArray(mappings) ? mappings.filter((each) => each !== 'default') : [];
}

/** The same fields on both sides. */
export function isSameMapping(one: { a: string | string[]; b: string | string[] }, other: typeof one): boolean {
  return String(one.a) === String(other.a) && String(one.b) === String(other.b);
}

/** Puts a mapping in the place of the one of the same fields, or adds it; the default ones go on. */
export function withMapping(
  settings: Settings,
  mapping: MappingInput,
  before?: { a: string | string[]; b: string | string[] },
): Settings {
  const rest = ownMappings(settings).filter((each) => !isSameMapping(each, before ?? mapping));
  return { ...settings, mappings: [...rest, mapping, ...keepsDefault(settings)] };
}

/** Takes a mapping that a person set away; a default one of the same fields comes back. */
export function withoutMapping(settings: Settings, mapping: { a: string | string[]; b: string | string[] }): Settings {
  const rest = ownMappings(settings).filter((each) => !isSameMapping(each, mapping));
  return {
    ...settings,
    mappings: rest.length === 0 && settings.mappings !== 'none' ? 'default' : [...rest, ...keepsDefault(settings)],
  };
}

function keepsDefault({ mappings = 'default' }: Settings): 'default'[] {
  return mappings === 'default' || (Array.isArray(mappings) && mappings.includes('default')) ? ['default'] : [];
}

/** Conditions of a direction, or none; without any there is no filter, as before the first one. */
export function withFilter(settings: Settings, way: 'a-to-b' | 'b-to-a', filter: Filter | undefined): Settings {
  const { [way]: _, ...others } = settings.filter ?? {};
  const kept = filter ? { ...others, [way]: filter } : others;
  return { ...settings, filter: Object.keys(kept).length > 0 ? kept : undefined };
}

/** One of a mapping's fields, or all of them, as a list. */
export function listOf(names: string | string[]): string[] {
  return Array.isArray(names) ? names : [names];
}
