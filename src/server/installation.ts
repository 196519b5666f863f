import type { Engine } from '../engine/engine.ts';
import type { Db } from '../store/db.ts';
import type { StoredAccounts } from './accounts.ts';
import type { InstallationKey } from './key.ts';
import type { Parts } from './local.ts';

/** Everything that the routes of a running server stand on. */
export interface Installation extends Parts {
  db: Db;
  key: InstallationKey;
  /** The stored accounts and their sessions. */
  accounts: StoredAccounts;
  engine: Engine;
  /** Something changed that the worker should look at now. */
  wake(): void;
  /** Settings or secrets changed: what was learnt of the apps is learnt anew. */
  relearn(): void;
}
