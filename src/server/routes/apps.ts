import { z } from '@hono/zod-openapi';
import type { Connector } from '../../connector/contract.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { json, route, routes } from '../route.ts';
import { defaultPairs, standardObjects } from '../standard-objects.ts';

const inputSchema = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string().optional(),
  required: z.boolean(),
});

const can = z.enum(['create', 'update', 'archive', 'delete']);

/** An app of the catalogue. */
const appSchema = z
  .object({
    name: z.string(),
    label: z.string(),
    about: z.string(),
    category: z.string(),
    notices: z.string(),
    objects: z
      .array(
        z.object({
          name: z.string(),
          label: z.string(),
          means: z.string().nullable(),
          can: z.record(can, z.boolean()),
        }),
      )
      .openapi({ description: 'Those that every account has; an account may have more of its own' }),
    sign: z.enum(['key', 'oauth2', 'own']).openapi({ description: 'How an account proves who it is' }),
    secrets: z.array(inputSchema),
    settings: z.array(inputSchema.extend({ default: z.string().optional() })),
    scopes: z.array(z.object({ name: z.string(), why: z.string() })),
    limits: z.array(
      z.object({ name: z.string(), gauge: z.string(), most: z.number(), windowSeconds: z.number().optional() }),
    ),
  })
  .openapi('App');

const listApps = route('view', {
  method: 'get',
  path: '/',
  summary: 'The apps that can be connected',
  responses: { 200: json(z.object({ items: z.array(appSchema) }), 'Every app') },
});

const readApp = route('view', {
  method: 'get',
  path: '/{app}',
  summary: 'One app',
  request: { params: z.object({ app: z.string().openapi({ example: 'hubspot' }) }) },
  responses: { 200: json(appSchema, 'The app') },
});

const labelled = z.object({ name: z.string(), label: z.string() });
const defaultsSchema = z
  .object({
    a: labelled.openapi({ description: "The app's own object" }),
    b: labelled,
    mappings: z.array(
      z.object({ a: z.array(z.string()), b: z.array(z.string()), to: z.object({ a: z.boolean(), b: z.boolean() }) }),
    ),
    associations: z.array(z.object({ a: z.string(), b: z.string() })),
  })
  .openapi('DefaultMappings', { description: 'By labels; `to`: on which sides a value may be written' });

const readDefaults = route('view', {
  method: 'get',
  path: '/{app}/defaults',
  summary: 'What maps to what by itself between the standard objects of two apps',
  request: {
    params: z.object({ app: z.string().openapi({ example: 'hubspot' }) }),
    query: z.object({ with: z.string().openapi({ example: 'pipedrive' }) }),
  },
  responses: { 200: json(z.object({ items: z.array(defaultsSchema) }), 'Pairs of objects that stand for the same') },
});

/** The app catalogue. */
export function appRoutes({ connectors }: Installation) {
  const find = (app: string) => {
    const found = connectors.find((each) => each.app.name === app);
    if (!found) throw new Refused(404, `there is no app ${app}`);
    return found;
  };
  return routes()
    .openapi(listApps, (c) => c.json({ items: connectors.map(shown) }, 200))
    .openapi(readApp, (c) => c.json(shown(find(c.req.valid('param').app)), 200))
    .openapi(readDefaults, (c) => {
      const a = find(c.req.valid('param').app).app.name;
      const b = find(c.req.valid('query').with).app.name;
      return c.json({ items: defaultPairs({ a, b }) }, 200);
    });
}

function shown(connector: Connector): z.infer<typeof appSchema> {
  const { app, auth, limits, settings = [] } = connector;
  const required = <Input extends { required?: boolean }>(input: Input) => ({
    ...input,
    required: input.required !== false,
  });
  return {
    ...app,
    objects: standardObjects(app.name).map(({ object, label, means, can: abilities }) => ({
      name: object,
      label,
      means: means ?? null,
      can: Object.fromEntries(can.options.map((act) => [act, abilities[act] === 'yes'])) as Record<
        z.infer<typeof can>,
        boolean
      >,
    })),
    sign: auth.kind,
    secrets: (auth.secrets ?? []).map(required),
    settings: settings.map((setting) => ({ ...setting, required: setting.required === true })),
    scopes: auth.kind === 'oauth2' ? auth.oauth.scopes : [],
    limits: limits.map(({ name, gauge, most, windowSeconds }) => ({ name, gauge, most, windowSeconds })),
  };
}
