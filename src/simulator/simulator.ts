import type { Admin } from './admin.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import type { Courier } from './courier.ts';
import type { SimClock } from './sim-clock.ts';
import type { SimReply } from './sim-reply.ts';
import type { SimRequest } from './sim-request.ts';

/** An account of a simulated app, as it is written in a sync file. */
export interface SimAccount {
  app: string;
  settings: Record<string, string>;
  secrets: Record<string, string>;
}

/** A simulated app that runs in this process: no socket, no timer; what a call does is done when `handle` returns. */
export interface Simulator {
  app: string;
  /** Where its API lives; an address that leads nowhere while it is not served. */
  url: string;
  /** What a sync file needs to reach it at an address. */
  accountAt(url: string): SimAccount;
  clock: SimClock;
  handle(request: SimRequest): SimReply;
  /** What a person in the app, and whoever tests against it, can do. */
  admin: Admin;
  /** Its webhooks, where it has any. */
  courier?: Courier;
  /** Its OAuth 2 server and the client registered there, where it has one. */
  oauth?: {
    server: AuthorizationServer;
    clientId: string;
    clientSecret: string;
    authorizePath: string;
    tokenPath: string;
  };
}

/** A simulator that listens on loopback. */
export interface ServedSimulator extends Simulator {
  account: SimAccount;
  /** Closes the server and stops its webhooks. */
  stop(): Promise<void>;
}
