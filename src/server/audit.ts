import { addAudit } from '../store/audit.ts';
import type { Caller } from './caller.ts';
import type { Installation } from './installation.ts';

/**
 * Writes into the audit log of the caller's workspace who did what. `act` is a noun and what became of it
 * ('sync.started', 'account.connected', 'person.removed'); `about` names the things: keys and counts, never a secret
 * or a record's values.
 */
export async function audit(
  { db }: Pick<Installation, 'db'>,
  caller: Caller,
  act: string,
  about: Record<string, string | number | boolean | null | string[]>,
): Promise<void> {
  const { kind, id, name, workspace } = caller;
  await addAudit(db, { workspace, caller: { kind, id, name }, act, about });
}
