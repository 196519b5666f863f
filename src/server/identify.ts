import { sha256 } from '../lib/crypto.ts';
import { holderOf } from '../store/api-keys.ts';
import { readPlaces } from '../store/people.ts';
import type { Caller, Identify } from './caller.ts';
import type { Installation } from './installation.ts';
import { failedFrom } from './throttle.ts';

/** The header that names the workspace a call is about, by its key. */
const WORKSPACE_HEADER = 'syncline-workspace';

/**
 * Who calls: an API key (`Authorization: Bearer …`) or the session of a cookie. A key is of one workspace. A person's
 * call is about the workspace that the header names (or `?workspace=`, for what cannot send headers), else the one they
 * chose last. Null: nobody known, or nobody of that workspace.
 */
export function identifyBy(installation: Installation): Identify {
  return async (request, address) => {
    const named =
      request.headers.get(WORKSPACE_HEADER) ?? URL.parse(request.url)?.searchParams.get('workspace') ?? null;
    const authorization = request.headers.get('authorization');
    if (authorization !== null) return holder(installation, authorization, address, named);
    const person = await installation.signIn.person(request);
    if (!person) return null;
    const places = await readPlaces(installation.db, person.id);
    const place = named === null ? places[0] : places.find(({ key }) => key === named);
    if (!place) return null;
    return { kind: 'person', id: person.id, name: person.name, workspace: place.workspace, role: place.role };
  };
}

/** Wrong keys are counted by address; right ones cost nothing more than their look-up. */
async function holder(
  installation: Installation,
  authorization: string,
  address: string,
  named: string | null,
): Promise<Caller | null> {
  const key = /^bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
  const found = key === undefined ? null : await holderOf(installation.db, sha256(key));
  if (!found) {
    await failedFrom(installation, address);
    return null;
  }
  if (named !== null && named !== found.workspaceKey) return null;
  const { id, name, workspace, role } = found;
  return { kind: 'key', id, name, workspace, role };
}
