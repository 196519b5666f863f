import type { Session } from '../../connector/session.ts';

/** An address of the REST API, in the version that the account's settings name. */
export function dataPath(s: Session, path: string): string {
  return `/services/data/v${versionOf(s)}${path}`;
}

/** An address of the partner SOAP API. */
export function soapPath(s: Session): string {
  return `/services/Soap/u/${versionOf(s)}`;
}

function versionOf(s: Session): string {
  const number = Number.parseInt(String(s.settings.apiVersion ?? '').replace(/^v/, ''), 10);
  return `${Number.isNaN(number) ? defaultVersion : number}.0`;
}

/** Winter '25: collections, Bulk 2.0 queries and the objects of this connector are all older. */
export const defaultVersion = 62;
