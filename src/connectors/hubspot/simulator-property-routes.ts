import type { z } from 'zod';
import { type Call, type Route, route } from '../../simulator/router.ts';
import { isoTime } from '../../simulator/sim-clock.ts';
import { emptyReply, jsonReply } from '../../simulator/sim-reply.ts';
import { batchReply, type ItemError, itemError } from './simulator-batch-reply.ts';
import { HubSpotError, invalid, notFound } from './simulator-error.ts';
import { batchOf, bodyOf, groupInput, propertyChange, propertyInput, propertyNameItem } from './simulator-input.ts';
import { objectOf, type Portal, type PortalObject, setProperty } from './simulator-portal.ts';
import { type Property, property } from './simulator-property.ts';

/** Unique properties an object type may have, HubSpot's own not counted. */
const uniqueMost = 10;

/** Inputs of one batch call of definitions. */
const propertyBatchMost = 100;

/** Endpoints of property definitions. */
export function propertyRoutes(portal: Portal): Route[] {
  const base = '/crm/v3/properties/{object}';
  const at = (call: Call) => objectOf(portal, call.params.object ?? '');
  return [
    route('GET', base, (call) => {
      const wantArchived = call.request.query.get('archived') === 'true';
      const all = wantArchived ? at(call).archivedProperties : at(call).properties;
      return jsonReply(200, { results: [...all.values()].map((one) => shownProperty(portal, one)) });
    }),
    route('POST', base, (call) => {
      const made = makeProperty(portal, at(call), bodyOf(call.request, propertyInput));
      return jsonReply(201, shownProperty(portal, made));
    }),
    route('GET', `${base}/groups`, () => jsonReply(200, { results: groups })),
    route('POST', `${base}/groups`, ({ request }) =>
      jsonReply(201, { archived: false, displayOrder: -1, ...bodyOf(request, groupInput) }),
    ),
    route('GET', `${base}/{name}`, (call) => jsonReply(200, shownProperty(portal, found(at(call), call.params.name)))),
    route('PATCH', `${base}/{name}`, (call) => {
      const changed = changeProperty(portal, at(call), call.params.name, bodyOf(call.request, propertyChange));
      return jsonReply(200, shownProperty(portal, changed));
    }),
    route('DELETE', `${base}/{name}`, (call) => {
      archiveProperty(at(call), call.params.name);
      return emptyReply();
    }),
    ...batchRoutes(portal, `${base}/batch`),
  ];
}

function batchRoutes(portal: Portal, base: string): Route[] {
  const each = <Item extends z.ZodObject<{ name: z.ZodString }>>(
    call: Call,
    item: Item,
    status: number,
    act: (object: PortalObject, input: z.output<Item>) => Property | undefined,
  ) => {
    const object = objectOf(portal, call.params.object ?? '');
    const errors: ItemError[] = [];
    const results = batchOf(call.request, item, propertyBatchMost).flatMap((input) => {
      try {
        const result = act(object, input);
        return result ? [shownProperty(portal, result)] : [];
      } catch (error) {
        errors.push(itemError(error, portal, { name: [input.name] }));
        return [];
      }
    });
    return batchReply(portal, status, results, errors);
  };
  return [
    route('POST', `${base}/read`, (call) =>
      each(call, propertyNameItem, 200, (object, { name }) => found(object, name)),
    ),
    route('POST', `${base}/create`, (call) =>
      each(call, propertyInput, 201, (object, input) => makeProperty(portal, object, input)),
    ),
    route('POST', `${base}/archive`, (call) => {
      each(call, propertyNameItem, 200, (object, { name }) => archiveProperty(object, name));
      return emptyReply();
    }),
  ];
}

/** A definition with its time stamps. */
export function shownProperty(portal: Portal, one: Property): Property {
  const at = isoTime(portal.bornAt);
  return { createdAt: at, updatedAt: at, archived: false, ...one };
}

function makeProperty(portal: Portal, object: PortalObject, sent: z.output<typeof propertyInput>): Property {
  const { name, label } = sent;
  if (object.properties.has(name)) {
    throw new HubSpotError(409, { message: `A property named '${name}' already exists.`, category: 'CONFLICT' });
  }
  if (sent.hasUniqueValue) {
    const own = [...object.properties.values()].filter((one) => one.hasUniqueValue && !one.hubspotDefined);
    if (own.length >= uniqueMost) throw invalid(`An object type has at most ${uniqueMost} unique properties`);
  }
  const at = isoTime(portal.ground.store.stamp());
  const made = property(name, label, {
    ...sent,
    hubspotDefined: false,
    modificationMetadata: {
      archivable: true,
      readOnlyDefinition: false,
      readOnlyValue: sent.fieldType === 'calculation_equation',
    },
    calculated: sent.fieldType === 'calculation_equation',
    createdAt: at,
    updatedAt: at,
  });
  setProperty(object, made);
  object.archivedProperties.delete(name);
  return made;
}

function changeProperty(
  portal: Portal,
  object: PortalObject,
  name: string | undefined,
  sent: z.output<typeof propertyChange>,
): Property {
  const before = found(object, name);
  if (before.hubspotDefined && !sent.options) throw invalid(`${before.name} is defined by HubSpot and read only`);
  const updatedAt = isoTime(portal.ground.store.stamp());
  const changed = { ...before, ...sent, name: before.name, hasUniqueValue: before.hasUniqueValue, updatedAt };
  setProperty(object, changed);
  return changed;
}

function archiveProperty(object: PortalObject, name: string | undefined): undefined {
  const one = found(object, name);
  if (one.hubspotDefined) throw invalid(`${one.name} is defined by HubSpot and cannot be archived`);
  object.properties.delete(one.name);
  object.archivedProperties.set(one.name, { ...one, archived: true });
  object.table.setRule(one.name, undefined);
}

function found(object: PortalObject, name: string | undefined): Property {
  const one = object.properties.get(name ?? '');
  if (!one) throw notFound(`Property ${name} does not exist`);
  return one;
}

const groups = [{ name: 'information', label: 'Information', displayOrder: 0, archived: false }];
