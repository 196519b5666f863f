import type { Brakes, Filters } from './rules.ts';
import type { Side, Two, Way } from './value.ts';

/** A whole file of the format of docs/guides/run-a-sync.md, read and normalised: every key is there, defaults filled in. */
export interface Settings {
  accounts: Record<string, AccountSettings>;
  syncs: Record<string, SyncSettings>;
}

/** One account: which app, where, and with what secrets. */
export interface AccountSettings {
  app: string;
  settings: Record<string, string>;
  secrets: Record<string, string>;
}

/** One sync, with every default filled in. */
export interface SyncSettings {
  a: { account: string; object: string };
  b: { account: string; object: string };
  direction: 'both' | Way;
  default: Side;
  match: 'default' | 'none' | MatchFields[][];
  require: 'default' | string[];
  filter: Filters;
  leaving: 'keep' | 'exclude';
  deletions: Two<'ignore' | 'archive' | 'delete'>;
  route: { field: string; values: string[] } | null;
  mappings: 'default' | 'none' | (MappingSettings | 'default')[];
  associations: 'default' | 'none' | AssociationSettings[];
  users: Record<string, string>;
  /** The country (ISO, 'SE') of phone numbers that are written without a country code. */
  region?: string;
  brakes: Brakes;
  everySeconds: number;
  enabled: boolean;
}

/** One part of a match rule: a field of both sides by one name, or a field of each. */
export type MatchFields = string | { a: string; b: string };

/** One mapping as a person writes it. */
export interface MappingSettings {
  a: string[];
  b: string[];
  enabled: boolean;
  direction: 'both' | Way;
  wins: 'default' | Side | 'latest';
  fill: 'always' | 'if-empty';
  empty: 'flows' | 'keeps';
  group?: string;
  transform?: { 'a-to-b'?: string; 'b-to-a'?: string };
  options?: Record<string, string>;
}

/** One association as a person writes it. */
export interface AssociationSettings {
  a: string;
  b: string;
  label?: string;
  enabled: boolean;
}
