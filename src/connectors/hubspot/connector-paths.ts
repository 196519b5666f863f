/** HubSpot's addresses, for its numbered versions (v3 objects, v4 associations) and its dated ones ('2026-09'). */
export interface Paths {
  objects(type: string): string;
  properties(type: string): string;
  pipelines(type: string): string;
  associations(from: string, to: string): string;
  owners: string;
  schemas: string;
  account: string;
}

/**
 * Paths for the account's `apiVersion` setting. A dated version moves behind the family's name
 * (developers.hubspot.com, migration guide): /crm/v3/objects/contacts is /crm/objects/2026-09/contacts.
 */
export function pathsOf(settings: Record<string, string>): Paths {
  const version = settings.apiVersion ?? 'v3';
  const isDated = /^\d{4}-\d\d$/.test(version);
  const crm = (family: string) => (isDated ? `/crm/${family}/${version}` : `/crm/${version}/${family}`);
  const associations = isDated ? `/crm/associations/${version}` : '/crm/v4/associations';
  return {
    objects: (type) => `${crm('objects')}/${type}`,
    properties: (type) => `${crm('properties')}/${type}`,
    pipelines: (type) => `${crm('pipelines')}/${type}`,
    associations: (from, to) => `${associations}/${from}/${to}`,
    owners: crm('owners'),
    schemas: `/crm-object-schemas/${version}/schemas`,
    account: `/account-info/${version}/details`,
  };
}
