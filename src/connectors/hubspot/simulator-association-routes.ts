import { z } from 'zod';
import type { End } from '../../simulator/edge-store.ts';
import { limitOf, pageOf, stateOf, tokenOf } from '../../simulator/paging.ts';
import { type Call, type Route, route } from '../../simulator/router.ts';
import { emptyReply, jsonReply, type SimReply } from '../../simulator/sim-reply.ts';
import { addType, plainType, typesBetween } from './simulator-association-book.ts';
import { batchReply, type ItemError, itemError, times } from './simulator-batch-reply.ts';
import { associate, associateBy, dissociate, liveEdges } from './simulator-edges.ts';
import { invalid } from './simulator-error.ts';
import {
  associationSpec,
  batchOf,
  bodyOf,
  edgeArchiveItem,
  edgeItem,
  edgeReadItem,
  labelInput,
  limitItem,
} from './simulator-input.ts';
import { objectOf, type Portal, type PortalObject } from './simulator-portal.ts';

/** Inputs of one batch call (changelogs of 2024 and 2025). */
const associationBatchMost = { read: 1000, write: 2000 };

/** Inputs of one batch call that sets limits. */
const limitBatchMost = 100;

/** Associations of one record on a page. */
const associationPage = { usual: 500, most: 500 };

/** Endpoints of associations v4: single, batch, labels, limits. */
export function associationRoutes(portal: Portal): Route[] {
  const pairBase = '/crm/v4/associations/{from}/{to}';
  return [
    route('POST', `${pairBase}/batch/read`, (call) => batchRead(portal, call)),
    route('POST', `${pairBase}/batch/create`, (call) => batchCreate(portal, call)),
    route('POST', `${pairBase}/batch/associate/default`, (call) => batchDefault(portal, call)),
    route('POST', `${pairBase}/batch/archive`, (call) => batchArchive(portal, call)),
    route('POST', `${pairBase}/batch/labels/archive`, (call) => batchArchiveLabels(portal, call)),
    ...singleRoutes(portal),
    ...schemaRoutes(portal, pairBase),
  ];
}

function singleRoutes(portal: Portal): Route[] {
  const base = '/crm/v4/objects/{from}/{id}/associations';
  const ends = (call: Call): [End, End] => {
    const { from, to } = endsOf(portal, call);
    return [
      { object: from.name, id: call.params.id ?? '' },
      { object: to.name, id: call.params.toId ?? '' },
    ];
  };
  return [
    route('GET', `${base}/{to}`, (call) => {
      const [near, far] = ends(call);
      const limit = limitOf(call.request.query.get('limit'), associationPage) ?? associationPage.most;
      const { results, next } = edgePage(portal, near, far.object, call.request.query.get('after'), limit);
      return jsonReply(200, { results, ...(next === undefined ? {} : { paging: { next: { after: next } } }) });
    }),
    route('PUT', `${base}/default/{to}/{toId}`, (call) => {
      const [near, far] = ends(call);
      return jsonReply(200, { status: 'COMPLETE', results: associatedByDefault(portal, near, far), ...times(portal) });
    }),
    route('PUT', `${base}/{to}/{toId}`, (call) => {
      const [near, far] = ends(call);
      associate(portal, near, far.id, bodyOf(call.request, z.array(associationSpec)), portal.app);
      return jsonReply(201, labelsBetween(portal, near, far));
    }),
    route('DELETE', `${base}/{to}/{toId}`, (call) => {
      dissociate(portal, ...ends(call), 'all', portal.app);
      return emptyReply();
    }),
  ];
}

function schemaRoutes(portal: Portal, pairBase: string): Route[] {
  const limitBase = '/crm/v4/associations/definitions/configurations/{from}/{to}';
  const types = (call: Call) => {
    const { from, to } = endsOf(portal, call);
    plainType(portal.book, from.name, to.name);
    return typesBetween(portal.book, from.name, to.name);
  };
  const shown = (call: Call) => types(call).map(({ category, type, label }) => ({ category, typeId: type, label }));
  return [
    route('GET', `${pairBase}/labels`, (call) => jsonReply(200, { results: shown(call) })),
    route('POST', `${pairBase}/labels`, (call) => {
      const { from, to } = endsOf(portal, call);
      const { label, inverseLabel } = bodyOf(call.request, labelInput);
      const { type, inverse } = addType(portal.book, from.name, to.name, label, inverseLabel ?? label);
      const category = 'USER_DEFINED';
      return jsonReply(200, {
        results: [
          { category, typeId: type, label },
          { category, typeId: inverse, label: inverseLabel ?? label },
        ],
      });
    }),
    route('GET', limitBase, (call) => {
      const results = types(call).map(({ category, type, label }) => ({
        category,
        typeId: type,
        label,
        userEnforcedMaxToObjectIds: portal.book.limits.get(type),
      }));
      return jsonReply(200, { results });
    }),
    route('POST', `${limitBase}/batch/create`, (call) => {
      const inputs = batchOf(call.request, limitItem, limitBatchMost);
      for (const { typeId, maxToObjectIds } of inputs) portal.book.limits.set(typeId, maxToObjectIds ?? Infinity);
      const results = inputs.map(({ maxToObjectIds, ...one }) => ({
        ...one,
        userEnforcedMaxToObjectIds: maxToObjectIds,
      }));
      return jsonReply(200, { status: 'COMPLETE', results, ...times(portal) });
    }),
    route('POST', `${limitBase}/batch/purge`, (call) => {
      for (const { typeId } of batchOf(call.request, limitItem, limitBatchMost)) portal.book.limits.delete(typeId);
      return emptyReply();
    }),
  ];
}

function batchRead(portal: Portal, call: Call): SimReply {
  const { from, to } = endsOf(portal, call);
  const errors: ItemError[] = [];
  const results = batchOf(call.request, edgeReadItem, associationBatchMost.read).flatMap(({ id, after }) => {
    const near = { object: from.name, id };
    const page = edgePage(portal, near, to.name, after ?? null, associationPage.most);
    if (page.results.length > 0) {
      return [
        { from: { id: near.id }, to: page.results, ...(page.next ? { paging: { next: { after: page.next } } } : {}) },
      ];
    }
    errors.push({
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
      message: `No ${to.singular} is associated with ${from.singular} ${near.id}.`,
      context: { fromObjectId: [near.id], fromObjectType: [from.singular], toObjectType: [to.singular] },
    });
    return [];
  });
  return batchReply(portal, 200, results, errors);
}

function batchCreate(portal: Portal, call: Call): SimReply {
  return eachEdge(portal, call, 201, (near, far, types) => {
    if (types.length > 0) associate(portal, near, far.id, types, portal.app);
    else associatedByDefault(portal, near, far);
    return [labelsBetween(portal, near, far)];
  });
}

function batchDefault(portal: Portal, call: Call): SimReply {
  return eachEdge(portal, call, 200, (near, far) => associatedByDefault(portal, near, far));
}

function batchArchive(portal: Portal, call: Call): SimReply {
  const { from, to } = endsOf(portal, call);
  for (const input of batchOf(call.request, edgeArchiveItem, associationBatchMost.write)) {
    const near = { object: from.name, id: input.from.id };
    for (const { id } of input.to) dissociate(portal, near, { object: to.name, id }, 'all', portal.app);
  }
  return emptyReply();
}

function batchArchiveLabels(portal: Portal, call: Call): SimReply {
  eachEdge(portal, call, 200, (near, far, types) => {
    for (const { associationTypeId } of types) dissociate(portal, near, far, associationTypeId, portal.app);
    return [];
  });
  return emptyReply();
}

type Act = (near: End, far: End, types: z.output<typeof associationSpec>[]) => object[];

function eachEdge(portal: Portal, call: Call, status: number, act: Act): SimReply {
  const { from, to } = endsOf(portal, call);
  const errors: ItemError[] = [];
  const results = batchOf(call.request, edgeItem, associationBatchMost.write).flatMap((input) => {
    try {
      const [near, far] = [
        { object: from.name, id: input.from.id },
        { object: to.name, id: input.to.id },
      ] as const;
      return act(near, far, input.types ?? []);
    } catch (error) {
      errors.push(itemError(error, portal, {}));
      return [];
    }
  });
  return batchReply(portal, status, results, errors);
}

function associatedByDefault(portal: Portal, near: End, far: End): object[] {
  const plain = plainType(portal.book, near.object, far.object);
  if (!plain) throw invalid(`${near.object} and ${far.object} cannot be associated`);
  associateBy(portal, near, far, [plain], portal.app);
  const spec = (type: number) => ({ associationCategory: plain.category, associationTypeId: type });
  return [
    { from: { id: near.id }, to: { id: far.id }, associationSpec: spec(plain.type) },
    { from: { id: far.id }, to: { id: near.id }, associationSpec: spec(plain.inverse) },
  ];
}

function edgePage(
  portal: Portal,
  near: End,
  toObject: string,
  after: string | null,
  limit: number,
): { results: object[]; next?: string } {
  const edges = [...liveEdges(portal, near, toObject)].sort(([a], [b]) => Number(a) - Number(b));
  const position = after === null ? 0 : Number(stateOf(after) ?? 0);
  const { items, next } = pageOf(edges, position, limit);
  const types = typesBetween(portal.book, near.object, toObject);
  const results = items.map(([id, held]) => ({
    // v4 writes far ids as numbers (seen in replies of 2026).
    toObjectId: Number(id),
    associationTypes: types
      .filter(({ type }) => held.has(type))
      .map(({ category, type, label }) => ({ category, typeId: type, label })),
  }));
  return { results, ...(next === undefined ? {} : { next: tokenOf(next) }) };
}

function labelsBetween(portal: Portal, near: End, far: End): object {
  const held = liveEdges(portal, near, far.object).get(far.id);
  const labels = typesBetween(portal.book, near.object, far.object)
    .filter(({ type, label }) => held?.has(type) && label !== null)
    .map(({ label }) => label);
  return {
    fromObjectTypeId: objectOf(portal, near.object).typeId,
    fromObjectId: Number(near.id),
    toObjectTypeId: objectOf(portal, far.object).typeId,
    toObjectId: Number(far.id),
    labels,
  };
}

function endsOf(portal: Portal, { params }: Call): { from: PortalObject; to: PortalObject } {
  return { from: objectOf(portal, params.from ?? ''), to: objectOf(portal, params.to ?? '') };
}
