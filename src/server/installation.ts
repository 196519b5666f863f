import type { Engine } from '../engine/engine.ts';
import type { Mail } from '../lib/mail.ts';
import type { Network } from '../lib/outside-http.ts';
import type { Db } from '../store/db.ts';
import type { StoredAccounts } from './accounts.ts';
import type { AppClients } from './app-clients.ts';
import type { InstallationKey } from './key.ts';
import type { Parts } from './local.ts';
import type { PlanJobs } from './plan-jobs.ts';
import type { SampleApps } from './sample-apps.ts';
import type { SignIn } from './sign-in.ts';

/** Everything that the routes of a running server stand on. */
export interface Installation extends Parts {
  db: Db;
  key: InstallationKey;
  /** The stored accounts and their sessions. */
  accounts: StoredAccounts;
  engine: Engine;
  /** By which client ids and secrets apps know us. */
  clients: AppClients;
  /** The network as accounts of people may use it: internal addresses are refused, unless they are allowed here. */
  outside: Network;
  /** How people prove who they are. */
  signIn: SignIn;
  /** The address people reach the server at (`SYNCLINE_URL`); null: loopback only. */
  url: string | null;
  /** The mail server that alerts go out by, where one is set. */
  mail?: Mail;
  /** Sample apps, where this server can have some. */
  samples?: SampleApps;
  /** Plans that are being made in this process. */
  plans: PlanJobs;
  /** Aborted when the server begins to stop: lines that are held open end. */
  ending?: AbortSignal;
  /** Something changed that the worker should look at now. */
  wake(): void;
  /** Which objects are read may have changed: apps are asked for notices of them at once, not only with the next minute. */
  askForNotices(): void;
  /** Settings or secrets changed: what was learnt of the apps is learnt anew. */
  relearn(): void;
}
