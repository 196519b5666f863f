import { defaultAssociations, defaultMappings } from '../model/defaults.ts';
import type { Schema } from '../model/field.ts';
import { mappingFlow } from '../model/mapping-flow.ts';
import { understood } from '../model/role-finding.ts';
import type { Side, Two } from '../model/value.ts';
import written from './standard-objects.json' with { type: 'json' };

/** The objects that every account of an app has, with the fields that default mappings join on. Written by `npm run connectors-doc`. */
export function standardObjects(app: string): Schema[] {
  return (written as unknown as Record<string, Schema[]>)[app] ?? [];
}

/** What people call an object; a list of syncs does not wait for an app, so one of an account's own has its name. */
export function objectLabel(app: string, object: string): string {
  return standardObjects(app).find((each) => each.object === object)?.label ?? object;
}

/** What maps to what by itself between an object of one app and one of another. */
export interface DefaultPair {
  a: { name: string; label: string };
  b: { name: string; label: string };
  /** Fields by their labels; `to`: on which sides a value may be written. */
  mappings: { a: string[]; b: string[]; to: Two<boolean> }[];
  /** Associations by their labels. */
  associations: { a: string; b: string }[];
}

/** The default mappings between the standard objects of two apps that stand for the same. */
export function defaultPairs(apps: Two<string>): DefaultPair[] {
  const objects = { a: standardObjects(apps.a), b: standardObjects(apps.b) };
  return objects.a.flatMap((a) =>
    objects.b.flatMap((b) => (a.means !== undefined && a.means === b.means ? [defaultPair({ a, b })] : [])),
  );
}

function defaultPair(schemas: Two<Schema>): DefaultPair {
  const { a, b } = understood(schemas);
  const named = ({ object, label }: Schema) => ({ name: object, label });
  const fieldsOf = (side: Side, names: string[]) =>
    (side === 'a' ? a : b).fields.filter(({ name }) => names.includes(name));
  const mappings = defaultMappings({ a, b }).map(({ settings }) => {
    const fields = { a: fieldsOf('a', settings.a), b: fieldsOf('b', settings.b) };
    const labels = (side: Side) => fields[side].map(({ label }) => label);
    return { a: labels('a'), b: labels('b'), to: mappingFlow(settings, fields, 'both').to };
  });
  const labelOf = ({ associations }: Schema, name: string) =>
    associations.find((each) => each.name === name)?.label ?? name;
  const associations = defaultAssociations({ a, b }).map((each) => ({
    a: labelOf(a, each.a),
    b: labelOf(b, each.b),
  }));
  return { a: named(a), b: named(b), mappings, associations };
}
