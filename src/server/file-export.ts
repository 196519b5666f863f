import { stringify } from 'yaml';
import { leanShape } from '../model/file/shape.ts';
import { type AccountRow, accountRows } from '../store/account-list.ts';
import { readSecrets } from '../store/listings.ts';
import { workspaceSyncs } from '../store/workspace-syncs.ts';
import type { Installation } from './installation.ts';

/** What an export stands on. */
export type ExportParts = Pick<Installation, 'db' | 'connectors' | 'accounts'>;

/** Where lines of the file are folded: never, so that a change of one value is a change of one line. */
const NEVER = 0;

/** All accounts and syncs of a workspace as a file: what a person gives, and secrets only by the names of their variables. */
export async function exportFile(installation: ExportParts, workspace: string): Promise<string> {
  const { db } = installation;
  const accounts: Record<string, object> = {};
  for (const row of await accountRows(db, workspace)) {
    const { key, app, settings } = row;
    const names = Object.keys(await givenSecrets(installation, row));
    const secrets = Object.fromEntries(names.map((name) => [name, `$${variableOf(key, name)}`]));
    accounts[key] = { app, ...unlessEmpty('settings', settings), ...unlessEmpty('secrets', secrets) };
  }
  const syncs: Record<string, object> = {};
  for (const { key, settings, enabled } of await workspaceSyncs(db, workspace))
    syncs[key] = leanShape({ ...settings, enabled });
  return stringify({ accounts, syncs }, { lineWidth: NEVER });
}

/** The environment variable that a secret of an account is exported as. */
export function variableOf(account: string, secret: string): string {
  const part = (text: string) =>
    text
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replace(/[^A-Za-z0-9]+/g, '_')
      .toUpperCase();
  return `SYNCLINE_${part(account)}_${part(secret)}`;
}

/**
 * The secrets of an account that a person gave, in the order that its app names them. What an authorization server granted
 * belongs to one installation: such an account comes in without secrets, and is to be connected again.
 */
export async function givenSecrets(
  { db, connectors, accounts }: ExportParts,
  { id, key, app }: AccountRow,
): Promise<Record<string, string>> {
  const auth = connectors.find((each) => each.app.name === app)?.auth;
  const sealed = await readSecrets(db, id);
  const stored = sealed ? accounts.unseal(sealed, key) : {};
  const named = (auth?.secrets ?? []).flatMap(({ name }): [string, string][] => {
    const secret = stored[name];
    return secret === undefined ? [] : [[name, secret]];
  });
  return Object.fromEntries(named);
}

function unlessEmpty(name: string, part: Record<string, string>): object {
  return Object.keys(part).length === 0 ? {} : { [name]: part };
}
