import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { SyncSettings } from '../model/settings.ts';
import type { FeedProgress, SyncProgress, Tally } from './store.ts';

/** The tables that ordinary (Kysely) queries touch, as rows; the large ones are reached by set-based SQL only. */
export interface Tables {
  workspace: { id: GeneratedAlways<number>; key: string; name: string | null; made_at: number };
  account: {
    id: GeneratedAlways<number>;
    workspace: number;
    key: string;
    app: string;
    settings: JSONColumnType<Record<string, string>>;
    secrets: Buffer | null;
    grant_refusals: Generated<number>;
    lost_at: Generated<number | null>;
    grant_refused_at: Generated<number | null>;
    identity: Generated<string | null>;
    inside: Generated<boolean>;
  };
  feed: {
    id: GeneratedAlways<number>;
    account: number;
    object: string;
    progress: JSONColumnType<FeedProgress, string | undefined>;
    trouble: Generated<unknown>;
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
  person: { id: string; name: string; email: string; email_verified: boolean; two_factor_enabled: boolean | null };
  credential: {
    id: string;
    account_id: string;
    provider_id: string;
    user_id: string;
    password: string | null;
  };
  membership: { workspace: number; person: string; role: Role; since: number; chosen_at: number };
  invitation: {
    id: GeneratedAlways<number>;
    workspace: number;
    email: string;
    role: Role;
    hash: string;
    made_by: string;
    made_at: number;
    expires_at: number;
    accepted_at: number | null;
  };
  api_key: {
    id: GeneratedAlways<number>;
    workspace: number;
    name: string;
    role: Role;
    start: string;
    hash: string;
    made_by: string;
    made_at: number;
    expires_at: number | null;
    used_at: number | null;
  };
  audit: {
    id: GeneratedAlways<number>;
    workspace: number;
    at: number;
    caller_kind: string;
    caller: string;
    caller_name: string;
    act: string;
    about: JSONColumnType<Record<string, unknown>>;
  };
}

/** What a person or a key may do in a workspace: the column `role`. */
export type Role = 'super-admin' | 'manage-apps' | 'view-health';
