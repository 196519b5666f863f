import type { Filter } from '../filter.ts';
import type { Brake, Brakes } from '../rules.ts';
import type { AccountSettings, MappingSettings, Settings, SyncSettings } from '../settings.ts';
import type { FileInput, SyncInput } from './schema.ts';

/** The brakes where a file names none. */
const defaultBrakes: Brakes = {
  create: { share: 0.1 },
  update: { share: 0.5 },
  empty: { share: 0.05 },
  archive: { share: 0.01 },
};

/** Fills in every default of docs/guides/run-a-sync.md. */
export function normalise(file: FileInput): Settings {
  const accounts: Record<string, AccountSettings> = {};
  for (const [key, { app, settings, secrets }] of Object.entries(file.accounts ?? {})) {
    accounts[key] = { app, settings: settings ?? {}, secrets: secrets ?? {} };
  }
  const syncs: Record<string, SyncSettings> = {};
  for (const [key, sync] of Object.entries(file.syncs ?? {})) syncs[key] = normaliseSync(sync);
  return { accounts, syncs };
}

/** One sync with its defaults. */
export function normaliseSync(sync: SyncInput): SyncSettings {
  return {
    a: sync.a,
    b: sync.b,
    direction: sync.direction ?? 'both',
    default: sync.default ?? 'a',
    match: sync.match ?? 'default',
    require: sync.require ?? 'default',
    filter: (sync.filter ?? {}) as { 'a-to-b'?: Filter; 'b-to-a'?: Filter },
    leaving: sync.leaving ?? 'keep',
    deletions: { a: sync.deletions?.a ?? 'ignore', b: sync.deletions?.b ?? 'ignore' },
    route: sync.route ? { field: sync.route.field, values: sync.route['a-to-b'] } : null,
    mappings: Array.isArray(sync.mappings)
      ? sync.mappings.map((each) => (each === 'default' ? each : normaliseMapping(each)))
      : (sync.mappings ?? 'default'),
    associations: Array.isArray(sync.associations)
      ? sync.associations.map((each) => ({ ...each, enabled: each.enabled ?? true }))
      : (sync.associations ?? 'default'),
    users: sync.users ?? {},
    ...(sync.region === undefined ? {} : { region: sync.region }),
    brakes: normaliseBrakes(sync.brakes ?? {}),
    everySeconds: secondsOf(sync.every ?? '60s'),
    enabled: sync.enabled ?? true,
  };
}

type MappingInput = Exclude<Exclude<NonNullable<SyncInput['mappings']>, string>[number], 'default'>;

function normaliseMapping(mapping: MappingInput): MappingSettings {
  const list = (names: string | string[]) => (Array.isArray(names) ? names : [names]);
  return {
    a: list(mapping.a),
    b: list(mapping.b),
    enabled: mapping.enabled ?? true,
    direction: mapping.direction ?? 'both',
    wins: mapping.wins ?? 'default',
    fill: mapping.fill ?? 'always',
    empty: mapping.empty ?? 'flows',
    ...(mapping.group === undefined ? {} : { group: mapping.group }),
    ...(mapping.transform === undefined ? {} : { transform: mapping.transform }),
    ...(mapping.options === undefined ? {} : { options: mapping.options }),
  };
}

function normaliseBrakes(given: NonNullable<SyncInput['brakes']>): Brakes {
  const out = { ...defaultBrakes };
  for (const name of ['create', 'update', 'empty', 'archive'] as const) {
    const value = given[name];
    if (value !== undefined) out[name] = brakeOf(value);
  }
  return out;
}

/** A brake as it is written: a share such as 10%, a count, or off. */
export function brakeOf(value: string | number): Brake {
  if (value === 'off') return 'off';
  if (typeof value === 'number') return { count: value };
  return { share: Number(value.slice(0, -1)) / 100 };
}

function secondsOf(every: string | number): number {
  if (typeof every === 'number') return every;
  const unit = every.at(-1) === 'h' ? 3600 : every.at(-1) === 'm' ? 60 : 1;
  return Number.parseFloat(every) * unit;
}
