import { type Connector, Failure } from '../connector/contract.ts';
import { blame, type Engine } from '../engine/engine.ts';
import { RulesRefused } from '../engine/rulebook.ts';
import { FileRefused, type SettingsFile } from '../model/file/settings-file.ts';
import { findRings, type SyncShape, shapeOf } from '../model/rings.ts';
import type { Side } from '../model/value.ts';
import type { Applied } from '../store/installation.ts';
import type { Sync } from '../store/store.ts';

/** Every account's app is known, and has what it needs. Throws {@link FileRefused}. */
export function checkAccounts(connectors: Connector[], file: SettingsFile): void {
  const { settings, place } = file;
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
    checkNames(file, ['accounts', key, 'settings'], account.settings, connector.settings);
    checkNames(file, ['accounts', key, 'secrets'], account.secrets, auth.secrets);
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

/** A name that the app does not know is a slip: what it says would be left out without a word. */
function checkNames({ place }: SettingsFile, path: string[], given: object, known: { name: string }[] = []): void {
  const names = known.map(({ name }) => name);
  const strange = Object.keys(given).find((name) => !names.includes(name));
  if (strange === undefined) return;
  const message = `${path.join('.')}: ${strange} is not known here; allowed are ${names.join(', ') || 'none'}`;
  throw new FileRefused(message, place([...path, strange]));
}

/** Accounts whose app cannot be used now, and why, by key. */
export type Unreachable = Map<string, Failure>;

/**
 * The door: every sync's settings fit its apps, and no syncs close a ring. Nothing is written before. Answers the accounts
 * that cannot be used now: their syncs are not checked. Throws {@link FileRefused} for what is wrong in the file.
 */
export async function checkRules(file: SettingsFile, engine: Engine, applied: Applied): Promise<Unreachable> {
  const syncs = await Promise.all(
    Object.keys(file.settings.syncs).map((key) => engine.store.sync(applied.syncs[key] as string)),
  );
  const keys = new Map(Object.entries(applied.accounts).map(([key, id]) => [id, key]));
  const unreachable = await tryAccounts(engine, syncs, keys);
  const ends = (sync: Sync) => [sync.settings.a.account, sync.settings.b.account];
  const reached = syncs.filter((sync) => !ends(sync).some((key) => unreachable.has(key)));
  const shapes: SyncShape[] = [];
  for (const sync of reached) {
    const { settings } = sync;
    const rules = await at(file, ['syncs', sync.key], () => engine.rulebook.rules(sync));
    if (settings.enabled) shapes.push(shapeOf(sync.key, settings, rules));
  }
  const [ring] = findRings(shapes);
  if (ring) throw new FileRefused(ring.message, file.place(ring.path));
  return unreachable;
}

/** What is said of an account that cannot be used. */
export function accountTrouble(key: string, failure: Failure): string {
  return `accounts.${key}: ${failure.message}`;
}

/** Asks every account for what its syncs need to know. What is wrong with a sync's settings is told later. */
async function tryAccounts(engine: Engine, syncs: Sync[], keys: Map<string, string>): Promise<Unreachable> {
  const unreachable: Unreachable = new Map();
  const asking = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (error instanceof RulesRefused) return;
      const key = error instanceof Failure ? keys.get(error.account ?? '') : undefined;
      if (key === undefined) throw error;
      if (!unreachable.has(key)) unreachable.set(key, error as Failure);
    }
  };
  for (const sync of syncs) {
    const { accounts, settings, progress } = sync;
    for (const side of ['a', 'b'] as const) {
      if (unreachable.has(settings[side].account)) continue;
      await asking(() => engine.rulebook.schema(accounts[side], settings[side].object));
      if (progress.phase === 'new') await asking(() => prove(engine, accounts[side]));
    }
    if (!['a', 'b'].some((side) => unreachable.has(settings[side as Side].account)))
      await asking(() => engine.rulebook.rules(sync));
  }
  return unreachable;
}

/** An app whose objects are known without asking has not been asked anything yet: a new sync's account says who it is. */
async function prove(engine: Engine, account: string): Promise<void> {
  const { connector, session } = await engine.open(account);
  if (typeof connector.objects === 'function') return;
  try {
    await blame(account, () => session.remember('door', () => connector.whoami(session)));
  } catch (error) {
    // That it may not say who it is does not mean that it may not be synced.
    if (!(error instanceof Failure) || ['unauthorized', 'unavailable'].includes(error.kind)) throw error;
  }
}

/** Turns what does not fit into a complaint about a place in the file. */
async function at<T>(file: SettingsFile, path: string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RulesRefused)) throw error;
    const [first] = error.problems;
    const where = first && first.path[0] === 'syncs' ? first.path : path;
    throw new FileRefused(`${where.join('.')}: ${first?.message ?? error.message}`, file.place(where));
  }
}
