import { type Connector, Failure } from '../connector/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { RulesRefused } from '../engine/rulebook.ts';
import { FileRefused, type SettingsFile } from '../model/file/settings-file.ts';
import { findRings, type SyncShape } from '../model/rings.ts';
import type { Applied } from '../store/installation.ts';

/** Every account's app is known, and has what it needs. Throws {@link FileRefused}. */
export function checkAccounts(connectors: Connector[], { settings, place }: SettingsFile): void {
  for (const [key, account] of Object.entries(settings.accounts)) {
    const connector = connectors.find((each) => each.app.name === account.app);
    if (!connector) {
      const known = connectors.map((each) => each.app.name).join(', ');
      throw new FileRefused(
        `accounts.${key}.app: there is no app ${account.app}; there are ${known}`,
        place(['accounts', key, 'app']),
      );
    }
    const { auth } = connector;
    const secrets = (auth.secrets ?? []).filter((secret) => auth.kind !== 'oauth2' && secret.required !== false);
    const missing = secrets.find((secret) => account.secrets[secret.name] === undefined);
    if (missing)
      throw new FileRefused(
        `accounts.${key}.secrets: ${missing.name} (${missing.label}) is missing`,
        place(['accounts', key, 'secrets']),
      );
    const setting = (connector.settings ?? []).find(
      (each) => each.required && account.settings[each.name] === undefined,
    );
    if (setting)
      throw new FileRefused(
        `accounts.${key}.settings: ${setting.name} (${setting.label}) is missing`,
        place(['accounts', key, 'settings']),
      );
  }
}

/** The door: every sync's settings fit its apps, and no syncs close a ring. Nothing is written before. Throws {@link FileRefused}. */
export async function checkRules(file: SettingsFile, engine: Engine, applied: Applied): Promise<void> {
  const shapes: SyncShape[] = [];
  for (const [key, id] of Object.entries(applied.syncs)) {
    const settings = file.settings.syncs[key];
    if (!settings) continue;
    const sync = await engine.store.sync(id);
    const rules = await at(file, ['syncs', key], () => engine.rulebook.rules(sync));
    if (!settings.enabled) continue;
    const fields = rules.mappings.map(({ fields: names }) => names);
    const edges = rules.associations.map(({ ends }) => ({ a: [ends.a.name], b: [ends.b.name] }));
    const { a, b, route } = settings;
    const accounts = { a: a.account, b: b.account };
    shapes.push({ key, accounts, objects: { a: a.object, b: b.object }, pairs: [...fields, ...edges], route });
  }
  const [ring] = findRings(shapes);
  if (ring) throw new FileRefused(ring.message, file.place(ring.path));
}

/** Turns what goes wrong at the door into a complaint about a place in the file. */
async function at<T>(file: SettingsFile, path: string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RulesRefused) {
      const [first] = error.problems;
      const where = first && first.path[0] === 'syncs' ? first.path : path;
      throw new FileRefused(`${where.join('.')}: ${first?.message ?? error.message}`, file.place(where));
    }
    if (error instanceof Failure) throw new FileRefused(`${path.join('.')}: ${error.message}`, file.place(path));
    throw error;
  }
}
