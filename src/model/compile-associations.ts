import { defaultAssociations } from './defaults.ts';
import type { Association, Schema } from './field.ts';
import type { AssociationMapping } from './rules.ts';
import type { AssociationSettings, SyncSettings } from './settings.ts';
import { choiceProblem, type SettingsProblem } from './settings-problem.ts';
import type { Slots } from './slots.ts';
import { reaches, type Side, type Two } from './value.ts';

/** What associations are compiled against. */
export interface AssociationContext {
  settings: SyncSettings;
  schemas: Two<Schema>;
  slots: Slots;
  neighbours: Two<string>[];
  path: (string | number)[];
}

/** Compiles the enabled associations that may be written on a side. Problems are pushed. */
export function compileAssociations(context: AssociationContext, problems: SettingsProblem[]): AssociationMapping[] {
  const { settings, schemas } = context;
  if (settings.associations === 'none') return [];
  const own = settings.associations !== 'default';
  const entries = settings.associations === 'default' ? defaultAssociations(schemas) : settings.associations;
  const used: Two<Set<string>> = { a: new Set(), b: new Set() };
  return entries.flatMap((entry, index) => {
    const path = own ? [...context.path, 'associations', index] : context.path;
    const ends = endsOf(entry, schemas, used, path, problems);
    if (!ends) return [];
    const mapping = mappingOf(entry, ends, context);
    if (!entry.enabled) return [];
    const { writes, creates } = mapping;
    if (writes.a || writes.b || creates.a || creates.b) return [mapping];
    // A default one that cannot flow here is left out; a person's own is theirs to put right.
    if (own && settings.direction === 'both')
      problems.push({ path, message: `neither ${entry.a} nor ${entry.b} can be written` });
    return [];
  });
}

function endsOf(
  entry: AssociationSettings,
  schemas: Two<Schema>,
  used: Two<Set<string>>,
  path: (string | number)[],
  problems: SettingsProblem[],
): Two<Association> | null {
  const end = (side: Side): Association | null => {
    const name = entry[side];
    const found = labelled(schemas[side].associations, name, entry.label);
    const at = [...path, side];
    if (!found) {
      const choices = schemas[side].associations.map((one) => one.name);
      problems.push(
        choiceProblem(at, `${schemas[side].label} (side ${side}) has no association ${name}`, choices, name),
      );
      return null;
    }
    if (entry.enabled && used[side].has(found.name)) {
      problems.push({ path: at, message: `${name} is mapped already; an association is mapped once in a sync` });
      return null;
    }
    if (entry.enabled) used[side].add(found.name);
    return found;
  };
  const [a, b] = [end('a'), end('b')];
  return a && b ? { a, b } : null;
}

/** The association of that name, or alias; with a label, the one of its kind to the same object. */
function labelled(associations: Association[], name: string, label: string | undefined): Association | undefined {
  const named = associations.find((one) => one.name === name) ?? associations.find((one) => one.alias === name);
  if (!named || label === undefined || named.kind === label) return named;
  return associations.find((one) => one.to === named.to && one.kind === label) ?? named;
}

function mappingOf(
  entry: AssociationSettings,
  ends: Two<Association>,
  context: AssociationContext,
): AssociationMapping {
  const { settings, schemas, slots, neighbours } = context;
  const end = ({ name, to, many }: Association) => ({ name, to, many });
  const changes = (side: Side) =>
    reaches(settings.direction, side) && ends[side].writable === 'always' && schemas[side].can.update === 'yes';
  const creates = (side: Side) =>
    reaches(settings.direction, side) && ends[side].writable !== 'never' && schemas[side].can.create === 'yes';
  const joins = (pair: Two<string>) => pair.a === ends.a.to && pair.b === ends.b.to;
  const synced = [...neighbours, { a: settings.a.object, b: settings.b.object }].some(joins);
  return {
    slot: slots.ofAssociation(entry),
    name: ends.a.name === ends.b.name ? ends.a.name : `${ends.a.name} = ${ends.b.name}`,
    ends: { a: end(ends.a), b: end(ends.b) },
    writes: { a: changes('a'), b: changes('b') },
    creates: { a: creates('a'), b: creates('b') },
    wins: settings.default,
    farSync: synced ? 'exists' : 'none',
  };
}
