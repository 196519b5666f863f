import type { Brake } from '../rules.ts';
import type { MappingSettings, SyncSettings } from '../settings.ts';
import { normaliseSync } from './normalise.ts';
import type { SyncInput } from './schema.ts';

/** A sync in the form of the file, every key written out: what `normaliseSync` of it gives is the same settings. */
export function syncShape(settings: SyncSettings): SyncInput {
  const {
    a,
    b,
    direction,
    default: wins,
    match,
    require,
    filter,
    leaving,
    deletions,
    route,
    mappings,
    ...more
  } = settings;
  const { associations, users, region, brakes, everySeconds, enabled, ...unknown } = more;
  // A key that is added to the settings must be written out too.
  unknown satisfies Record<string, never>;
  return {
    a: { account: a.account, object: a.object },
    b: { account: b.account, object: b.object },
    direction,
    default: wins,
    match,
    require,
    ...(Object.keys(filter).length > 0 ? { filter: filter as SyncInput['filter'] } : {}),
    leaving,
    deletions: { a: deletions.a, b: deletions.b },
    ...(route ? { route: { field: route.field, 'a-to-b': [...route.values] } } : {}),
    mappings: Array.isArray(mappings)
      ? mappings.map((each) => (each === 'default' ? each : mappingShape(each)))
      : mappings,
    associations: Array.isArray(associations) ? associations.map((each) => ({ ...each })) : associations,
    users: { ...users },
    ...(region === undefined ? {} : { region }),
    brakes: {
      create: brakeShape(brakes.create),
      update: brakeShape(brakes.update),
      empty: brakeShape(brakes.empty),
      archive: brakeShape(brakes.archive),
    },
    every: timeShape(everySeconds),
    enabled,
  };
}

/** The same with nothing said that would be so anyway: how a sync stands in an exported file. */
export function leanShape(settings: SyncSettings): SyncInput {
  const shape = syncShape(settings);
  const bare = syncShape(normaliseSync({ a: shape.a, b: shape.b }));
  const { mappings } = shape;
  const lean = { ...shape, ...(Array.isArray(mappings) ? { mappings: mappings.map(leanMapping) } : {}) };
  return without(lean, bare, ['a', 'b']) as SyncInput;
}

type MappingShape = Exclude<Exclude<NonNullable<SyncInput['mappings']>, string>[number], 'default'>;

function mappingShape(mapping: MappingSettings): MappingShape {
  const names = (list: string[]) => (list.length === 1 ? (list[0] as string) : [...list]);
  const { a, b, enabled, direction, wins, fill, empty, ...rest } = mapping;
  return { a: names(a), b: names(b), enabled, direction, wins, fill, empty, ...rest };
}

const bareMapping = { enabled: true, direction: 'both', wins: 'default', fill: 'always', empty: 'flows' };

function leanMapping(mapping: 'default' | MappingShape): 'default' | MappingShape {
  return mapping === 'default' ? mapping : (without(mapping, bareMapping, ['a', 'b']) as MappingShape);
}

/** The parts of `shape` that `bare` has not, but for those that are always named; parts of parts alike. */
function without(shape: object, bare: object, always: string[] = []): object {
  const had = bare as Record<string, unknown>;
  const parts = Object.entries(shape).flatMap(([key, value]): [string, unknown][] => {
    if (always.includes(key)) return [[key, value]];
    if (JSON.stringify(value) === JSON.stringify(had[key])) return [];
    const nested = isMap(value) && isMap(had[key]) && Object.keys(had[key]).length > 0;
    return [[key, nested ? without(value, had[key] as object) : value]];
  });
  return Object.fromEntries(parts);
}

/** Is it an object with keys, and no list? */
export function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brakeShape(brake: Brake): 'off' | number | string {
  if (brake === 'off') return 'off';
  // A share is kept as a fraction: ten digits of its percentage are all that anybody wrote.
  return 'count' in brake ? brake.count : `${Number((brake.share * 100).toPrecision(10))}%`;
}

function timeShape(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 && seconds > 60 ? `${seconds / 60}m` : `${seconds}s`;
}
