import type { Session } from './session.ts';

/** How an app tells that something changed. A notice is a doorbell: records are always read again. */
export interface Webhooks {
  /** Is the request really the app's? `secret`: the account's or the app's signing secret. `now` in milliseconds. */
  verify(notice: Notice, secret: string, now: number): 'genuine' | 'forged' | 'stale';
  /** What it is about. Without ids the whole feed is read. */
  read(notice: Notice): { object: string; ids: string[] }[];
  /** An answer that the app wants at once (handshakes). */
  handshake?(notice: Notice, secret: string): { status: number; body: string } | undefined;
  /** Makes the app send notices to this address; returns its handles. Where absent a person sets it up by hand. */
  subscribe?(s: Session, address: string, objects: string[]): Promise<string[]>;
  unsubscribe?(s: Session, handles: string[]): Promise<void>;
  /** Subscriptions run out after so many days. */
  days?: number;
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
