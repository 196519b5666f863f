import type { Clock } from '../../lib/clock.ts';
import type { Http } from '../../lib/http.ts';
import type { Values } from '../../model/value.ts';
import type { Connector, ErrorKind, Notice } from '../contract.ts';

/** What a suite run needs of an app: one account on a simulator or a real server, empty, with a person at its screen. */
export interface Rig {
  connector: Connector;
  settings: Record<string, string>;
  secrets: Record<string, string>;
  http: Http;
  /** Simulated where the app is: then waiting costs nothing, and limits are checked too. */
  clock: Clock;
  time: 'simulated' | 'real';
  /** The object type under test. */
  object: string;
  /** Values of a good new record, different for every n; at least `fields.text`. */
  record(n: number): Values;
  /** Fields of the object that test values are written to. */
  fields: { text: string; number?: string; date?: string; datetime?: string; select?: string };
  person: Person;
  /** Changes to a good record that make the app refuse it, and the category it is refused with where the app tells. */
  bad?: { values: Values; category?: string };
  /** What the app makes of a text it stores (trim, case); the same text where it is left out. */
  stored?(text: string): string;
  /** Lets all indexes of the app catch up. */
  settle(): Promise<void>;
  faults?: Faults;
  webhook?: WebhookRig;
  association?: AssociationRig;
  /** Every error the app documents, with what is to be done about it. */
  errors?: DocumentedError[];
  /** Features that the app does not have, each with the reason. What is neither here nor given is an error of the rig. */
  cannot: Partial<Record<Feature, string>>;
  stop(): Promise<void>;
}

/** What a rig may lack, if it says why. */
export type Feature =
  | 'bad item'
  | 'merge'
  | 'tie'
  | 'throttle'
  | 'outages'
  | 'webhooks'
  | 'old notices'
  | 'signed bodies'
  | 'associations'
  | 'documented errors'
  | 'wrong secrets';

/** Somebody who uses the app itself, past its API. */
export interface Person {
  /** New records, in order; their ids. */
  make(records: Values[]): Promise<string[]>;
  edit(id: string, values: Values): Promise<void>;
  /** Removes the record as people there do: archive where there is one, else delete. */
  remove(id: string): Promise<void>;
  /** What the app now holds, by the connector's field names; null once it is removed. */
  show(id: string): Promise<Values | null>;
  /** How many live records there are. */
  count(): Promise<number>;
  /** Edits these records so that all have one and the same change stamp, now. */
  tie?(ids: string[]): Promise<void>;
  /** Merges the second into the first; the survivor's id. */
  merge?(id: string, other: string): Promise<string>;
}

/** Trouble on demand, each for the next call only. */
export interface Faults {
  /** Refused for being too fast, with Retry-After in seconds. */
  throttle?(seconds: number): Promise<void>;
  /** A server error before anything is done. */
  breakBefore?(): Promise<void>;
  /** The write is done, and its answer is lost. */
  loseAnswer?(): Promise<void>;
  /** The answer breaks off in the middle. */
  cutAnswer?(): Promise<void>;
}

/** Notices as the app really sends them. */
export interface WebhookRig {
  secret: string;
  /** The notice of an edit of this record, and the time it is received at in milliseconds. */
  notice(id: string): Promise<{ notice: Notice; now: number }>;
}

/** An association of the object that may be written. */
export interface AssociationRig {
  name: string;
  /** New records at its far end; their ids. */
  makeFar(count: number): Promise<string[]>;
}

/** An answer as the app documents it. */
export interface DocumentedError {
  name: string;
  status: number;
  headers?: Record<string, string>;
  body: unknown;
  kind: ErrorKind;
}
