import type { Connector } from '../connector/contract.ts';
import { open, seal } from '../lib/crypto.ts';
import type { Random } from '../lib/random.ts';
import { readAppClient, saveAppClient } from '../store/app-clients.ts';
import type { Db } from '../store/db.ts';
import type { AppClient } from './authorization.ts';
import type { InstallationKey } from './key.ts';

/** Client ids and secrets by which Syncline is known to apps: a workspace's own, else those of the environment. */
export interface AppClients {
  of(workspace: string, app: string): Promise<AppClient | null>;
  save(workspace: string, app: string, clientId: string, clientSecret: string | null): Promise<void>;
}

/** The clients of the environment: `SYNCLINE_<APP>_CLIENT_ID` and `_CLIENT_SECRET`, dashes as underscores. */
export function clientsOf(
  environment: Record<string, string | undefined>,
  connectors: Connector[],
): Record<string, AppClient> {
  const found = connectors.flatMap(({ app }): [string, AppClient][] => {
    const name = `SYNCLINE_${app.name.replace(/-/g, '_').toUpperCase()}`;
    const clientId = environment[`${name}_CLIENT_ID`];
    if (!clientId) return [];
    return [[app.name, { clientId, clientSecret: environment[`${name}_CLIENT_SECRET`] || null, from: 'environment' }]];
  });
  return Object.fromEntries(found);
}

/** Clients in the database, their secrets sealed, before those of the environment. */
export function appClients(
  { db, key, random }: { db: Db; key: InstallationKey; random: Random },
  ofEnvironment: Record<string, AppClient>,
): AppClients {
  return {
    of: async (workspace, app) => {
      const stored = await readAppClient(db, workspace, app);
      if (!stored) return ofEnvironment[app] ?? null;
      const sealed = stored.secret ? Buffer.from(stored.secret).toString() : null;
      const clientSecret = sealed === null ? null : open(sealed, key, clientContext(workspace, app));
      return { clientId: stored.clientId, clientSecret, from: 'workspace' };
    },
    save: async (workspace, app, clientId, clientSecret) => {
      const sealed = clientSecret ? seal(clientSecret, key, clientContext(workspace, app), random) : null;
      await saveAppClient(db, workspace, app, { clientId, secret: sealed === null ? null : Buffer.from(sealed) });
    },
  };
}

/** Where a client's secret belongs, for sealing it. */
export function clientContext(workspace: string, app: string): string {
  return `client of ${app} in workspace ${workspace}`;
}
