import { z } from '@hono/zod-openapi';
import { accountRows, addAccount } from '../../store/account-list.ts';
import { audit } from '../audit.ts';
import type { Caller } from '../caller.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { json, route, routes } from '../route.ts';

const read = route('view', {
  method: 'get',
  path: '/',
  summary: 'Whether sample apps can be had here',
  responses: { 200: json(z.object({ offered: z.boolean() }), 'Whether they can') },
});

const start = route('manage', {
  method: 'post',
  path: '/',
  summary: 'Start two sample apps with a few hundred records and connect an account of each',
  responses: { 200: json(z.object({ accounts: z.array(z.string()) }), 'The keys of their accounts') },
});

/** Sample apps: a sync to look at before any app is connected. */
export function sampleRoutes(installation: Installation) {
  return routes()
    .openapi(read, (c) => c.json({ offered: installation.samples !== undefined }, 200))
    .openapi(start, async (c) => {
      const { samples } = installation;
      if (!samples) throw new Refused(409, 'this server has no sample apps: they come with `syncline start`');
      const accounts: string[] = [];
      for (const sample of await samples.start()) accounts.push(await connect(installation, c.get('caller'), sample));
      return c.json({ accounts }, 200);
    });
}

/** An account of the sample app; the one that is there is taken as it is. */
async function connect(
  installation: Installation,
  caller: Caller,
  { app, settings, secrets }: { app: string; settings: Record<string, string>; secrets: Record<string, string> },
): Promise<string> {
  const { db, accounts } = installation;
  const key = `${app}-sample`;
  if ((await accountRows(db, caller.workspace, key)).length > 0) return key;
  await addAccount(db, caller.workspace, { key, app, settings, secrets: accounts.seal(secrets, key), inside: 'yes' });
  await audit(installation, caller, 'account.connected', { account: key, app });
  return key;
}
