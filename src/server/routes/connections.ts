import { z } from '@hono/zod-openapi';
import { standingOn } from '../../store/consequences.ts';
import { beginConnecting, endConnecting, type RoundTripEnd } from '../connect.ts';
import type { Installation } from '../installation.ts';
import { accountNamed } from '../named.ts';
import { body, json, route, routes } from '../route.ts';
import { keyBodySchema } from '../sync-schema.ts';

const connect = route('manage', {
  method: 'post',
  path: '/connect',
  summary: 'Begin to connect an account by OAuth, new or again: where to send the person',
  request: {
    body: body(
      z.object({
        app: z.string(),
        account: keyBodySchema,
        settings: z
          .record(z.string(), z.string())
          .optional()
          .openapi({ description: 'Absent for an account that is there: its own' }),
      }),
    ),
  },
  responses: {
    200: json(z.object({ url: z.string() }), "The app's page, where the person agrees; it sends them back to us"),
  },
});

const consequences = route('view', {
  method: 'get',
  path: '/{account}/consequences',
  summary: 'What happens if the account is disconnected',
  request: { params: z.object({ account: z.string() }) },
  responses: {
    200: json(
      z.object({
        syncs: z.array(
          z.object({
            key: z.string(),
            enabled: z.boolean(),
            linked: z.number().openapi({ description: 'Pairs of records that it keeps the same' }),
          }),
        ),
        allowed: z.boolean().openapi({ description: 'Syncs that stand on it are deleted first' }),
        says: z.string(),
      }),
      'The syncs that stand on it',
    ),
  },
});

/** Connecting accounts by OAuth, and what disconnecting one means. */
export function connectionRoutes(installation: Installation) {
  const { db } = installation;
  return routes()
    .openapi(connect, async (c) => {
      const caller = c.get('caller');
      const { app, account, settings } = c.req.valid('json');
      const given = settings ?? (await settingsOf(installation, caller.workspace, account));
      return c.json(
        { url: await beginConnecting(installation, caller, c.req.raw, { app, account, settings: given }) },
        200,
      );
    })
    .openapi(consequences, async (c) => {
      const { account } = c.req.valid('param');
      const { id } = await accountNamed(installation, c.get('caller').workspace, account);
      const syncs = await standingOn(db, id);
      return c.json({ syncs, allowed: syncs.length === 0, says: inWords(account, syncs) }, 200);
    });
}

async function settingsOf(installation: Installation, workspace: string, account: string) {
  return accountNamed(installation, workspace, account).then(
    ({ settings }) => settings,
    () => ({}),
  );
}

function inWords(account: string, syncs: { key: string; linked: number }[]): string {
  if (syncs.length === 0)
    return `Nothing stands on ${account}: its credentials are forgotten, its records stay as they are.`;
  const pairs = syncs.reduce((sum, { linked }) => sum + linked, 0);
  const names = syncs.map(({ key }) => key).join(', ');
  return `${names} stand${syncs.length === 1 ? 's' : ''} on ${account} and must be deleted first: which of their ${pairs} pairs of records belong together is then forgotten, and the records in both apps stay as they are. To pause instead, turn them off.`;
}

const callback = route('person', {
  method: 'get',
  path: '/callback',
  summary: 'Where apps send people back to after they agreed, or did not',
  request: {
    query: z.object({
      state: z.string().max(500).optional(),
      code: z.string().max(5000).optional(),
      error: z.string().max(500).optional(),
    }),
  },
  responses: {
    302: {
      description:
        "To the app's page: `connected` names the account, or `problem` is one of refused, not-valid, no-answer, not-proven, other-account, other-app",
    },
  },
});

/** The way back from an app. */
export function callbackRoutes(installation: Installation) {
  return routes().openapi(callback, async (c) =>
    c.redirect(pageOf(await endConnecting(installation, c.get('caller'), c.req.raw)), 302),
  );
}

function pageOf({ app, ...end }: RoundTripEnd): string {
  return `/apps/${app}?${new URLSearchParams(end)}`;
}
