import type { Session } from '../../connector/session.ts';
import { type CrmObject, plain } from './connector-object.ts';
import { standardObjects } from './connector-objects.ts';
import { pathsOf } from './connector-paths.ts';

/** None where the account has no custom objects, or no right to see them. */
export async function customObjects(s: Session): Promise<CrmObject[]> {
  const reply = await s.request({ method: 'GET', url: pathsOf(s.settings).schemas, accept: [400, 403, 404] });
  if (reply.status >= 400) return [];
  const own = reply.json<{ results: Schema[] }>().results.filter((schema) => !schema.archived);
  return own.map((schema) => customObject(schema, own));
}

/** What HubSpot says of a custom object: the part of the client's `ObjectSchema` that matters here. */
interface Schema {
  name: string;
  objectTypeId: string;
  labels?: { singular?: string; plural?: string };
  requiredProperties?: string[];
  primaryDisplayProperty?: string;
  archived?: boolean;
  associations?: { fromObjectTypeId: string; toObjectTypeId: string }[];
}

function customObject(schema: Schema, own: Schema[]): CrmObject {
  const isTaken = standardObjects.some((object) => object.name === schema.name);
  const nameOf = (typeId: string) =>
    standardObjects.find((one) => one.typeId === typeId) ?? own.find((one) => one.objectTypeId === typeId);
  const fars = new Set(
    schema.associations?.filter((one) => one.fromObjectTypeId === schema.objectTypeId).map((one) => one.toObjectTypeId),
  );
  const associations = [...fars].flatMap((typeId) => {
    const far = nameOf(typeId);
    if (!far) return [];
    return [
      plain(
        far.name,
        'path' in far ? far.label : (far.labels?.plural ?? far.name),
        undefined,
        'path' in far ? far.path : typeId,
      ),
    ];
  });
  return {
    name: isTaken ? `custom_${schema.name}` : schema.name,
    label: schema.labels?.plural ?? schema.name,
    path: schema.objectTypeId,
    typeId: schema.objectTypeId,
    modified: 'hs_lastmodifieddate',
    keys: schema.primaryDisplayProperty ? [schema.primaryDisplayProperty] : [],
    required: schema.requiredProperties ?? [],
    roles: {},
    pipeline: { pipeline: 'hs_pipeline', stage: 'hs_pipeline_stage' },
    associations,
  };
}
