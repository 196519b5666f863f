import type { Association, Meaning } from '../../model/field.ts';

/** One of HubSpot's object types, as this connector knows it. */
export interface CrmObject {
  /** The key in files; for custom objects their schema's name. */
  name: string;
  label: string;
  /** What stands for it in addresses: the same name, or the type id of a custom object. */
  path: string;
  /** Its type id, as webhooks name it. */
  typeId: string;
  means?: Meaning;
  /** The property with the time of the last change: contacts are older than the convention. */
  modified: 'lastmodifieddate' | 'hs_lastmodifieddate';
  keys: string[];
  /** Properties that a new record must have. */
  required: string[];
  /** Roles of properties. */
  roles: Record<string, string>;
  /** The properties that hold a pipeline and a stage of it. */
  pipeline?: { pipeline: string; stage: string };
  associations: CrmAssociation[];
}

/** An association, and how HubSpot keeps it. */
export interface CrmAssociation extends Association {
  /** The far object in addresses. */
  far: string;
  kept:
    | { by: 'plain' }
    /** One label among those a pair may carry. `listed`: what v3 lists call it. */
    | { by: 'label'; category: 'HUBSPOT_DEFINED' | 'USER_DEFINED'; typeId: number; listed?: string }
    /** Not an association at all but a property with the far record's id. */
    | { by: 'property'; property: string };
}

/** An association without a label to any number of far records. */
export function plain(name: string, label: string, means?: string, far = name): CrmAssociation {
  const base = { name, label, to: name, many: 'many', writable: 'always', far, kept: { by: 'plain' } } as const;
  return means ? { ...base, means } : base;
}

/** The one company that HubSpot calls primary. */
export function primaryCompany(from: 'contact' | 'deal', means: string): CrmAssociation {
  return {
    // Contacts have a property 'company', a text of their own.
    name: 'primary_company',
    alias: 'company',
    label: 'Primary company',
    to: 'companies',
    many: 'one',
    writable: 'always',
    means,
    kind: 'primary',
    far: 'companies',
    kept: {
      by: 'label',
      category: 'HUBSPOT_DEFINED',
      typeId: from === 'contact' ? 1 : 5,
      listed: `${from}_to_company`,
    },
  };
}

/** An association of the account's own label. */
export function labelled(to: CrmObject, label: string, typeId: number): CrmAssociation {
  return {
    name: `${to.name}/${label}`,
    label: `${to.label}: ${label}`,
    to: to.name,
    many: 'many',
    writable: 'always',
    kind: label,
    far: to.path,
    kept: { by: 'label', category: 'USER_DEFINED', typeId },
  };
}
