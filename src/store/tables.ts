import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { SyncSettings } from '../model/settings.ts';
import type { FeedProgress, SyncProgress, Tally } from './store.ts';

/** The tables that ordinary (Kysely) queries touch, as rows; the large ones are reached by set-based SQL only. */
export interface Tables {
  workspace: { id: GeneratedAlways<number>; key: string; made_at: number };
  account: {
    id: GeneratedAlways<number>;
    workspace: number;
    key: string;
    app: string;
    settings: JSONColumnType<Record<string, string>>;
    secrets: Buffer | null;
  };
  feed: {
    id: GeneratedAlways<number>;
    account: number;
    object: string;
    progress: JSONColumnType<FeedProgress, string | undefined>;
    epoch: Generated<number>;
    worker: Generated<string | null>;
    held_until: Generated<number | null>;
    due_at: Generated<number | null>;
  };
  sync: {
    id: GeneratedAlways<number>;
    workspace: number;
    key: string;
    a_feed: number;
    b_feed: number;
    settings: JSONColumnType<SyncSettings>;
    version: Generated<number>;
    enabled: boolean;
    progress: JSONColumnType<SyncProgress>;
    slots: JSONColumnType<Record<string, number>, string | undefined>;
    salt: number;
    epoch: Generated<number>;
    worker: Generated<string | null>;
    held_until: Generated<number | null>;
    due_at: Generated<number | null>;
  };
  run: {
    number: GeneratedAlways<number>;
    sync: number;
    id: string;
    started_at: number;
    seen_at: number;
    tally: JSONColumnType<Tally>;
  };
}
