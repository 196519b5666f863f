import { type Connector, Failure } from '../connector/contract.ts';
import { RulesRefused } from '../engine/rulebook.ts';
import { type Compiled, compileRules } from '../model/compile.ts';
import type { Schema, User } from '../model/field.ts';
import { findRings, type SyncShape, shapeOf } from '../model/rings.ts';
import type { Rules } from '../model/rules.ts';
import type { SyncSettings } from '../model/settings.ts';
import type { Side, Two } from '../model/value.ts';
import { type AccountRow, accountRows } from '../store/account-list.ts';
import { type WorkspaceSync, workspaceSyncs } from '../store/workspace-syncs.ts';
import type { Installation } from './installation.ts';
import { Refused } from './problem.ts';

/** A sync's settings, tried against its apps as they are now. Nothing is stored. */
export interface Trial extends Compiled {
  key: string;
  settings: SyncSettings;
  accounts: Two<AccountRow>;
  schemas: Two<Schema>;
  users: Two<User[]>;
}

/** Says all that is wrong with settings: each message with its path in the sync. */
function settingsRefused(problems: { path: (string | number)[]; message: string }[]): Refused {
  const errors = problems.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  const [first] = errors;
  return new Refused(422, first ? `${first.path || 'the sync'}: ${first.message}` : 'the settings do not fit', errors);
}

/**
 * The door that a file's syncs pass too: accounts and objects are there, every field, option, filter and transform fits,
 * and no ring is closed with the syncs that are on. Throws `Refused` with the path of what is wrong.
 */
export async function trySettings(
  installation: Installation,
  workspace: string,
  key: string,
  settings: SyncSettings,
): Promise<Trial> {
  const trial = await compileTrial(installation, workspace, key, settings);
  if (settings.enabled) await refuseRings(installation, workspace, trial);
  return trial;
}

/** The settings compiled, without a look at the other syncs' rings. Throws `Refused`. */
export async function compileTrial(
  installation: Installation,
  workspace: string,
  key: string,
  settings: SyncSettings,
): Promise<Trial> {
  const { db, clock } = installation;
  const rows = await accountRows(db, workspace);
  const accounts = { a: accountOf(rows, settings, 'a'), b: accountOf(rows, settings, 'b') };
  const schemas = {
    a: await schemaFor(installation, accounts.a, settings, 'a'),
    b: await schemaFor(installation, accounts.b, settings, 'b'),
  };
  const syncs = await workspaceSyncs(db, workspace);
  const users = await owners(installation, accounts, schemas);
  const compiled = compileRules({
    sync: key,
    key,
    version: 1,
    settings,
    schemas,
    slots: {},
    users,
    neighbours: neighboursOf(syncs, key, accounts),
    now: clock.now(),
  });
  if ('problems' in compiled)
    throw settingsRefused(compiled.problems.map((each) => ({ ...each, path: ownPath(each.path, key) })));
  return { ...compiled, key, settings, accounts, schemas, users };
}

function accountOf(rows: AccountRow[], settings: SyncSettings, side: Side): AccountRow {
  const name = settings[side].account;
  const found = rows.find((row) => row.key === name);
  if (found) return found;
  const known = rows.map((row) => row.key).join(', ') || 'none';
  throw settingsRefused([{ path: [side, 'account'], message: `there is no account ${name}; there are ${known}` }]);
}

async function schemaFor(
  { engine }: Installation,
  account: AccountRow,
  settings: SyncSettings,
  side: Side,
): Promise<Schema> {
  try {
    return await engine.rulebook.schema(account.id, settings[side].object);
  } catch (error) {
    if (error instanceof RulesRefused)
      throw settingsRefused(error.problems.map(({ message }) => ({ path: [side, 'object'], message })));
    if (error instanceof Failure)
      throw new Refused(424, `${side}.account: ${account.key}: ${error.message}`, [
        { path: `${side}.account`, message: error.message },
      ]);
    throw error;
  }
}

/** Owners are only asked for where a side has some. */
async function owners(
  installation: Installation,
  accounts: Two<AccountRow>,
  schemas: Two<Schema>,
): Promise<Two<User[]>> {
  const of = async (side: Side) => {
    const has = schemas[side].fields.some((field) => field.type === 'user');
    return has ? usersOf(installation, accounts[side].id) : [];
  };
  return { a: await of('a'), b: await of('b') };
}

/** The owners that an account knows; none where its app has none. */
export async function usersOf({ engine }: Installation, account: string): Promise<User[]> {
  const { connector, session } = await engine.open(account);
  const ask = connector.users;
  return ask ? session.remember('users of the API', () => ask(session)) : [];
}

/** The objects of the other syncs that are on between the same two accounts, turned as this sync's. */
function neighboursOf(syncs: WorkspaceSync[], key: string, accounts: Two<AccountRow>): Two<string>[] {
  return syncs.flatMap(({ key: other, enabled, ends: { a, b } }) => {
    if (!enabled || other === key) return [];
    if (a.accountId === accounts.a.id && b.accountId === accounts.b.id) return [{ a: a.object, b: b.object }];
    return a.accountId === accounts.b.id && b.accountId === accounts.a.id ? [{ a: b.object, b: a.object }] : [];
  });
}

/** X5: the syncs that are on come first, so the one under trial is the one that closes the ring. */
async function refuseRings(installation: Installation, workspace: string, trial: Trial): Promise<void> {
  const shapes: SyncShape[] = [];
  for (const { id, key, enabled } of await workspaceSyncs(installation.db, workspace)) {
    if (!enabled || key === trial.key) continue;
    const rules = await rulesOrNull(installation, id);
    if (rules) shapes.push(shapeOf(rules.key, rules.settings, rules.rules));
  }
  const rings = findRings([...shapes, shapeOf(trial.key, trial.settings, trial.rules)]);
  const own = rings.filter(({ path }) => path[1] === trial.key);
  if (own.length > 0) throw settingsRefused(own.map((each) => ({ ...each, path: ownPath(each.path, trial.key) })));
}

/** A sync whose settings no longer fit, or whose app does not answer, closes no ring now. */
async function rulesOrNull(
  { engine }: Installation,
  id: string,
): Promise<{ key: string; settings: SyncSettings; rules: Rules } | null> {
  try {
    const sync = await engine.store.sync(id);
    return { key: sync.key, settings: sync.settings, rules: await engine.rulebook.rules(sync) };
  } catch (error) {
    if (error instanceof RulesRefused || error instanceof Failure) return null;
    throw error;
  }
}

/** ['syncs', key, 'mappings', 3] as a path within the sync. */
function ownPath(path: (string | number)[], key: string): (string | number)[] {
  return path[0] === 'syncs' && path[1] === key ? path.slice(2) : path;
}

/** The connector of an account's app. Throws `Refused` where this version has none. */
export function connectorOf({ connectors }: Installation, account: { key: string; app: string }): Connector {
  const found = connectors.find(({ app }) => app.name === account.app);
  if (!found)
    throw new Refused(422, `account ${account.key} is of the app ${account.app}, which this version does not know`);
  return found;
}
