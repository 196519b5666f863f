import type { Failure } from './failure.ts';
import type { Session } from './session.ts';

/** How an app tells that something changed. A notice is a doorbell: records are always read again. */
export interface Webhooks {
  /** Is the request really the app's? `secret`: the account's or the app's signing secret. `now` in milliseconds. */
  verify(notice: Notice, secret: string, now: number): 'genuine' | 'forged' | 'stale';
  /** What it is about. Without ids the whole feed is read. */
  read(notice: Notice): { object: string; ids: string[] }[];
  /** An answer that the app wants at once (handshakes). */
  handshake?(notice: Notice, secret: string): { status: number; body: string } | undefined;
  /** Makes the app send notices to this address. Where absent a person sets it up by hand. */
  subscribe?(s: Session, ask: SubscribeAsk): Promise<Subscription>;
  /** Ends what `subscribe` made; a handle that the app no longer knows counts as done. */
  unsubscribe?(s: Session, handles: string[]): Promise<void>;
  /** Subscriptions run out after so many days. */
  days?: number;
  /** Each attempt at a notice is signed anew: one that comes a second time just as it was is a replay, not the app's. */
  signsEachAttempt?: true;
}

/** What notices are asked for. */
export interface SubscribeAsk {
  address: string;
  /** Names of object types; the app may tell of fewer. */
  objects: string[];
  /** A new random secret, for apps that prove themselves with one of the subscriber's choosing. */
  secret: string;
}

/** What the app began to send. */
export interface Subscription {
  /** What `unsubscribe` ends it by. Empty: the app tells of none of the objects. */
  handles: string[];
  /**
   * The secret its notices prove themselves with: the app's own, told this once, or the one of the ask. It is stored
   * sealed and given to `verify`. Left out where a secret that the account has already signs them.
   */
  secret?: string;
}

/** A webhook request as it came in. */
export interface Notice {
  method: string;
  /** The full address the app called. */
  url: string;
  headers: Record<string, string>;
  /** The raw body. */
  body: string;
}

/** How an app tells over a connection that is kept open, where it calls nobody. What is heard is a doorbell too. */
export interface Listening {
  /** Whether the settings of an account ask for it. */
  wanted(settings: Record<string, string>): boolean;
  /** Makes the app tell of all these objects; where it does already, nothing is done. Throws `Failure`. */
  begin(s: Session, objects: string[]): Promise<void>;
  /** Ends what `begin` made; an object that is gone counts as done. Throws `Failure`. */
  end(s: Session, objects: string[]): Promise<void>;
  /** Hears of every object that the app tells of, on a connection of its own, until it is closed. Throws `Failure`. */
  listen(s: Session, listener: Listener): Promise<Ear>;
}

/** Who hears of changes. */
export interface Listener {
  /** Something changed in an object. Without ids the whole feed is read. Anybody may have said so. */
  heard(object: string, ids: string[]): void;
  /** The connection broke: nothing more is heard until somebody listens again. */
  lost(failure: Failure): void;
}

/** A connection that is listened on. */
export interface Ear {
  close(): Promise<void>;
}
