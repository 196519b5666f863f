import { isoTime } from '../../simulator/sim-clock.ts';
import type { SimRecord } from '../../simulator/sim-record.ts';
import type { Portal, PortalObject } from './simulator-portal.ts';

/** A record as the API shows it. */
export interface ShownRecord {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, { value: string; timestamp: string; sourceType: string; sourceId: string }[]>;
  createdAt: string;
  updatedAt: string;
  archived: boolean;
  archivedAt?: string;
  url: string;
  objectWriteTraceId?: string;
}

/** Which properties a record shows: those named (unknown names are passed over), its usual ones, or all that are set. */
export type Wanted = { named: string[]; history?: string[] } | 'usual' | 'all set';

/** A record in the API's form. Its id and its two time stamps come always. */
export function shownRecord(portal: Portal, object: PortalObject, record: SimRecord, wanted: Wanted): ShownRecord {
  const always = [object.created, object.modified, 'hs_object_id'];
  const names = wanted === 'usual' ? object.shown : wanted === 'all set' ? setNames(record) : wanted.named;
  const properties: ShownRecord['properties'] = {};
  for (const name of new Set([...names, ...always])) {
    if (!object.properties.has(name)) continue;
    const value = shownValue(portal, object, record, name);
    if (value !== null || wanted !== 'all set') properties[name] = value;
  }
  const history = typeof wanted === 'object' && wanted.history?.length ? wanted.history : undefined;
  return {
    id: record.id,
    properties,
    ...(history ? { propertiesWithHistory: historyOf(portal, object, record, history) } : {}),
    createdAt: isoTime(record.createdAt),
    updatedAt: isoTime(record.updatedAt),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined ? {} : { archivedAt: isoTime(record.archivedAt) }),
    url: `https://app.hubspot.com/contacts/${portal.id}/record/${object.typeId}/${record.id}`,
  };
}

/** The value of a property, stored or computed; null when there is none. */
export function shownValue(portal: Portal, object: PortalObject, record: SimRecord, name: string): string | null {
  const stored = record.values[name];
  if (stored !== undefined) return String(stored);
  switch (name) {
    case 'hs_object_id':
    case 'hs_ticket_id':
      return record.id;
    case object.created:
      return isoTime(record.createdAt);
    case object.modified:
      return isoTime(record.updatedAt);
    case 'hs_merged_object_ids':
      return record.mergedIds.length > 0 ? record.mergedIds.join(';') : null;
    default:
      return name.startsWith('hs_object_source') ? sourceOf(record, name) : computedOf(portal, object, record, name);
  }
}

/** Where a record came from: an integration's number or a person's. */
function sourceOf({ createdBy }: SimRecord, name: string): string | null {
  const isApp = createdBy.kind === 'integration';
  switch (name) {
    case 'hs_object_source':
    case 'hs_object_source_label':
      return isApp ? 'INTEGRATION' : 'CRM_UI';
    case 'hs_object_source_id':
      return isApp ? createdBy.id : `userId:${createdBy.id}`;
    default:
      return isApp ? null : createdBy.id;
  }
}

function computedOf(portal: Portal, object: PortalObject, record: SimRecord, name: string): string | null {
  const { values } = record;
  switch (name) {
    case 'hs_email_domain':
      return values.email === undefined ? null : (String(values.email).split('@')[1] ?? null);
    case 'hs_full_name_or_email':
      return [values.firstname, values.lastname].filter(Boolean).join(' ') || String(values.email ?? '') || null;
    case 'hs_all_contact_vids':
      return [record.id, ...record.mergedIds].join(';');
    case 'associatedcompanyid':
      return primaryCompanyOf(portal, record.id);
    case 'hs_is_closed':
      return stageOf(portal, record)?.metadata.isClosed ?? null;
    case 'amount':
      return object.name === 'line_items' ? lineAmount(record) : null;
    default:
      return null;
  }
}

/** Type 1 is contact to primary company. */
function primaryCompanyOf(portal: Portal, contactId: string): string | null {
  for (const [id, types] of portal.edges.of({ object: 'contacts', id: contactId }, 'companies')) {
    if (types.has(1)) return id;
  }
  return null;
}

function stageOf(portal: Portal, { values }: SimRecord): { metadata: Record<string, string> } | undefined {
  const pipeline = portal.pipelines.get('deals')?.find(({ id }) => id === values.pipeline);
  return pipeline?.stages.find(({ id }) => id === values.dealstage);
}

function lineAmount({ values }: SimRecord): string | null {
  if (values.price === undefined || values.quantity === undefined) return null;
  return String(Number(values.price) * Number(values.quantity));
}

/** Names of what is set, and of what a create's answer tells besides. */
function setNames(record: SimRecord): string[] {
  return [
    ...Object.keys(record.values),
    'hs_object_source',
    'hs_object_source_id',
    'hs_object_source_label',
    'hs_merged_object_ids',
    'hs_email_domain',
    'hs_full_name_or_email',
    'hs_all_contact_vids',
    'hs_is_closed',
  ];
}

/** The present value of each: what a record was before is not kept. */
function historyOf(
  portal: Portal,
  object: PortalObject,
  record: SimRecord,
  names: string[],
): ShownRecord['propertiesWithHistory'] {
  const known = names.filter((name) => object.properties.has(name));
  return Object.fromEntries(
    known.map((name) => {
      const value = shownValue(portal, object, record, name);
      const sourceType = record.updatedBy.kind === 'integration' ? 'INTEGRATION' : 'CRM_UI';
      const entry = {
        value: value ?? '',
        timestamp: isoTime(record.updatedAt),
        sourceType,
        sourceId: record.updatedBy.id,
      };
      return [name, value === null ? [] : [entry]];
    }),
  );
}
