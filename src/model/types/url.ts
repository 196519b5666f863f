import { domainToASCII } from 'node:url';
import { getDomain, getHostname } from 'tldts';

/** Longer texts are no web addresses. */
const LONGEST = 4096;

/** The text by which two writings of a web address are equal: https is understood, the host is in lower case, no closing slash. */
export function normalUrl(value: string): string {
  const [, host = '', rest = ''] = /^(?:https:\/\/)?((?:http:\/\/)?[^/?#]*)([\s\S]*)$/i.exec(value.trim()) ?? [];
  return host.toLowerCase() + rest.replace(/\/$/, '');
}

/** The text by which a web address is matched: http and www say nothing about whose it is. */
export function matchUrl(value: string): string {
  return normalUrl(value).replace(/^(?:http:\/\/)?(?:www\.)?/, '');
}

/**
 * The registrable domain of a domain, web address or e-mail address ('acme.co.uk' of 'https://www.Acme.co.uk/x'), in
 * lower case; the host itself where there is none (an intranet name); null for what has no host.
 */
export function registrableDomain(value: string): string | null {
  if (value.length > LONGEST) return null;
  const text = value.trim().replace(/^[^/@\s]*@/, '');
  // Private suffixes count: a.github.io and b.github.io are two owners.
  const domain = getDomain(text, { allowPrivateDomains: true }) ?? getHostname(text);
  return domain ? domainToASCII(domain) || domain.toLowerCase() : null;
}
