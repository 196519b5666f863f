import type { Values } from '../../model/value.ts';
import type { Describe, DescribedField, GlobalObject } from './connector-describe.ts';
import { isOwner } from './connector-fields.ts';
import type { Described, SfAssociation, SfObject } from './connector-object.ts';

/** Lookups that say where a record went, not what it belongs to. */
const notRelations = /^(MasterRecordId|Converted\w+Id|Original\w+Id|RecordTypeId)$/;

/** The lookups of an object type to others of `offered`: one association for each far object, by the field's name. */
export function lookupsOf(object: SfObject, describe: Describe, offered: Map<string, GlobalObject>): SfAssociation[] {
  const lookups = describe.fields.filter((one) => one.type === 'reference' && !isOwner(one));
  return lookups
    .filter((one) => !notRelations.test(one.name) && (one.createable || isLineProduct(object, one)))
    .flatMap((one) => {
      const fars = (one.referenceTo ?? []).flatMap((name) => offered.get(name) ?? []);
      return fars.map((far) => lookupOf(object, one, far));
    });
}

/** A row's lookups as associations, as far as they were asked for and answered. */
export function lookupValues(object: SfObject, row: Readonly<Record<string, unknown>>, asked: string[]): Values {
  const values: Values = {};
  for (const { name, kept } of object.associations) {
    if (kept.by !== 'lookup' || !asked.includes(name)) continue;
    const id = row[kept.field];
    if (id === undefined) continue;
    const isIt = typeof id === 'string' && id !== '' && (kept.among === undefined || id.startsWith(kept.among));
    values[name] = isIt ? [id] : [];
  }
  return values;
}

/** The fields that hold the lookups asked for. */
export function lookupFields(object: SfObject, asked: string[]): string[] {
  return object.associations.flatMap(({ name, kept }) =>
    kept.by === 'lookup' && asked.includes(name) ? [kept.field] : [],
  );
}

/**
 * What a lookup is to hold after these changes. A lookup that takes several kinds of record holds one of all: a deal goes
 * before an account, and whatever is added before what is taken away.
 */
export function lookupsAfter(
  object: Described,
  edges: Record<string, { add: string[]; remove: string[] }>,
): { field: string; id: string | null }[] {
  const lookups = new Map<string, string | null>();
  for (const { name, kept } of [...object.associations].sort(specificFirst)) {
    const edge = edges[name];
    if (kept.by !== 'lookup' || !edge) continue;
    const [id] = edge.add;
    const held = lookups.get(kept.field);
    if (id !== undefined && !held) lookups.set(kept.field, id);
    else if (id === undefined && held === undefined && edge.remove.length > 0) lookups.set(kept.field, null);
  }
  return [...lookups].map(([field, id]) => ({ field, id }));
}

/** An account is what most other records belong to anyway, so it gives way. */
function specificFirst(one: SfAssociation, other: SfAssociation): number {
  return Number(one.to === 'Account') - Number(other.to === 'Account');
}

function isLineProduct(object: SfObject, one: DescribedField): boolean {
  return object.line !== undefined && one.name === 'Product2Id';
}

function lookupOf(object: SfObject, one: DescribedField, far: GlobalObject): SfAssociation {
  const isOneOfSeveral = (one.referenceTo ?? []).length > 1;
  const name = isOneOfSeveral ? `${one.name}/${far.name}` : one.name;
  const label = one.label.replace(/ ID$/, '');
  const association: SfAssociation = {
    name,
    label: isOneOfSeveral ? `${label}: ${far.label}` : label,
    to: far.name,
    many: 'one',
    writable: one.updateable && !isLineProduct(object, one) ? 'always' : 'once',
    kept: { by: 'lookup', field: one.name, ...(isOneOfSeveral && far.keyPrefix ? { among: far.keyPrefix } : {}) },
  };
  const means = object.roles[name];
  if (means) association.means = means;
  if (!one.nillable && one.createable && !one.defaultedOnCreate) association.required = true;
  return association;
}
