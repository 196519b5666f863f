import { z } from '@hono/zod-openapi';
import { removeAppClient } from '../../store/app-clients.ts';
import { audit } from '../audit.ts';
import { oauthApp, redirectTo } from '../connect.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { body, json, route, routes } from '../route.ts';

const params = z.object({ app: z.string() });

const clientSchema = z
  .object({
    clientId: z.string().nullable().openapi({ description: 'Null: none is given yet' }),
    from: z.enum(['workspace', 'environment']).nullable(),
    redirectUri: z.string().openapi({ description: 'To be entered at the app as the address to send people back to' }),
  })
  .openapi('AppClient');

const visible = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[\x21-\x7e]+$/, 'holds spaces or letters that no client has');

const readClient = route('manage', {
  method: 'get',
  path: '/{app}/client',
  summary: 'The client id by which the app knows us; its secret is never shown',
  request: { params },
  responses: { 200: json(clientSchema, 'The client') },
});

const saveClient = route('admin', {
  method: 'put',
  path: '/{app}/client',
  summary: 'Give the client id and secret that the app made for you',
  request: { params, body: body(z.object({ clientId: visible(500), clientSecret: visible(2000).optional() })) },
  responses: { 200: json(clientSchema, 'As it is now') },
});

const endClient = route('admin', {
  method: 'delete',
  path: '/{app}/client',
  summary: 'Forget the client of this workspace; that of the environment counts again',
  request: { params },
  responses: { 204: { description: 'Forgotten' } },
});

/** How we are known to apps that are connected by OAuth. */
export function appClientRoutes(installation: Installation) {
  const { db, clients } = installation;
  const shown = async (workspace: string, app: string, request: Request) => {
    const client = await clients.of(workspace, app);
    const { clientId = null, from = null } = client ?? {};
    return { clientId, from, redirectUri: redirectTo(installation, request) };
  };
  return routes()
    .openapi(readClient, async (c) => {
      const { app } = c.req.valid('param');
      oauthApp(installation, app);
      return c.json(await shown(c.get('caller').workspace, app, c.req.raw), 200);
    })
    .openapi(saveClient, async (c) => {
      const caller = c.get('caller');
      const { app } = c.req.valid('param');
      const { clientId, clientSecret = null } = c.req.valid('json');
      oauthApp(installation, app);
      await clients.save(caller.workspace, app, clientId, clientSecret);
      await audit(installation, caller, 'app-client.given', { app, clientId });
      return c.json(await shown(caller.workspace, app, c.req.raw), 200);
    })
    .openapi(endClient, async (c) => {
      const caller = c.get('caller');
      const { app } = c.req.valid('param');
      oauthApp(installation, app);
      if (!(await removeAppClient(db, caller.workspace, app)))
        throw new Refused(404, `this workspace has given no client of ${app}`);
      await audit(installation, caller, 'app-client.forgotten', { app });
      return c.body(null, 204);
    });
}
