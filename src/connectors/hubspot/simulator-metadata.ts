import type { z } from 'zod';
import { limitOf, pageOf } from '../../simulator/paging.ts';
import { type Call, type Route, route } from '../../simulator/router.ts';
import { isoTime } from '../../simulator/sim-clock.ts';
import { emptyReply, jsonReply } from '../../simulator/sim-reply.ts';
import { invalid, notFound } from './simulator-error.ts';
import { bodyOf, pipelineInput, schemaInput, stageInput } from './simulator-input.ts';
import {
  addCustomObject,
  type Owner,
  objectOf,
  type Pipeline,
  type PipelineStage,
  type Portal,
  type PortalObject,
  portalId,
} from './simulator-portal.ts';
import { property } from './simulator-property.ts';
import { shownProperty } from './simulator-property-routes.ts';

/** Owners on a page. */
const ownerPage = { usual: 100, most: 500 };

/** Endpoints that tell about the account: pipelines, owners, schemas, limits, details. */
export function metadataRoutes(portal: Portal): Route[] {
  return [...pipelineRoutes(portal), ...ownerRoutes(portal), ...schemaRoutes(portal), ...accountRoutes()];
}

function pipelineRoutes(portal: Portal): Route[] {
  const base = '/crm/v3/pipelines/{object}';
  const all = (call: Call) => portal.pipelines.get(objectOf(portal, call.params.object ?? '').name) ?? [];
  const one = (call: Call) => {
    const pipeline = all(call).find(({ id }) => id === call.params.pipeline);
    if (!pipeline) throw notFound('Pipeline does not exist');
    return pipeline;
  };
  return [
    route('GET', base, (call) => jsonReply(200, { results: all(call).map((each) => shownPipeline(portal, each)) })),
    route('GET', `${base}/{pipeline}`, (call) => jsonReply(200, shownPipeline(portal, one(call)))),
    route('GET', `${base}/{pipeline}/stages`, (call) =>
      jsonReply(200, { results: shownPipeline(portal, one(call)).stages }),
    ),
    route('POST', base, (call) => {
      const { label, displayOrder, stages } = bodyOf(call.request, pipelineInput);
      const id = idFor(label);
      const pipeline = { id, label, displayOrder, stages: stages.map((stage) => newStage(stage, id)) };
      const name = objectOf(portal, call.params.object ?? '').name;
      portal.pipelines.set(name, [...all(call), pipeline]);
      return jsonReply(201, shownPipeline(portal, pipeline));
    }),
    route('POST', `${base}/{pipeline}/stages`, (call) => {
      const stage = newStage(bodyOf(call.request, stageInput), one(call).id);
      one(call).stages.push(stage);
      return jsonReply(201, shownStage(portal, stage));
    }),
    route('DELETE', `${base}/{pipeline}/stages/{stage}`, (call) => {
      const pipeline = one(call);
      pipeline.stages = pipeline.stages.filter(({ id }) => id !== call.params.stage);
      return emptyReply();
    }),
  ];
}

function newStage(stage: z.output<typeof stageInput>, pipelineId: string): PipelineStage {
  return { ...stage, id: `${pipelineId}-${idFor(stage.label)}` };
}

function idFor(label: string): string {
  return label.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function shownPipeline(portal: Portal, pipeline: Pipeline): Pipeline {
  const stages = pipeline.stages.map((stage) => shownStage(portal, stage));
  return { ...pipeline, stages, ...definitionStamps(portal) };
}

function shownStage(portal: Portal, stage: PipelineStage): PipelineStage {
  return { ...stage, ...definitionStamps(portal), ...{ writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT' } };
}

function definitionStamps(portal: Portal): { createdAt: string; updatedAt: string; archived: boolean } {
  return { createdAt: isoTime(portal.bornAt), updatedAt: isoTime(portal.bornAt), archived: false };
}

function ownerRoutes(portal: Portal): Route[] {
  const base = '/crm/v3/owners';
  const stamps = definitionStamps(portal);
  const shown = (owner: Owner) => ({
    ...stamps,
    type: 'PERSON',
    ...owner,
    userIdIncludingInactive: owner.userId,
    teams: [],
  });
  return [
    route('GET', base, ({ request: { query } }) => {
      const limit = limitOf(query.get('limit'), ownerPage);
      if (limit === undefined) throw invalid(`The maximum value for limit is ${ownerPage.most}`);
      const [wantArchived, email] = [query.get('archived') === 'true', query.get('email')];
      const owners = portal.owners.filter((one) => one.archived === wantArchived && (!email || one.email === email));
      const { items, next } = pageOf(owners, Number(query.get('after') ?? 0), limit);
      const paging = next === undefined ? {} : { paging: { next: { after: String(next) } } };
      return jsonReply(200, { results: items.map(shown), ...paging });
    }),
    route('GET', `${base}/{owner}`, ({ request: { query }, params }) => {
      const byUser = query.get('idProperty') === 'userId';
      const owner = portal.owners.find((one) => String(byUser ? one.userId : one.id) === params.owner);
      if (!owner) throw notFound('resource not found');
      return jsonReply(200, shown(owner));
    }),
  ];
}

function schemaRoutes(portal: Portal): Route[] {
  const custom = () => [...portal.objects.values()].filter(({ name }) => name.startsWith('2-'));
  const routesAt = (base: string) => [
    route('GET', base, () => jsonReply(200, { results: custom().map((object) => shownSchema(portal, object)) })),
    route('GET', `${base}/{object}`, ({ params }) =>
      jsonReply(200, shownSchema(portal, objectOf(portal, params.object ?? ''))),
    ),
    route('POST', base, ({ request }) =>
      jsonReply(201, shownSchema(portal, schemaMade(portal, bodyOf(request, schemaInput)))),
    ),
  ];
  return [...routesAt('/crm-object-schemas/v3/schemas'), ...routesAt('/crm/v3/schemas')];
}

function schemaMade(portal: Portal, sent: z.output<typeof schemaInput>): PortalObject {
  const { name, labels, properties, requiredProperties, primaryDisplayProperty } = sent;
  if ([...portal.objects.values()].some(({ singular }) => singular === name)) throw invalid(`${name} already exists`);
  return addCustomObject(portal, {
    name,
    labels: labels ?? { singular: name, plural: `${name}s` },
    properties: properties.map((one) => property(one.name, one.label, { ...one, hubspotDefined: false })),
    required: requiredProperties,
    primaryProperty: primaryDisplayProperty ?? properties[0]?.name ?? 'hs_object_id',
  });
}

function shownSchema(portal: Portal, object: PortalObject): object {
  return {
    id: object.typeId.slice(2),
    objectTypeId: object.typeId,
    fullyQualifiedName: object.name.startsWith('2-')
      ? `p${portal.id}_${object.singular}`
      : object.singular.toUpperCase(),
    name: object.singular,
    labels: object.labels,
    requiredProperties: object.required,
    searchableProperties: [],
    primaryDisplayProperty: object.primaryProperty,
    secondaryDisplayProperties: [],
    properties: [...object.properties.values()].map((one) => shownProperty(portal, one)),
    associations: portal.book.types
      .filter(({ from }) => from === object.name)
      .map(({ type, name, from, to }) => ({
        id: String(type),
        name,
        fromObjectTypeId: objectOf(portal, from).typeId,
        toObjectTypeId: objectOf(portal, to).typeId,
      })),
    ...definitionStamps(portal),
  };
}

function accountRoutes(): Route[] {
  return [
    route('GET', '/account-info/v3/details', () =>
      jsonReply(200, {
        portalId,
        accountType: 'STANDARD',
        timeZone: 'Europe/Berlin',
        companyCurrency: 'EUR',
        additionalCurrencies: ['USD', 'GBP', 'CHF'],
        utcOffset: '+01:00',
        utcOffsetMilliseconds: 3_600_000,
        uiDomain: 'app.hubspot.com',
        dataHostingLocation: 'na1',
      }),
    ),
  ];
}
