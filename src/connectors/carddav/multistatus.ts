import { Failure } from '../../connector/failure.ts';
import { childOf, childrenOf, type Element, parseXml } from './xml.ts';

/** A 207 answer (RFC 4918 §13). */
export interface Multistatus {
  resources: Resource[];
  /** RFC 6578: the token after a sync-collection report. */
  syncToken?: string;
}

/** What a 207 answer says of one resource. */
export interface Resource {
  /** As the server wrote it. */
  href: string;
  /** The status of the resource as a whole, where there is one (404 for a removed member, 507 for a list cut short). */
  status?: number;
  /** The properties that it has, by `{namespace}name`. */
  properties: Map<string, Element>;
}

/** Reads a 207 answer. Throws `Failure` 'broken' for anything else: half an answer must not pass for a whole one. */
export function readMultistatus(text: string): Multistatus {
  const root = parseXml(text);
  if (root?.name !== '{DAV:}multistatus') {
    throw new Failure('broken', 'the address book answered with something that is not a whole WebDAV answer');
  }
  const syncToken = childOf(root, '{DAV:}sync-token')?.text.trim();
  return { resources: childrenOf(root, '{DAV:}response').flatMap(resourcesOf), ...(syncToken ? { syncToken } : {}) };
}

/** The names of the conditions that an error names (`{DAV:}valid-sync-token`), with the first address it holds. */
export function readError(text: string): { conditions: string[]; href?: string } {
  const root = parseXml(text);
  if (root?.name !== '{DAV:}error') return { conditions: [] };
  const href = root.children.flatMap((child) => childrenOf(child, '{DAV:}href'))[0]?.text.trim();
  return { conditions: root.children.map((child) => child.name), href };
}

/** A response may name several resources that share a status. */
function resourcesOf(response: Element): Resource[] {
  const status = statusOf(response);
  const found = childrenOf(response, '{DAV:}propstat').filter((part) => (statusOf(part) ?? okStatus) === okStatus);
  const properties = found.flatMap((part) => childOf(part, '{DAV:}prop')?.children ?? []);
  return childrenOf(response, '{DAV:}href').map((href) => ({
    href: href.text.trim(),
    ...(status === undefined ? {} : { status }),
    properties: new Map(properties.map((property) => [property.name, property])),
  }));
}

const okStatus = 200;

function statusOf(element: Element): number | undefined {
  const status = /^HTTP\/\S+\s+(\d{3})/.exec(childOf(element, '{DAV:}status')?.text.trim() ?? '')?.[1];
  return status === undefined ? undefined : Number(status);
}
