import type { Association, Field, Schema } from './field.ts';
import { type Pairing, pairing } from './pairing.ts';
import { associationRolesOf, commonRoles, hasRoles, meaningsOf, plainName } from './role-finding.ts';
import { fieldRoles } from './roles.ts';
import type { AssociationSettings, MappingSettings } from './settings.ts';
import type { Two } from './value.ts';

/** A default mapping, and why it goes one way only, where it does. */
export interface DefaultMapping {
  settings: MappingSettings;
  why: string | null;
}

/**
 * The default mappings of any two object types: the join on roles; a full name with first and last name where only one
 * side splits it; where a side's app names no roles, also fields of one name whose types pair. Fields in `taken` (a
 * person's own mappings) are left out.
 */
export function defaultMappings(schemas: Two<Schema>, taken: Two<ReadonlySet<string>> = noneTaken): DefaultMapping[] {
  const { roles } = commonRoles(schemas);
  const used: Two<Set<string>> = { a: new Set(taken.a), b: new Set(taken.b) };
  const found: DefaultMapping[] = [];
  const add = (a: Field[], b: Field[]) => {
    if (a.some((field) => used.a.has(field.name)) || b.some((field) => used.b.has(field.name))) return;
    const mapping = mappingOf(a, b);
    if (!mapping) return;
    for (const field of a) used.a.add(field.name);
    for (const field of b) used.b.add(field.name);
    found.push(mapping);
  };
  for (const [a, b] of nameJoin(roles)) add(a, b);
  for (const [a, b] of roleJoin(roles)) add([a], [b]);
  if (!hasRoles(schemas.a) || !hasRoles(schemas.b)) for (const [a, b] of sameNames(schemas)) add([a], [b]);
  return found;
}

/** The default associations: the join on roles, else the same name or the same far object. */
export function defaultAssociations(schemas: Two<Schema>): AssociationSettings[] {
  const meanings = meaningsOf(schemas);
  const roles = { a: associationRolesOf(schemas.a, meanings.a), b: associationRolesOf(schemas.b, meanings.b) };
  const found: AssociationSettings[] = [];
  const add = (a: Association, b: Association) => {
    if (found.some((one) => one.a === a.name || one.b === b.name)) return;
    if (a.writable !== 'never' || b.writable !== 'never') found.push({ a: a.name, b: b.name, enabled: true });
  };
  for (const [role, a] of roles.a) {
    const b = roles.b.get(role);
    if (b) add(a, b);
  }
  for (const a of schemas.a.associations) {
    const alike = (b: Association) => plainName(a.name) === plainName(b.name) || farName(a) === farName(b);
    const b = schemas.b.associations.find((one) => alike(one) && !(a.means && one.means));
    if (b) add(a, b);
  }
  return found;
}

const noneTaken: Two<ReadonlySet<string>> = { a: new Set(), b: new Set() };

/** Names of stamps and ids that an app keeps for itself: mapping them would make records change for ever. */
const ownNames = new Set(
  'id createdat updatedat created updated modified modifiedat lastmodified lastmodifieddate lastupdated createdate createddate rowversion version etag xmin'.split(
    ' ',
  ),
);

function mappingOf(a: Field[], b: Field[]): DefaultMapping | null {
  const flow = a.length === 1 && b.length === 1 ? pairing(a[0] as Field, b[0] as Field) : bothWays;
  if (flow.flows === 'none') return null;
  const toB = flow.flows !== 'b-to-a' && b.every(isWritable);
  const toA = flow.flows !== 'a-to-b' && a.every(isWritable);
  if (!toA && !toB) return null;
  const settings: MappingSettings = {
    a: a.map((field) => field.name),
    b: b.map((field) => field.name),
    enabled: true,
    direction: 'both',
    wins: 'default',
    fill: 'always',
    empty: 'flows',
  };
  return { settings, why: flow.why ?? readOnlyReason(toA ? [] : a) ?? readOnlyReason(toB ? [] : b) };
}

const bothWays: Pairing = { flows: 'both', why: null };

/** Why fields cannot be written, in words. */
export function readOnlyReason(fields: Field[]): string | null {
  const closed = fields.find((field) => !isWritable(field));
  return closed ? `${closed.label} is read-only in its app` : null;
}

/** Can the app's field be written at all, be it only when a record is made? */
export function isWritable(field: Field): boolean {
  return field.writable !== 'never';
}

/** First and last name with the full name of a side that does not split it. */
function nameJoin(roles: Two<Map<string, Field>>): [Field[], Field[]][] {
  const [a, b] = [partsOf(roles.a), partsOf(roles.b)];
  const [wholeA, wholeB] = [roles.a.get('person.name'), roles.b.get('person.name')];
  if (a && !b && wholeB) return [[a, [wholeB]]];
  return b && !a && wholeA ? [[[wholeA], b]] : [];
}

function partsOf(roles: Map<string, Field>): Field[] | null {
  const [first, last] = [roles.get('person.first-name'), roles.get('person.last-name')];
  return first && last ? [first, last] : null;
}

/** The fields of one role; a list joins a list, else its main entry joins the single field. */
function roleJoin(roles: Two<Map<string, Field>>): [Field, Field][] {
  const names = Object.keys(fieldRoles);
  for (const role of roles.a.keys()) if (!(role in fieldRoles)) names.push(role);
  const split = partsOf(roles.a) && partsOf(roles.b);
  const joined = names.flatMap((role): [Field, Field][] => {
    // Where both sides split the name, each side's full name is its own sum of the parts.
    if (role === 'person.name' && split) return [];
    const [a, b] = [roles.a.get(role), roles.b.get(role)];
    const list = listRoles[role];
    if (list === undefined) return a && b ? [[a, b]] : [];
    const [listA, listB] = [roles.a.get(list), roles.b.get(list)];
    // With a list on both sides the single field is only a view of its first entry.
    if (listA && listB) return [];
    const [mine, theirs] = [a ?? listA, b ?? listB];
    return mine && theirs ? [[mine, theirs]] : [];
  });
  return [...joined, ...momentJoin(roles)];
}

/** The moment of an activity where the apps name different ones: a meeting's start is when it is due elsewhere. */
function momentJoin({ a, b }: Two<Map<string, Field>>): [Field, Field][] {
  for (const [one, other] of moments) {
    const [mine, theirs] = a.has(one) ? [a.get(one), b.get(other)] : [a.get(other), b.get(one)];
    if (mine && theirs) return [[mine, theirs]];
  }
  return [];
}

/** Pairs of moments that stand for each other, the closest first. */
const moments = [
  ['activity.start', 'activity.due'],
  ['activity.time', 'activity.due'],
  ['activity.start', 'activity.time'],
] as const;

const listRoles: Record<string, string | undefined> = {
  'person.email': 'person.emails',
  'person.phone': 'person.phones',
};

/** Fields of one name. A key that the app does not make by itself belongs to the record, an id that it makes does not. */
function sameNames(schemas: Two<Schema>): [Field, Field][] {
  const byName = new Map(schemas.b.fields.toReversed().map((field) => [plainName(field.name), field]));
  return schemas.a.fields.flatMap((a) => {
    const b = byName.get(plainName(a.name));
    if (!b || (a.means && b.means && a.means !== b.means)) return [];
    const own = ownNames.has(plainName(a.name));
    return own && !(isGiven(a) || isGiven(b)) ? [] : [[a, b]];
  });
}

/** An id that whoever makes the record must give. */
function isGiven(field: Field): boolean {
  return plainName(field.name) === 'id' && field.required === true && isWritable(field);
}

function farName(association: Association): string {
  return plainName(association.to.split('.').at(-1) ?? association.to);
}
