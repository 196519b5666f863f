import { sha256 } from '../lib/crypto.ts';
import { stableStringify } from '../lib/json.ts';
import { keyPattern } from '../model/file/schema.ts';
import type { SyncSettings } from '../model/settings.ts';
import { type AccountRow, accountRows } from '../store/account-list.ts';
import { type WorkspaceSync, workspaceSyncs } from '../store/workspace-syncs.ts';
import type { Installation } from './installation.ts';
import { Refused } from './problem.ts';

/** The sync of that key in the caller's workspace. Throws `Refused` 404. */
export async function syncNamed(
  { db }: Pick<Installation, 'db'>,
  workspace: string,
  key: string,
): Promise<WorkspaceSync> {
  // What is no key names nothing; the database would not even take some of it.
  const [found] = keyPattern.test(key) ? await workspaceSyncs(db, workspace, key) : [];
  if (!found) throw new Refused(404, `there is no sync ${key} in this workspace`);
  return found;
}

/** The account of that key in the caller's workspace. Throws `Refused` 404. */
export async function accountNamed(
  { db }: Pick<Installation, 'db'>,
  workspace: string,
  key: string,
): Promise<AccountRow> {
  const [found] = keyPattern.test(key) ? await accountRows(db, workspace, key) : [];
  if (!found) throw new Refused(404, `there is no account ${key} in this workspace`);
  return found;
}

/** Digits that tell one version of settings from another. */
const TAG_DIGITS = 16;

/** What stands for this version of something, for `ETag` and `If-Match`. */
function tagOf(content: unknown): string {
  return `"${sha256(stableStringify(content)).slice(0, TAG_DIGITS)}"`;
}

/** The version of a sync's settings. */
export function syncTag(settings: SyncSettings): string {
  return tagOf(settings);
}

/** The version of an account. */
export function accountTag({ key, app, settings }: AccountRow): string {
  return tagOf({ key, app, settings });
}

/** An edit says which version it is of. Throws `Refused` 428 where it does not, 412 where that is not the one that stands. */
export function refuseStale(given: string | undefined, stands: string): void {
  if (given === undefined)
    throw new Refused(428, 'send If-Match with the ETag of what you edit, so that nobody is overwritten unseen');
  const tags = given.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!tags.includes(stands) && !tags.includes('*'))
    throw new Refused(412, 'it was changed since you read it: read it again, and make your edit on that');
}
