import type { Role } from './caller.ts';

/** Signing on by an OpenID Connect provider, as whoever runs the server set it up. */
export interface SignOnSettings {
  /** What its button says. */
  label: string;
  /** The provider's address; its settings are found below it (`/.well-known/openid-configuration`). */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Whoever has an e-mail address of these domains may come in without an invitation. */
  domains: string[];
  /** What they may do then, in the workspace `default`. */
  role: Role;
}

/** The provider's name in addresses: `/api/auth/callback/sso`. */
export const PROVIDER = 'sso';

/** The environment's settings are not complete, or not valid. */
class SignOnUnusable extends Error {
  override name = 'SignOnUnusable';
}

const roles: Role[] = ['super-admin', 'manage-apps', 'view-health'];

/** Reads `SYNCLINE_SIGN_ON_…`; null where none is set. */
export function signOnSettings(environment: Record<string, string | undefined>): SignOnSettings | null {
  const of = (name: string) => environment[`SYNCLINE_SIGN_ON_${name}`]?.trim() || undefined;
  const issuer = of('ISSUER');
  const clientId = of('CLIENT_ID');
  const clientSecret = of('CLIENT_SECRET');
  if (!issuer && !clientId && !clientSecret) return null;
  if (!issuer || !clientId || !clientSecret)
    throw new SignOnUnusable(
      'sign-on needs SYNCLINE_SIGN_ON_ISSUER, SYNCLINE_SIGN_ON_CLIENT_ID and SYNCLINE_SIGN_ON_CLIENT_SECRET: set all three, or none',
    );
  const role = (of('ROLE') ?? 'view-health') as Role;
  if (!roles.includes(role)) throw new SignOnUnusable(`SYNCLINE_SIGN_ON_ROLE is one of ${roles.join(', ')}`);
  const domains = (of('DOMAINS') ?? '').toLowerCase().split(',');
  return {
    label: of('LABEL') ?? 'Single sign-on',
    issuer: issuer.replace(/\/+$/, ''),
    clientId,
    clientSecret,
    domains: domains.map((domain) => domain.trim()).filter((domain) => domain !== ''),
    role,
  };
}

/** Whether an e-mail address is of one of the domains that need no invitation. */
export function isOfDomain({ domains }: SignOnSettings, email: string): boolean {
  return domains.includes(email.toLowerCase().split('@').at(-1) ?? '');
}
