import { z } from '@hono/zod-openapi';
import { RulesRefused } from '../../engine/rulebook.ts';
import type { Field } from '../../model/field.ts';
import type { AccountRow } from '../../store/account-list.ts';
import type { Caller } from '../caller.ts';
import type { Installation } from '../installation.ts';
import { accountNamed } from '../named.ts';
import { Refused } from '../problem.ts';
import { samplesOf } from '../record-samples.ts';
import { json, route, routes } from '../route.ts';
import { usersOf } from '../trial.ts';

const optionSchema = z.object({ value: z.string(), label: z.string(), group: z.string().optional() });

/** A field of an object type. */
const fieldSchema = z
  .object({
    name: z.string(),
    label: z.string(),
    type: z.string(),
    writable: z.enum(['always', 'once', 'never']),
    required: z.boolean(),
    unique: z.boolean(),
    role: z.string().nullable().openapi({ description: 'What default mappings join on' }),
    options: z.array(optionSchema).nullable(),
    maxLength: z.number().nullable(),
  })
  .openapi('Field');

const associationSchema = z
  .object({
    name: z.string(),
    label: z.string(),
    to: z.string(),
    many: z.enum(['one', 'many']),
    writable: z.enum(['always', 'once', 'never']),
    required: z.boolean(),
    role: z.string().nullable(),
  })
  .openapi('Association');

const can = z.enum(['yes', 'no']);
const objectSchema = z
  .object({
    name: z.string(),
    label: z.string(),
    means: z.string().nullable().openapi({ description: 'person, company, deal …' }),
    can: z.object({ create: can, update: can, archive: can, delete: can }),
  })
  .openapi('Object');

const objectFieldsSchema = z
  .object({ object: objectSchema, items: z.array(fieldSchema), associations: z.array(associationSchema) })
  .openapi('ObjectFields');

const samplesSchema = z
  .object({
    source: z.enum(['mirror', 'app']),
    items: z.array(
      z.object({ id: z.string(), name: z.string().nullable(), values: z.record(z.string(), z.unknown()) }),
    ),
  })
  .openapi('Samples');

const userSchema = z
  .object({ id: z.string(), email: z.string().nullable(), name: z.string().nullable() })
  .openapi('User');

const account = z.string().openapi({ example: 'crm' });
const named = { params: z.object({ account }) };
const within = { params: z.object({ account, object: z.string().openapi({ example: 'contacts' }) }) };

const listObjects = route('view', {
  method: 'get',
  path: '/{account}/objects',
  summary: 'What can be synced with an account',
  request: named,
  responses: { 200: json(z.object({ items: z.array(objectSchema) }), 'Its object types') },
});
const listFields = route('view', {
  method: 'get',
  path: '/{account}/objects/{object}/fields',
  summary: 'The fields and associations of an object type',
  request: within,
  responses: { 200: json(objectFieldsSchema, 'As the app tells them') },
});
const listSamples = route('manage', {
  method: 'get',
  path: '/{account}/objects/{object}/samples',
  summary: 'A few real records, to see what a mapping means',
  request: { ...within, query: z.object({ limit: z.coerce.number().int().min(1).max(20).default(3) }) },
  responses: { 200: json(samplesSchema, 'Records as the app shows them') },
});
const listUsers = route('view', {
  method: 'get',
  path: '/{account}/users',
  summary: 'The people who can own records in an account',
  request: named,
  responses: { 200: json(z.object({ items: z.array(userSchema) }), 'None where the app has no owners') },
});

/** What an account holds: object types, fields, samples and owners. */
export function accountObjectRoutes(installation: Installation) {
  const { engine } = installation;
  const find = (caller: Caller, key: string) => accountNamed(installation, caller.workspace, key);
  return routes()
    .openapi(listObjects, async (c) => {
      const { id } = await find(c.get('caller'), c.req.valid('param').account);
      const { connector, session } = await engine.open(id);
      const objects = typeof connector.objects === 'function' ? await connector.objects(session) : connector.objects;
      const items = objects.map(({ name, label, means, writes }) => ({
        name,
        label,
        means: means ?? null,
        can: {
          create: has(writes?.create),
          update: has(writes?.update),
          archive: has(writes?.archive),
          delete: has(writes?.delete),
        },
      }));
      return c.json({ items }, 200);
    })
    .openapi(listFields, async (c) => {
      const { account: key, object } = c.req.valid('param');
      const schema = await schemaNamed(installation, await find(c.get('caller'), key), object);
      const { label, means, can: abilities, fields, associations } = schema;
      const shown = associations.map(({ means: role, ...rest }) => ({
        name: rest.name,
        label: rest.label,
        to: rest.to,
        many: rest.many,
        writable: rest.writable,
        required: rest.required === true,
        role: role ?? null,
      }));
      const about = { name: object, label, means: means ?? null, can: abilities };
      return c.json({ object: about, items: fields.map(shownField), associations: shown }, 200);
    })
    .openapi(listSamples, async (c) => {
      const { account: key, object } = c.req.valid('param');
      const row = await find(c.get('caller'), key);
      const schema = await schemaNamed(installation, row, object);
      return c.json(await samplesOf(installation, row, schema, c.req.valid('query').limit), 200);
    })
    .openapi(listUsers, async (c) => {
      const { id } = await find(c.get('caller'), c.req.valid('param').account);
      const users = await usersOf(installation, id);
      const items = users.map((user) => ({ id: user.id, email: user.email ?? null, name: user.name ?? null }));
      return c.json({ items }, 200);
    });
}

/** A field as the API shows it. */
function shownField(field: Field): z.infer<typeof fieldSchema> {
  const { name, label, type, writable } = field;
  return {
    name,
    label,
    type,
    writable,
    required: field.required === true,
    unique: field.unique === true,
    role: field.means ?? null,
    options: field.options?.map(({ also: _, ...option }) => option) ?? null,
    maxLength: field.maxLength ?? null,
  };
}

/** An object type of an account. Throws `Refused` 404 where the account has none of that name. */
export async function schemaNamed({ engine }: Installation, row: AccountRow, object: string) {
  try {
    return await engine.rulebook.schema(row.id, object);
  } catch (error) {
    if (error instanceof RulesRefused) throw new Refused(404, error.problems[0]?.message ?? error.message);
    throw error;
  }
}

function has(capability: unknown): 'yes' | 'no' {
  return capability ? 'yes' : 'no';
}
