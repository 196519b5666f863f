import { queryOptions, useQuery } from '@tanstack/react-query';
import { call, leaveFor } from '../world.ts';
import { ApiError, api, ask, failure } from './client.ts';
import { queryClient } from './query-client.ts';

/** What a person may do in the workspace, most first. */
export type Role = 'super-admin' | 'manage-apps' | 'view-health';

/** Whoever is signed in, in the workspace shown. */
export interface Me {
  id: string;
  name: string;
  email: string | null;
  role: Role;
  workspace: string;
  workspaceName: string;
  workspaces: { key: string; name: string; role: Role }[];
  secondFactor: boolean;
}

/** Whoever is signed in; null: nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: 60_000,
  queryFn: async (): Promise<Me | null> => {
    try {
      const me = await ask(api.me.$get());
      return { ...me, workspace: me.workspace.key, workspaceName: me.workspace.name };
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

/** Whether the installation still has nobody. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => ask(api.setup.$get()),
});

/** What a route asks of a role. */
export type Need = 'view' | 'manage' | 'admin';

const enough: Record<Need, Role[]> = {
  view: ['super-admin', 'manage-apps', 'view-health'],
  manage: ['super-admin', 'manage-apps'],
  admin: ['super-admin'],
};

/** Whoever is signed in, and what they may do: what they may not is not shown. */
export function useMe(): { me: Me | null; may(need: Need): boolean } {
  const { data = null } = useQuery(meQuery);
  return { me: data, may: (need) => data !== null && enough[need].includes(data.role) };
}

/** Goes to another workspace of whoever is signed in: everything shown is asked for again. */
export async function chooseWorkspace(workspace: string): Promise<void> {
  const response = await call('/api/v1/me', { headers: { 'x-syncline': 'page', 'syncline-workspace': workspace } });
  if (!response.ok) throw await failure(response);
  leaveFor('/');
}

/** Ends the session here and leaves for the sign-in. */
export async function signOut(): Promise<void> {
  await signInCall('/sign-out', {});
  queryClient.clear();
  window.dispatchEvent(new Event('syncline:signed-out'));
}

/** A call of the sign-in (better-auth under /api/auth); throws `ApiError`. */
export async function signInCall<Body = unknown>(path: string, body?: unknown): Promise<Body> {
  const response = await call(
    `/api/auth${path}`,
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  ).catch((error: Error) => {
    throw new ApiError(0, 'unreachable', error.message);
  });
  if (!response.ok) throw await failure(response);
  return (await response.json()) as Body;
}
