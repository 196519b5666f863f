import { z } from '@hono/zod-openapi';
import { sha256 } from '../../lib/crypto.ts';
import { type ApiKeyRow, addApiKey, readApiKeys, removeApiKey } from '../../store/api-keys.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { body, json, pageOf, route, routes } from '../route.ts';
import { nameSchema, numberSchema, pageQuery } from '../text-schema.ts';
import { roleSchema } from './me.ts';

/** How keys begin: who finds one in a log or a repository sees what it is. */
const PREFIX = 'syncline_';
/** Random bytes of a key, and how many of its letters stay readable. */
const KEY_BYTES = 32;
const START_LETTERS = PREFIX.length + 4;
const DAY_SECONDS = 24 * 3600;

const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    start: z.string().openapi({ description: 'Its first letters' }),
    madeBy: z.string(),
    madeAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    usedAt: z.iso.datetime().nullable().openapi({ description: 'About when it was last used' }),
  })
  .openapi('ApiKey');

const listKeys = route('admin', {
  method: 'get',
  path: '/',
  summary: 'The API keys of the workspace',
  request: { query: pageQuery() },
  responses: { 200: json(pageOf(keySchema), 'A page of keys') },
});

const makeKey = route('admin', {
  method: 'post',
  path: '/',
  summary: 'Make an API key; it is shown this once',
  request: {
    body: body(
      z.object({
        name: nameSchema(),
        role: roleSchema,
        expiresInDays: z.number().int().min(1).max(3650).optional().openapi({ description: 'Absent: never' }),
      }),
    ),
  },
  responses: { 201: json(keySchema.extend({ key: z.string() }).openapi('NewApiKey'), 'The key, this once') },
});

const endKey = route('admin', {
  method: 'delete',
  path: '/{key}',
  summary: 'End an API key at once',
  request: { params: z.object({ key: numberSchema() }) },
  responses: { 204: { description: 'Nobody gets in by it any more' } },
});

/** API keys: each is of one workspace and may do what its role may. */
export function keyRoutes(installation: Installation) {
  const { db, random } = installation;
  return routes()
    .openapi(listKeys, async (c) => {
      const { after = '0', limit } = c.req.valid('query');
      const found = await readApiKeys(db, c.get('caller').workspace, Number(after), limit + 1);
      const items = found.slice(0, limit).map(shown);
      return c.json({ items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }, 200);
    })
    .openapi(makeKey, async (c) => {
      const caller = c.get('caller');
      const { name, role, expiresInDays } = c.req.valid('json');
      const key = PREFIX + random.secret(KEY_BYTES);
      const stored = await addApiKey(db, caller.workspace, {
        name,
        role,
        start: key.slice(0, START_LETTERS),
        hash: sha256(key),
        madeBy: caller.name,
        expiresInSeconds: expiresInDays === undefined ? null : expiresInDays * DAY_SECONDS,
      });
      await audit(installation, caller, 'key.made', { key: name, role });
      return c.json({ ...shown(stored), key }, 201);
    })
    .openapi(endKey, async (c) => {
      const caller = c.get('caller');
      const name = await removeApiKey(db, caller.workspace, c.req.valid('param').key);
      if (name === null) throw new Refused(404, 'there is no such API key in this workspace');
      await audit(installation, caller, 'key.ended', { key: name });
      return c.body(null, 204);
    });
}

function shown({ madeAt, expiresAt, usedAt, ...row }: ApiKeyRow): z.infer<typeof keySchema> {
  const text = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return { ...row, madeAt: new Date(madeAt).toISOString(), expiresAt: text(expiresAt), usedAt: text(usedAt) };
}
