import type { z } from 'zod';
import type { Edges, End } from '../../simulator/edge-store.ts';
import type { Actor } from '../../simulator/sim-record.ts';
import { type AssociationType, plainType, typesBetween } from './simulator-association-book.ts';
import { HubSpotError, invalid, notFound } from './simulator-error.ts';
import type { associationSpec, recordInput } from './simulator-input.ts';
import { objectOf, type Portal } from './simulator-portal.ts';

/** A kind of association as calls name it. */
export type AssociationSpec = z.output<typeof associationSpec>;

/** Associations that come with a new record. */
export type GivenAssociation = NonNullable<z.output<typeof recordInput>['associations']>[number];

/**
 * Associates a record with another by the kinds named; without any by the plain one. The plain kind always comes along;
 * the first company of a contact or a deal becomes its primary one, and a new primary takes the place of the old.
 */
export function associate(
  portal: Portal,
  from: End,
  toId: string,
  specs: AssociationSpec[],
  actor: Actor,
): AssociationType[] {
  const types = specs.map(({ associationTypeId }) => typeNamed(portal, from.object, associationTypeId));
  const toObject = types[0]?.to;
  if (toObject === undefined) throw invalid('At least one association type is needed');
  return associateBy(portal, from, { object: toObject, id: toId }, types, actor);
}

/** The same, with the kinds looked up already. `untouched` leaves every time stamp as it is. */
export function associateBy(
  portal: Portal,
  from: End,
  to: End,
  types: AssociationType[],
  actor: Actor,
  stamps: 'touched' | 'untouched' = 'touched',
): AssociationType[] {
  const ends = { from: liveEnd(portal, from), to: liveEnd(portal, to) };
  const plain = plainType(portal.book, ends.from.object, ends.to.object);
  const wanted = [...(plain ? [plain] : []), ...types, ...firstPrimary(portal, ends.from, ends.to)];
  const primaryBefore = primariesOf(portal, [ends.from, ends.to]);
  for (const type of new Map(wanted.map((one) => [one.type, one])).values()) {
    refuseBeyondLimit(portal, ends.from, ends.to, type);
    replaceSingle(portal, ends.from, ends.to, type, actor);
    portal.edges.add(ends.from, ends.to, type, actor);
  }
  if (stamps === 'touched') touchChanged(portal, primaryBefore, actor);
  return wanted;
}

/** Refuses associations of a record that is about to be made, so that none is made by halves. */
export function refuseBadAssociations(portal: Portal, fromObject: string, given: GivenAssociation[]): void {
  for (const { to, types } of given) {
    if (types.length === 0) throw invalid('At least one association type is needed');
    for (const { associationTypeId } of types) {
      liveEnd(portal, { object: typeNamed(portal, fromObject, associationTypeId).to, id: to.id });
    }
  }
}

/** Takes associations away: one kind, or all between the two. */
export function dissociate(portal: Portal, from: End, to: End, type: number | 'all', actor: Actor): void {
  const ends = [resolved(portal, from), resolved(portal, to)] as const;
  const primaryBefore = primariesOf(portal, ends);
  portal.edges.remove(...ends, type, actor);
  touchChanged(portal, primaryBefore, actor);
}

/** A person associates two records, by a label if there is one. */
export function personAssociates(portal: Portal, from: End, to: End, label: string | undefined, actor: Actor): void {
  const [near, far] = [named(portal, from), named(portal, to)];
  associateBy(portal, near, far, label === undefined ? [] : [labelled(portal, near, far, label)], actor);
}

/** A person takes an association away, or only its label. */
export function personDissociates(portal: Portal, from: End, to: End, label: string | undefined, actor: Actor): void {
  const [near, far] = [named(portal, from), named(portal, to)];
  dissociate(portal, near, far, label === undefined ? 'all' : labelled(portal, near, far, label).type, actor);
}

/** What a live record is associated with, of one object type; archived far records do not show. */
export function liveEdges(portal: Portal, from: End, toObject: string): Edges {
  const { table } = objectOf(portal, toObject);
  const edges = portal.edges.of(resolved(portal, from), toObject);
  return new Map([...edges].filter(([id]) => table.get(id)?.archivedAt === undefined && table.get(id)));
}

/** The `associations` of a record that was asked for with them. */
export function associationsShown(portal: Portal, from: End, names: string[]): Record<string, object> {
  const shown: Record<string, object> = {};
  for (const name of names) {
    const object = objectOf(portal, name);
    const results = [...liveEdges(portal, from, object.name)].flatMap(([id, types]) =>
      typesBetween(portal.book, from.object, object.name)
        .filter(({ type }) => types.has(type))
        .map((type) => ({ id, type: type.name })),
    );
    // Keys are the plural label in lower case (`line items`), of custom objects the qualified name.
    const key = object.name.startsWith('2-') ? `p${portal.id}_${object.singular}` : object.labels.plural.toLowerCase();
    if (results.length > 0) shown[key] = { results };
  }
  return shown;
}

/** After a merge a record may have two primary companies: the first stays. */
export function keepOnePrimary(portal: Portal, from: End, actor: Actor): void {
  const single = portal.book.types.find((one) => one.single && one.from === from.object);
  if (!single) return;
  const primaries = [...portal.edges.of(from, single.to)].filter(([, types]) => types.has(single.type));
  for (const [id] of primaries.slice(1)) portal.edges.remove(from, { object: single.to, id }, single.type, actor);
}

function typeNamed(portal: Portal, from: string, type: number): AssociationType {
  const found = portal.book.types.find((one) => one.type === type && one.from === from);
  if (!found) throw invalid(`${type} is not a valid association type from ${from}`);
  return found;
}

function labelled(portal: Portal, from: End, to: End, label: string): AssociationType {
  const types = typesBetween(portal.book, from.object, to.object);
  const found = types.find((one) => one.label?.toLowerCase() === label.toLowerCase());
  if (!found) throw invalid(`${from.object} and ${to.object} have no association label '${label}'`);
  return found;
}

function named(portal: Portal, { object, id }: End): End {
  return { object: objectOf(portal, object).name, id };
}

function resolved(portal: Portal, { object, id }: End): End {
  return { object, id: objectOf(portal, object).table.get(id)?.id ?? id };
}

function liveEnd(portal: Portal, end: End): End {
  const object = objectOf(portal, end.object);
  const record = object.table.get(end.id);
  if (record?.archivedAt === undefined && record) return { object: object.name, id: record.id };
  throw notFound(`${object.singular} ${end.id} does not exist`, { [`${object.singular}Id`]: [end.id] });
}

function firstPrimary(portal: Portal, from: End, to: End): AssociationType[] {
  const [near, far] = from.object === 'companies' ? [to, from] : [from, to];
  const single = portal.book.types.find((one) => one.single && one.from === near.object && one.to === far.object);
  if (!single || [...portal.edges.of(near, far.object).values()].some((types) => types.has(single.type))) return [];
  return typesBetween(portal.book, from.object, to.object).filter(({ label }) => label === 'Primary');
}

function replaceSingle(portal: Portal, from: End, to: End, type: AssociationType, actor: Actor): void {
  const inverse = portal.book.types.find((one) => one.type === type.inverse && one.from === to.object);
  const [near, far, single] = inverse?.single ? [to, from, inverse] : [from, to, type];
  if (!single.single) return;
  for (const [id, types] of portal.edges.of(near, far.object)) {
    if (id !== far.id && types.has(single.type))
      portal.edges.remove(near, { object: far.object, id }, single.type, actor);
  }
}

function refuseBeyondLimit(portal: Portal, from: End, to: End, { type }: AssociationType): void {
  const most = portal.book.limits.get(type);
  if (most === undefined) return;
  const held = [...portal.edges.of(from, to.object)].filter(([id, types]) => id !== to.id && types.has(type)).length;
  if (held < most) return;
  throw new HubSpotError(400, {
    message: `${from.object} ${from.id} cannot have more than ${most} associations of type ${type}`,
    category: 'VALIDATION_ERROR',
    subCategory: 'crm.associations.ASSOCIATION_LIMIT_EXCEEDED',
    context: { fromObjectId: [from.id], toObjectId: [to.id], limit: [String(most)] },
  });
}

/** Associations leave time stamps alone, but a contact's primary company is one of its properties. */
function primariesOf(portal: Portal, ends: readonly End[]): Map<string, string> {
  const contacts = ends.filter(({ object }) => object === 'contacts');
  return new Map(contacts.map((end) => [end.id, primaryOf(portal, end)]));
}

function primaryOf(portal: Portal, contact: End): string {
  return [...portal.edges.of(contact, 'companies')].find(([, types]) => types.has(1))?.[0] ?? '';
}

function touchChanged(portal: Portal, before: Map<string, string>, actor: Actor): void {
  const { table } = objectOf(portal, 'contacts');
  for (const [id, primary] of before) {
    const record = table.get(id);
    if (record?.archivedAt === undefined && record && primaryOf(portal, { object: 'contacts', id }) !== primary) {
      table.touch(id, actor);
    }
  }
}
