import type { Engine } from '../engine/engine.ts';
import { makeRulebook } from '../engine/rulebook.ts';
import { stableStringify } from '../lib/json.ts';
import { FileRefused, readSettingsFile, type SettingsFile } from '../model/file/settings-file.ts';
import { isMap, leanShape } from '../model/file/shape.ts';
import type { Settings } from '../model/settings.ts';
import { type AccountRow, accountRows } from '../store/account-list.ts';
import { aside } from '../store/aside.ts';
import { tryAccountAnew } from '../store/feed-trouble.ts';
import { applySettings } from '../store/installation.ts';
import { postgresStore } from '../store/postgres-store.ts';
import { deleteAccount, deleteSync } from '../store/removal.ts';
import { type WorkspaceSync, workspaceSyncs } from '../store/workspace-syncs.ts';
import { checkAccounts, checkRules, type Unreachable } from './door.ts';
import { givenSecrets, variableOf } from './file-export.ts';
import type { Installation } from './installation.ts';
import { openAccounts } from './local.ts';
import { endListening, endNotices } from './notices.ts';
import { Refused } from './problem.ts';
import { refuseStrangeHost } from './strange-host.ts';

/** A file as somebody gave it. */
export interface GivenFile {
  text: string;
  /** Values of `$NAME`; secrets that are stored already need none. */
  environment: Record<string, string>;
  /** What the file does not name is deleted. */
  prune: 'no' | 'yes';
}

/** One value that the file would change. */
export interface Difference {
  path: string;
  before: unknown;
  after: unknown;
}

/** What a file would change of an account or a sync. */
export interface Changed {
  key: string;
  change: 'made' | 'changed' | 'same' | 'pruned' | 'left';
  differences: Difference[];
}

/** What a file comes to. */
export interface FileOutcome {
  accounts: Changed[];
  syncs: Changed[];
  /** Accounts whose app cannot be used now: their syncs were not held against it. */
  unreachable: { account: string; message: string }[];
}

/** A file that passed the door, with what it would change. */
export interface ReadFile {
  settings: Settings;
  outcome: FileOutcome;
  syncs: WorkspaceSync[];
}

/**
 * Reads a file and holds it against the apps and against what runs, on a copy of the workspace's settings; nothing is
 * stored. Throws `Refused` with line and column, KeyTaken.
 */
export async function readFile(installation: Installation, workspace: string, given: GivenFile): Promise<ReadFile> {
  const rows = await accountRows(installation.db, workspace);
  const syncs = await workspaceSyncs(installation.db, workspace);
  const stored: Record<string, Record<string, string>> = {};
  for (const row of rows) stored[row.key] = await givenSecrets(installation, row);
  const file = open(given, stored);
  try {
    checkAccounts(installation.connectors, file);
    refuseStrangeHosts(installation, file.settings, rows, stored, given);
    const unreachable = await tryFile(installation, workspace, rest(file, rows, stored, syncs, given.prune), rows);
    const { settings } = file;
    const outcome = {
      accounts: accountChanges(settings, rows, stored, given.prune),
      syncs: syncChanges(settings, syncs, given.prune),
      unreachable: [...unreachable].map(([account, { message }]) => ({ account, message })),
    };
    return { settings, outcome, syncs };
  } catch (error) {
    throw error instanceof FileRefused ? refused(error) : error;
  }
}

/** What the file takes from the stored secrets stays with the servers it was given for. */
function refuseStrangeHosts(
  { connectors }: Installation,
  { accounts }: Settings,
  rows: AccountRow[],
  stored: Record<string, Record<string, string>>,
  { environment }: GivenFile,
): void {
  const told = Object.values(environment);
  for (const row of rows) {
    const account = accounts[row.key];
    const connector = connectors.find(({ app }) => app.name === row.app);
    if (!account || !connector || account.app !== row.app || !row.hasSecrets) continue;
    const same = Object.entries(account.secrets).filter(
      ([name, secret]) => stored[row.key]?.[name] === secret && !told.includes(secret),
    );
    const kept = Object.keys(account.secrets).length === 0 ? ['its permission'] : same.map(([name]) => name);
    refuseStrangeHost(connector, row.settings, account.settings, kept);
  }
}

/** Applies a file: all of it or, where the door refuses it, nothing. Throws as `readFile` does. */
export async function applyFile(installation: Installation, workspace: string, given: GivenFile): Promise<FileOutcome> {
  const { db, random, accounts } = installation;
  const { settings, outcome, syncs } = await readFile(installation, workspace, given);
  const keysOf = (change: Changed['change']) =>
    outcome.accounts.filter((each) => each.change === change).map(({ key }) => key);
  const [touched, pruned] = [keysOf('changed'), keysOf('pruned')];
  for (const { id, key } of await accountRows(db, workspace)) {
    if (touched.includes(key)) await endListening(installation, id);
    if (pruned.includes(key)) await endNotices(installation, id);
  }
  const applied = await applySettings(db, workspace, settings, { random, seal: accounts.seal });
  for (const { key, change } of outcome.syncs) {
    const sync = syncs.find((each) => each.key === key);
    if (change === 'pruned' && sync) await deleteSync(db, sync.id);
  }
  for (const { id, key } of await accountRows(db, workspace)) if (pruned.includes(key)) await deleteAccount(db, id);
  for (const key of touched) {
    await tryAccountAnew(db, applied.accounts[key] as string);
    await accounts.forget(applied.accounts[key] as string);
  }
  installation.relearn();
  installation.wake();
  installation.askForNotices();
  return outcome;
}

function open({ text, environment }: GivenFile, stored: Record<string, Record<string, string>>): SettingsFile {
  const known: Record<string, string> = {};
  for (const [account, secrets] of Object.entries(stored))
    for (const [name, value] of Object.entries(secrets)) known[variableOf(account, name)] = value;
  try {
    return readSettingsFile(text, { ...known, ...environment });
  } catch (error) {
    // Readers of YAML and of filters call themselves: only nesting without end makes them give up so.
    if (error instanceof RangeError)
      throw new Refused(422, 'the file is nested too deep: put its filters side by side');
    throw error instanceof FileRefused ? refused(error) : error;
  }
}

/** The whole workspace as it would be: a ring may be closed with a sync that the file leaves alone. */
function rest(
  file: SettingsFile,
  rows: AccountRow[],
  stored: Record<string, Record<string, string>>,
  syncs: WorkspaceSync[],
  prune: GivenFile['prune'],
): SettingsFile {
  if (prune === 'yes') return file;
  const { accounts, syncs: named } = file.settings;
  const left = rows.filter(({ key }) => !accounts[key]);
  const others = syncs.filter(({ key, enabled }) => enabled && !named[key]);
  const settings = {
    accounts: {
      ...Object.fromEntries(
        left.map(({ key, app, settings: own }) => [key, { app, settings: own, secrets: stored[key] ?? {} }]),
      ),
      ...accounts,
    },
    // Those that run come first: the file's own is the one that closes a ring.
    syncs: { ...Object.fromEntries(others.map((sync) => [sync.key, sync.settings])), ...named },
  };
  return { ...file, settings };
}

async function tryFile(
  installation: Installation,
  workspace: string,
  file: SettingsFile,
  rows: AccountRow[],
): Promise<Unreachable> {
  const { db, random, accounts, clock, log } = installation;
  const given = openAccounts({ ...installation, ...installation.outside }, file.settings.accounts);
  try {
    return await aside(db, { workspace }, async (own) => {
      const applied = await applySettings(own, workspace, file.settings, { random, seal: accounts.seal });
      const keys = new Map(Object.entries(applied.accounts).map(([key, id]) => [id, key]));
      const granted = new Set(rows.filter(({ key }) => isBare(file.settings, key)).map(({ id }) => id));
      const open: Engine['open'] = async (account, deadline) => {
        // An account that was connected by its app's own page has its grant in the database only.
        if (granted.has(account)) return accounts.open(account, deadline);
        const key = keys.get(account) ?? account;
        return { connector: given.connector(key), session: given.session(key) };
      };
      const store = postgresStore(own);
      const rulebook = makeRulebook(store, open, clock.now);
      return checkRules(file, { store, clock, random, log, worker: random.uuid(), open, rulebook }, applied);
    });
  } finally {
    await given.close();
  }
}

function isBare({ accounts }: Settings, key: string): boolean {
  return Object.keys(accounts[key]?.secrets ?? {}).length === 0;
}

function accountChanges(
  { accounts }: Settings,
  rows: AccountRow[],
  stored: Record<string, Record<string, string>>,
  prune: GivenFile['prune'],
): Changed[] {
  const named = Object.entries(accounts).map(([key, { app, settings, secrets }]): Changed => {
    const row = rows.find((each) => each.key === key);
    if (!row) return { key, change: 'made', differences: [] };
    const differences = differencesOf({ app: row.app, settings: row.settings }, { app, settings });
    // Secrets are only told to be others.
    const others = Object.entries(secrets).filter(([name, value]) => stored[key]?.[name] !== value);
    const hidden = others.map(([name]) => ({ path: `secrets.${name}`, before: null, after: null }));
    const all = [...differences, ...hidden];
    return { key, change: all.length > 0 ? 'changed' : 'same', differences: all };
  });
  return [...named, ...unnamed(rows, accounts, prune)];
}

function syncChanges({ syncs }: Settings, stored: WorkspaceSync[], prune: GivenFile['prune']): Changed[] {
  const named = Object.entries(syncs).map(([key, settings]): Changed => {
    const sync = stored.find((each) => each.key === key);
    if (!sync) return { key, change: 'made', differences: [] };
    const differences = differencesOf(leanShape({ ...sync.settings, enabled: sync.enabled }), leanShape(settings));
    return { key, change: differences.length > 0 ? 'changed' : 'same', differences };
  });
  return [...named, ...unnamed(stored, syncs, prune)];
}

function unnamed(stored: { key: string }[], named: object, prune: GivenFile['prune']): Changed[] {
  const change = prune === 'yes' ? 'pruned' : 'left';
  return stored.filter(({ key }) => !(key in named)).map(({ key }) => ({ key, change, differences: [] }));
}

/** The values that differ, by path; a list is one value. */
function differencesOf(before: object, after: object, path: string[] = []): Difference[] {
  const [was, is] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) => {
    const [one, other] = [was[key], is[key]];
    if (stableStringify(one ?? null) === stableStringify(other ?? null)) return [];
    if (isMap(one) && isMap(other)) return differencesOf(one, other, [...path, key]);
    return [{ path: [...path, key].join('.'), before: one ?? null, after: other ?? null }];
  });
}

function refused({ message, line, column }: FileRefused): Refused {
  const path = message.split(': ', 1)[0] ?? '';
  return new Refused(422, `line ${line}, column ${column}: ${message}`, [{ path, message, line, column }]);
}
