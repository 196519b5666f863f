import { z } from '@hono/zod-openapi';
import type { Connector } from '../../connector/contract.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { json, route, routes } from '../route.ts';

const inputSchema = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string().optional(),
  required: z.boolean(),
});

/** An app of the catalogue. */
export const appSchema = z
  .object({
    name: z.string(),
    label: z.string(),
    about: z.string(),
    category: z.string(),
    notices: z.string(),
    objects: z.array(z.string()),
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

/** The app catalogue. */
export function appRoutes({ connectors }: Installation) {
  return routes()
    .openapi(listApps, (c) => c.json({ items: connectors.map(shown) }, 200))
    .openapi(readApp, (c) => {
      const { app } = c.req.valid('param');
      const found = connectors.find((each) => each.app.name === app);
      if (!found) throw new Refused(404, `there is no app ${app}`);
      return c.json(shown(found), 200);
    });
}

function shown(connector: Connector): z.infer<typeof appSchema> {
  const { app, auth, limits, settings = [], objects } = connector;
  const names = typeof objects === 'function' ? (app.objects ?? []) : objects.map(({ name }) => name);
  const required = <Input extends { required?: boolean }>(input: Input) => ({
    ...input,
    required: input.required !== false,
  });
  return {
    ...app,
    objects: names,
    sign: auth.kind,
    secrets: (auth.secrets ?? []).map(required),
    settings: settings.map((setting) => ({ ...setting, required: setting.required === true })),
    scopes: auth.kind === 'oauth2' ? auth.oauth.scopes : [],
    limits: limits.map(({ name, gauge, most, windowSeconds }) => ({ name, gauge, most, windowSeconds })),
  };
}
