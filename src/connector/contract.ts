import type { Association, Field, Meaning, User } from '../model/field.ts';
import type { GoneHow } from '../model/seen.ts';
import type { Values } from '../model/value.ts';
import type { ErrorKind, Throttled } from './failure.ts';
import type { Listening, Webhooks } from './notices.ts';
import type { HttpRequest, Reply, Session } from './session.ts';

export { type ErrorKind, Failure, type Throttled } from './failure.ts';
export type { Ear, Listener, Listening, Notice, SubscribeAsk, Subscription, Webhooks } from './notices.ts';

/**
 * An app, as Syncline sees it: a value, no class. A capability is a member that is present; an absent one (no `archive`)
 * means the app cannot, and the planner, the page, the docs table and the conformance suite all read the same value.
 * Authors describe one request and where its rows are; the engine owns loops, cursors, retries and limits.
 */
export interface Connector {
  app: App;
  auth: Auth;
  /** What a person fills in besides secrets (a base URL, an address book). */
  settings?: SettingField[];
  limits: RateLimit[];
  objects: ObjectType[] | ((s: Session) => Promise<ObjectType[]>);
  /** Why an object that `objects` does not list cannot be had, and what to do: a table without a key, a missing permission. */
  absent?(s: Session, object: string): Promise<string>;
  /**
   * Who the account is: proves the credentials. Another `id` is another account, unless it is only a `place`: an address
   * or a user, which the same account may change.
   */
  whoami(s: Session): Promise<{ id: string; label: string; is?: 'place' }>;
  users?(s: Session): Promise<User[]>;
  /**
   * What to do next about a reply; undefined leaves it to the status code. Asked about every reply, also those below 400
   * (some apps answer errors with 200).
   */
  classify?(reply: Reply): ErrorKind | Throttled | undefined;
  /** The app's own words for why a call failed, for people. Never a record's values. */
  explain?(reply: Reply): string | undefined;
  webhooks?: Webhooks;
  listening?: Listening;
}

/** What people are shown of an app. */
export interface App {
  /** The key in files: 'hubspot'. */
  name: string;
  label: string;
  /** One sentence: what it is. */
  about: string;
  category: 'crm' | 'accounting' | 'payments' | 'contacts' | 'erp' | 'database' | 'shop';
  /** How its changes are noticed, in one plain sentence. */
  notices: string;
  /** Names of the object types that every account has, where `Connector.objects` asks the account. */
  objects?: string[];
}

/** How an account proves who it is. Secrets arrive in `session.secrets` under these names. */
export type Auth =
  | { kind: 'key'; secrets: SecretField[]; apply(request: HttpRequest, secrets: Record<string, string>): HttpRequest }
  | {
      kind: 'oauth2';
      oauth: OAuth;
      secrets?: SecretField[];
      apply(request: HttpRequest, secrets: Record<string, string>): HttpRequest;
    }
  | { kind: 'own'; secrets: SecretField[] };

/** OAuth 2 authorization code. Addresses may hold `{setting}` placeholders filled from the account's settings. */
export interface OAuth {
  authorizeUrl: string;
  tokenUrl: string;
  scopes: { name: string; why: string }[];
  pkce: 'S256' | 'none';
  client: 'basic' | 'post';
  /** Settings that the app tells along with its tokens: the account's own address (`instance_url`, `api_domain`). */
  settingsFrom?(answer: Record<string, unknown>): Record<string, string>;
}

/** A setting that a person gives. */
export interface SettingField {
  name: string;
  label: string;
  help?: string;
  required?: boolean;
  default?: string;
}

/** A secret that a person gives. */
export interface SecretField {
  name: string;
  label: string;
  help?: string;
  /** False where it may be left empty. */
  required?: boolean;
}

/** One of four gauges. `requests` picks what it counts (default: every request); `cost` what one request weighs (default 1). */
export interface RateLimit {
  name: string;
  gauge: 'rate' | 'concurrency' | 'daily' | 'cost';
  /** Per window for rate and cost, at once for concurrency, per day for daily. */
  most: number;
  windowSeconds?: number;
  /** The account setting that replaces `most` where it is filled in. */
  setting?: string;
  requests?(request: HttpRequest): boolean;
  cost?(request: HttpRequest): number;
  /** What an answer's headers or body tell of this gauge; undefined where they are silent. */
  observe?(reply: Reply): Observed | undefined;
}

/** What the app says of a gauge: what is left, of how much, and in how many seconds it is whole again. */
export interface Observed {
  left: number;
  most?: number;
  resetSeconds?: number;
}

/** A kind of record that can be synced. */
export interface ObjectType {
  /** The key in files: 'contacts', 'public.customers'. */
  name: string;
  label: string;
  means?: Meaning;
  fields: Field[] | ((s: Session) => Promise<Field[]>);
  associations?: Association[];
  /** Field names that identify a record to people, best first; default match rules use their roles. */
  keys: string[];
  reads: Reads;
  writes?: Writes;
}

/** How records are read. */
export interface Reads {
  /**
   * One page. Without `since`: of every live record; with it: of what changed since that cursor (at or after; ties and
   * repeats are welcome). `resume` continues the same pass. `fields`: the names wanted, associations included; an empty
   * list asks for ids and versions only. Throws `Failure`.
   */
  page(s: Session, ask: { since?: Cursor; resume?: string; fields: string[] }): Promise<Page>;
  /** These records, live or not; ids that the app no longer has come in `gone`. At most `byIdsMost` ids a call. */
  byIds(s: Session, ids: string[], fields: string[]): Promise<Page>;
  byIdsMost: number;
  /** Records a page holds at most, for the count of calls that a preview shows. */
  pageMost?: number;
  /** told: pages carry `gone`. compared: a complete listing shows who is missing. untold: only the daily sweep does. */
  deletions: 'told' | 'compared' | 'untold';
  /** Without `since`-reading an object is listed whole each time and compared. */
  changes: 'since' | 'none';
  /** How long the app's change index may lag behind; the cursor stays that much behind the start of a pass. */
  overlapSeconds: number;
  /** True where a listed record is as fresh as one read by its id (no search index in between). */
  freshOnList: boolean;
  /** True where versions order as text (time stamps, counters), false for opaque ones (etags). */
  orderedVersions: boolean;
  /** Cursors older than this are refused by the app: the engine lists anew before. */
  cursorDays?: number;
}

/** An opaque place in an app's changes, kept by the engine and given back as it was. */
export type Cursor = string;

/** A page of records. */
export interface Page {
  records: AppRecord[];
  gone?: Gone[];
  /** There is more: call again with it. */
  resume?: string;
  /** Given once a pass is complete: the cursor for the next one, already `overlapSeconds` behind this pass's start. */
  until?: Cursor;
  /** The cursor is too old or unknown: the engine starts a full listing. */
  expired?: true;
}

/** A record as the app showed it. A field that was asked for and not answered has no key in `values`. */
export interface AppRecord {
  id: string;
  values: Values;
  version?: string;
}

/**
 * A record that is no longer among the live ones. `survivorId` where it was merged into another. moved: it lives on as a
 * record of another object type (a lead that became a contact), so nothing was lost and nothing is to be made again.
 */
export interface Gone {
  id: string;
  how: GoneHow;
  survivorId?: string;
}

/** How records are written. */
export interface Writes {
  create?: CreateBatch;
  update?: UpdateBatch;
  archive?: RemoveBatch;
  delete?: RemoveBatch;
}

/** How new records are made. */
export interface CreateBatch {
  /** The most records a call takes. */
  size: number;
  /** W2: how a create with an unknown outcome is resolved, best first. */
  safety: CreateSafety[];
  /** Calls that a batch of so many items takes, for previews; one where it is left out. */
  calls?(items: number): number;
  /**
   * With safety 'own-id': the ids (or whatever the token means to this connector) the new records will have, chosen
   * before anything is sent and stored with the intent.
   */
  reserve?(s: Session, items: { values: Values }[]): Promise<string[]>;
  send(s: Session, items: CreateItem[]): Promise<WriteResult[]>;
}

/** How a create with an unknown outcome may be resolved (W2), one rung of the ladder each. */
export type CreateSafety =
  /** The token is sent as the app's idempotency key; repeating within these hours has no second effect. */
  | { by: 'idempotency-key'; hours: number }
  /** The token is the record's own id; repeating answers `duplicate` with that id. */
  | { by: 'own-id' }
  /** The app refuses a second record with one value of this field: repeating answers `duplicate` with the record's id. */
  | { by: 'unique-field'; field: string }
  /** The token is stored in this field, and records can be found by it once the index caught up. */
  | { by: 'marker'; field: string }
  /** New records are looked for among those that appeared since, by their values. Always the last rung. */
  | { by: 'window' };

/**
 * A record to make. `values` may hold associations too, as lists of far ids under the association's name.
 * `token`: see `reserve` and `CreateSafety`; unique per (link, generation, side).
 */
export interface CreateItem {
  values: Values;
  token: string;
}

/** How records are changed. */
export interface UpdateBatch {
  size: number;
  /** W7: true where an update carries the version it rests on and the app answers `stale` when it moved. */
  conditional: boolean;
  /** Present where an update may carry associations (`edges`); else the engine never sends them. */
  edges?: true;
  /** Calls that a batch of so many items takes, for previews; one where it is left out. */
  calls?(items: number): number;
  send(s: Session, items: UpdateItem[]): Promise<WriteResult[]>;
}

/** A change: only the fields that differ (M6), and the version it rests on. */
export interface UpdateItem {
  id: string;
  values: Values;
  version?: string;
  /** Associations to add and remove, by association name: far ids. */
  edges?: Record<string, { add: string[]; remove: string[] }>;
  /** The mirror's values of the record, for apps that only take whole records (CardDAV). */
  before: Values;
}

/** How records are archived or deleted. A record that is already gone counts as done. */
export interface RemoveBatch {
  size: number;
  conditional: boolean;
  send(s: Session, items: { id: string; version?: string }[]): Promise<WriteResult[]>;
}

/** One outcome per item, in the order of the items. */
export type WriteResult =
  /**
   * Done. `image`: what the app now shows of the record, at least the written fields; left out where it does not say. Of an
   * update it may hold associations alone, where the app took fewer than it was sent.
   */
  | { done: string; image?: Values; version?: string }
  /** Refused for this item: it is not sent again until something changes. */
  | { refused: Refusal }
  /** Nothing is known of this item: the engine finds out (W2). */
  | { unknown: string };

/** Why an item was refused, named by what the engine does next. */
export interface Refusal {
  kind: 'invalid' | 'duplicate' | 'missing' | 'stale' | 'forbidden' | 'throttled' | 'unavailable';
  message: string;
  /** The field it is about. */
  field?: string;
  /** A closer category where the app tells: 'required-missing', 'too-long', 'unknown-option', 'rejected-by-app' … */
  category?: import('../model/problem.ts').ProblemCategory;
  /** For a duplicate: the id of the record that is already there. */
  existingId?: string;
}
