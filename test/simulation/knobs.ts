import type { SyncSettings } from '../../src/model/settings.ts';
import type { Kind, Normaliser } from './kinds.ts';

/** A history as data: the same value plays the same, and taking something out of it moves the rest as little as can be. */
export interface History {
  seed: number;
  world: WorldKnobs;
  actions: Action[];
  /** Faults that fired, by label and count. Absent: they are drawn by the world's rates. */
  faults?: Fault[];
}

/** Everything about a world that does not change while a history is played. */
export interface WorldKnobs {
  apps: AppKnobs[];
  syncs: SyncKnobs[];
  workers: number;
  chaosSeconds: number;
  /** How often a fault comes, per chance it has. */
  rates: Rates;
  courier: { on: boolean; lost: number; doubled: number; latestSeconds: number };
  /** Seconds until a dead worker is started again, at most. */
  restartSeconds: number;
  /** The clock of each worker goes wrong by so many milliseconds. */
  skewMilliseconds: number;
}

/** Shares of the chances that a fault has. */
export interface Rates {
  crash: number;
  lost: number;
  stall: number;
  read: number;
  write: number;
  /** Answers that are well-formed and wrong: an empty or shortened listing, an expired cursor. */
  lie: number;
}

/** One app with its account. */
export interface AppKnobs {
  name: string;
  ids: 'sequential' | 'random';
  skewMilliseconds: number;
  stampMilliseconds: number;
  /** A change shows up so long after its own time stamp, at most. */
  commitLagSeconds: number;
  indexLagSeconds: number;
  freshOnList: boolean;
  versions: 'counter' | 'stamp' | 'opaque' | 'none';
  changes: 'since' | 'none';
  deletions: 'told' | 'compared' | 'untold';
  cursorSeconds: number | null;
  pageSize: number;
  byIdsMost: number;
  batch: { create: number; update: number; remove: number };
  bad: 'per-item' | 'all-or-none';
  image: 'full' | 'written' | 'none';
  conditional: boolean;
  safety: 'idempotency-key' | 'own-id' | 'unique-field' | 'marker' | 'window';
  mergedId: 'survivor' | 'new';
  farGone: 'dropped' | 'kept';
  tellsDuplicate: boolean;
  objects: ObjectKnobs[];
}

/** An object type of an app. */
export interface ObjectKnobs {
  name: string;
  fields: FieldKnobs[];
  associations: { name: string; to: string; many: 'one' | 'many' }[];
}

/** A field: `logical` names what it stands for in every app. */
export interface FieldKnobs {
  name: string;
  logical: string;
  kind: Kind;
  normalisers: Normaliser[];
  unique: boolean;
  required: boolean;
  /** Not answered between these seconds of chaos. */
  hidden: { from: number; to: number } | null;
}

/** A sync with its settings, as a person would write them. */
export interface SyncKnobs {
  key: string;
  settings: SyncSettings;
}

/** What somebody does: at a time of chaos (seconds), or when an operation of that label comes for the nth time. */
export interface Action {
  when: { at: number } | { label: string; nth: number };
  what: Deed;
}

/** A deed. `pick` chooses among what is there when it happens. */
export type Deed =
  | { do: 'create'; app: number; object: number; key: number | null; pick: number }
  | { do: 'edit'; app: number; object: number; pick: number; field: number; how: EditHow }
  | { do: 'clash'; app: number; object: number; pick: number; field: number; how: 'both' | 'same' }
  | { do: 'bulk'; app: number; object: number; pick: number; field: number; count: number }
  | { do: 'remove'; app: number; object: number; pick: number; how: 'archive' | 'delete' }
  | { do: 'restore'; app: number; object: number; pick: number }
  | { do: 'merge'; app: number; object: number; pick: number; other: number }
  | { do: 'associate' | 'dissociate'; app: number; object: number; pick: number; other: number }
  | { do: 'admin'; sync: number; act: AdminAct; pick: number };

/** What is typed: a value nobody typed before, one that others type too, nothing, or one that an app refuses. */
export type EditHow = 'unique' | 'shared' | 'clear' | 'poison' | 'key';

/** What an admin does to a sync. */
export type AdminAct =
  | 'off'
  | 'on'
  | 'direction'
  | 'default'
  | 'filter'
  | 'mapping'
  | 'deletions'
  | 'retry'
  | 'recreate'
  | 'unlink'
  | 'undo-run'
  | 'undo-record'
  | 'approve';

/** A fault that fired: on the nth operation of a label. */
export interface Fault {
  label: string;
  nth: number;
  what: string;
}
