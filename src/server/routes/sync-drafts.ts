import { z } from '@hono/zod-openapi';
import { mappingEntries } from '../../model/compile-mappings.ts';
import { compileOptions } from '../../model/compile-options.ts';
import { defaultAssociations } from '../../model/defaults.ts';
import type { Schema } from '../../model/field.ts';
import { mappingFlow } from '../../model/mapping-flow.ts';
import type { Rules } from '../../model/rules.ts';
import type { MappingSettings, SyncSettings } from '../../model/settings.ts';
import type { Side, Two, Way } from '../../model/value.ts';
import { workspaceSyncs } from '../../store/workspace-syncs.ts';
import type { Caller } from '../caller.ts';
import type { Installation } from '../installation.ts';
import { accountNamed } from '../named.ts';
import { isNear } from '../near.ts';
import { Refused } from '../problem.ts';
import { body, json, route, routes } from '../route.ts';
import { readSync, syncSettingsSchema } from '../sync-schema.ts';
import { type Trial, trySettings } from '../trial.ts';

const end = z.object({ account: z.string(), object: z.string() });
const names = z.array(z.string());
const sides = z.object({ a: z.boolean(), b: z.boolean() });

const checkSchema = z
  .object({
    mappings: z.array(
      z.object({
        a: names,
        b: names,
        enabled: z.boolean(),
        default: z.boolean().openapi({ description: 'Not set by a person' }),
        to: sides.openapi({ description: 'On which sides it may write' }),
        why: z.string().nullable().openapi({ description: 'Why it does not flow both ways' }),
        options: z
          .object({ total: z.number(), mapped: z.number(), missing: names, table: z.record(z.string(), z.string()) })
          .nullable()
          .openapi({ description: 'Of two selects: which of side a’s options have a partner, by value' }),
      }),
    ),
    associations: z.array(
      z.object({
        a: z.string(),
        b: z.string(),
        label: z.string().nullable(),
        enabled: z.boolean(),
        farSync: z.enum(['exists', 'none']).openapi({ description: 'Whether a sync of the far objects is there' }),
      }),
    ),
    match: z
      .array(z.array(z.object({ a: names, b: names })))
      .openapi({ description: 'Rules in order, as fields that must be equal; several in one rule: any of them' }),
    require: z.object({ a: names, b: names }).openapi({ description: 'Fields without which a record does not start' }),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
  })
  .openapi('SyncCheck');

const suggest = route('manage', {
  method: 'post',
  path: '/suggest',
  summary: 'A free key and settings for a sync of two objects; nothing is stored',
  request: { body: body(z.object({ a: end, b: end })) },
  responses: { 200: json(z.object({ key: z.string(), settings: syncSettingsSchema }), 'To be looked at') },
});
const check = route('manage', {
  method: 'post',
  path: '/check',
  summary: 'What settings mean, spelled out against both apps as they are now; what does not fit comes in `problems`',
  request: { body: body(z.object({ key: z.string().max(200), settings: syncSettingsSchema })) },
  responses: { 200: json(checkSchema, 'Every mapping and association, default ones too') },
});

/** Settings in the making: suggested, and held against the apps without being stored. */
export function syncDraftRoutes(installation: Installation) {
  return routes()
    .openapi(suggest, async (c) => {
      const { a, b } = c.req.valid('json');
      const { workspace } = c.get('caller');
      const schemas = await schemasOf(installation, c.get('caller'), { a, b });
      const taken = new Set((await workspaceSyncs(installation.db, workspace)).map(({ key }) => key));
      const settings = { a, b, ...oneWay(schemas), ...(await pace(installation, c.get('caller'), { a, b })) };
      return c.json({ key: freeKey(schemas.a.label, taken), settings }, 200);
    })
    .openapi(check, async (c) => {
      const { key, settings: given } = c.req.valid('json');
      const settings = read(given);
      if ('problems' in settings) return c.json({ ...nothingKnown, ...settings }, 200);
      const schemas = await schemasOf(installation, c.get('caller'), settings);
      const { trial, problems } = await compiled(installation, c.get('caller'), key, settings);
      const associations = associationsOf(settings, schemas, trial?.rules ?? null);
      const { match, require } = trial ? rulesInFields(trial) : nothingKnown;
      return c.json({ mappings: mappingsOf(settings, schemas), associations, match, require, problems }, 200);
    });
}

const nothingKnown = { mappings: [], associations: [], match: [], require: { a: [], b: [] } };

/** Match rules by the fields they compare: a key's id names them (see keySpec). */
function rulesInFields({ rules: { match }, require }: Trial): Pick<z.infer<typeof checkSchema>, 'match' | 'require'> {
  const fieldsOf = (id: string) =>
    id
      .split(',')
      .filter((part) => !part.startsWith('!'))
      .flatMap((part) => (part.split(':')[0] ?? '').split('+').map(decodeURIComponent));
  return {
    match: match.map(({ specs }) => specs.map(({ id }) => ({ a: fieldsOf(id.a), b: fieldsOf(id.b) }))),
    require,
  };
}

/** Which options of two selects stand for each other. */
function optionsOf(mapping: MappingSettings, schemas: Two<Schema>, to: Two<boolean>) {
  const field = (side: Side) => schemas[side].fields.filter(({ name }) => mapping[side].includes(name));
  const fields = { a: field('a'), b: field('b') };
  const table = compileOptions(mapping, fields, to, [], []);
  const options = fields.a[0]?.options ?? [];
  if (!table || options.length === 0) return null;
  const missing = options.filter(({ value }) => !table.aToB.has(value)).map(({ value }) => value);
  const pairs = Object.fromEntries(table.aToB);
  return { total: options.length, mapped: options.length - missing.length, missing, table: pairs };
}

function read(given: unknown): SyncSettings | { problems: { path: string; message: string }[] } {
  try {
    return readSync(given);
  } catch (error) {
    if (error instanceof Refused && error.errors) return { problems: error.errors };
    throw error;
  }
}

async function schemasOf(
  installation: Installation,
  { workspace }: Caller,
  ends: Two<{ account: string; object: string }>,
): Promise<Two<Schema>> {
  const of = async (side: Side) => {
    const { id } = await accountNamed(installation, workspace, ends[side].account);
    return installation.engine.rulebook.schema(id, ends[side].object);
  };
  return { a: await of('a'), b: await of('b') };
}

/** The rules, or why there are none. */
async function compiled(
  installation: Installation,
  { workspace }: Caller,
  key: string,
  settings: SyncSettings,
): Promise<{ trial: Trial | null; problems: { path: string; message: string }[] }> {
  try {
    const trial = await trySettings(installation, workspace, key || 'new', { ...settings, enabled: true });
    return { trial, problems: [] };
  } catch (error) {
    if (error instanceof Refused && error.status < 500)
      return { trial: null, problems: error.errors ?? [{ path: '', message: error.message }] };
    throw error;
  }
}

function mappingsOf(settings: SyncSettings, schemas: Two<Schema>): z.infer<typeof checkSchema>['mappings'] {
  return mappingEntries({ settings, schemas, path: [] }).map(({ settings: mapping, path }) => {
    const { a, b, enabled } = mapping;
    const { to, why } = flowOf(mapping, settings, schemas);
    return { a, b, enabled, default: path === null, to, why, options: optionsOf(mapping, schemas, to) };
  });
}

function flowOf(mapping: MappingSettings, { direction }: SyncSettings, schemas: Two<Schema>) {
  const fields = (side: Side) => schemas[side].fields.filter(({ name }) => mapping[side].includes(name));
  const known = { a: fields('a'), b: fields('b') };
  const none = { to: { a: false, b: false }, why: 'a field is not there any more' };
  return known.a.length === mapping.a.length && known.b.length === mapping.b.length
    ? mappingFlow(mapping, known, direction)
    : none;
}

function associationsOf(
  { associations }: SyncSettings,
  schemas: Two<Schema>,
  rules: Rules | null,
): z.infer<typeof checkSchema>['associations'] {
  if (associations === 'none') return [];
  const entries = associations === 'default' ? defaultAssociations(schemas) : associations;
  return entries.map(({ a, b, label, enabled }) => {
    const found = rules?.associations.find(({ ends }) => ends.a.name === a && ends.b.name === b);
    return { a, b, label: label ?? null, enabled, farSync: found?.farSync ?? 'none' };
  });
}

/** Where one side takes nothing, the other is carried to nobody. */
function oneWay({ a, b }: Two<Schema>): { direction?: Way } {
  const takes = ({ can }: Schema) => can.create === 'yes' || can.update === 'yes';
  if (takes(a) && takes(b)) return {};
  return { direction: takes(b) ? 'a-to-b' : 'b-to-a' };
}

/** Apps on this machine, as sample apps are, may be read often: who tries them wants to see each change at once. */
async function pace(
  installation: Installation,
  { workspace }: Caller,
  ends: Two<{ account: string }>,
): Promise<{ every?: string }> {
  const accounts = await Promise.all(
    [ends.a, ends.b].map(({ account }) => accountNamed(installation, workspace, account)),
  );
  return accounts.every(({ settings }) => isNear(settings)) ? { every: NEAR_EVERY } : {};
}

const NEAR_EVERY = '5s';

/** Keys that are tried before a sync is called by a number of its own. */
const MOST_TRIES = 1000;

function freeKey(label: string, taken: Set<string>): string {
  const stem =
    label
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'sync';
  if (!taken.has(stem)) return stem;
  for (let n = 2; n < MOST_TRIES; n++) if (!taken.has(`${stem}-${n}`)) return `${stem}-${n}`;
  return `${stem}-${taken.size + 1}`;
}
