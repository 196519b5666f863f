import { z } from '@hono/zod-openapi';
import { lastNotice, readHook } from '../../store/hooks.ts';
import type { Installation } from '../installation.ts';
import { accountNamed } from '../named.ts';
import { hookAddress } from '../notices.ts';
import { json, route, routes } from '../route.ts';

const noticesSchema = z
  .object({
    state: z.enum(['on', 'by-hand', 'failed', 'none']).openapi({
      description:
        'on: the app tells of changes. by-hand: a person enters the address in the app. failed: see message. none: changes are found by polling',
    }),
    address: z.string().nullable().openapi({ description: 'Where the app calls; whoever has it can ring, so keep it' }),
    message: z.string().nullable(),
    objects: z.array(z.string()),
    until: z.string().nullable(),
    lastAt: z.string().nullable(),
  })
  .openapi('AccountNotices');

const read = route('manage', {
  method: 'get',
  path: '/{account}/notices',
  summary: 'How an account tells of changes',
  request: { params: z.object({ account: z.string().openapi({ example: 'crm' }) }) },
  responses: { 200: json(noticesSchema, 'How, where and when last') },
});

/** How accounts tell of changes. */
export function accountNoticeRoutes(installation: Installation) {
  const { db } = installation;
  return routes().openapi(read, async (c) => {
    const { id } = await accountNamed(installation, c.get('caller').workspace, c.req.valid('param').account);
    const hook = await readHook(db, id);
    const lastAt = await lastNotice(db, id);
    return c.json(
      {
        state: hook?.state ?? ('none' as const),
        address: await hookAddress(installation, id),
        message: hook?.message ?? null,
        objects: hook?.objects ?? [],
        until: hook?.until ? new Date(hook.until).toISOString() : null,
        lastAt: lastAt === null ? null : new Date(lastAt).toISOString(),
      },
      200,
    );
  });
}
