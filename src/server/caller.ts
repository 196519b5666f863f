/** What a person (or a key) may do in a workspace, most first. */
export type Role = 'super-admin' | 'manage-apps' | 'view-health';

/** What a route asks of whoever calls it. `anyone`: no session needed; `person`: a session, in whatever role. */
export type Need = 'anyone' | 'person' | 'view' | 'manage' | 'admin';

/** Who calls: a person with a session, or an API key; always within one workspace. */
export interface Caller {
  kind: 'person' | 'key';
  id: string;
  /** The person's or the key's name, for the audit log. */
  name: string;
  /** The workspace's id. No query of this call crosses it. */
  workspace: string;
  role: Role;
}

/** Finds out who calls, from which address of the network; null: nobody that is known. */
export type Identify = (request: Request, address: string) => Promise<Caller | null>;

const roles: Record<Need, Role[]> = {
  anyone: ['super-admin', 'manage-apps', 'view-health'],
  person: ['super-admin', 'manage-apps', 'view-health'],
  view: ['super-admin', 'manage-apps', 'view-health'],
  manage: ['super-admin', 'manage-apps'],
  admin: ['super-admin'],
};

/** Whether a role is enough. */
export function mayDo(role: Role, need: Need): boolean {
  return roles[need].includes(role);
}
