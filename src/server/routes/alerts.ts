import { z } from '@hono/zod-openapi';
import { readAlertSetting, readAlerts } from '../../store/alerts.ts';
import { alertSecret, changeAlertSetting, tell } from '../alerts.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { body, json, route, routes } from '../route.ts';

/** People told by mail at most. */
const MOST_EMAILS = 20;

const settingSchema = z
  .object({
    emails: z.array(z.email().max(320)).max(MOST_EMAILS),
    webhook: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .nullable(),
  })
  .openapi('AlertSetting');

const shownSchema = settingSchema
  .extend({
    mail: z.enum(['ready', 'not-set']).openapi({ description: 'Whether the installation has a mail server' }),
    secret: z.string().nullable().openapi({ description: 'What messages to the webhook are signed with' }),
  })
  .openapi('AlertSettingShown');

const alertSchema = z
  .object({
    subject: z.string().openapi({ example: 'sync contacts' }),
    kind: z.string(),
    detail: z.string(),
    since: z.string(),
    told: z.boolean(),
  })
  .openapi('Alert');

const read = route('admin', {
  method: 'get',
  path: '/setting',
  summary: 'Who is told when something needs a person',
  responses: { 200: json(shownSchema, 'Who is told') },
});

const change = route('admin', {
  method: 'put',
  path: '/setting',
  summary: 'Change who is told',
  request: { body: body(settingSchema) },
  responses: { 200: json(shownSchema, 'Who is told from now on') },
});

const list = route('view', {
  method: 'get',
  path: '/',
  summary: 'What needs a person just now',
  responses: { 200: json(z.object({ items: z.array(alertSchema) }), 'The longest standing first') },
});

const probe = route('admin', {
  method: 'post',
  path: '/test',
  summary: 'Send a message to whoever is told, to see that it arrives',
  responses: { 200: json(z.object({ sent: z.literal(true) }), 'It was taken') },
});

/** Alerts: who is told, and what stands. */
export function alertRoutes(installation: Installation) {
  const { db } = installation;
  return routes()
    .openapi(read, async (c) => c.json(await shown(installation, c.get('caller').workspace), 200))
    .openapi(change, async (c) => {
      const caller = c.get('caller');
      const setting = c.req.valid('json');
      await changeAlertSetting(installation, caller.workspace, setting);
      await audit(installation, caller, 'alerts.changed', {
        emails: setting.emails.length,
        webhook: setting.webhook !== null,
      });
      return c.json(await shown(installation, caller.workspace), 200);
    })
    .openapi(list, async (c) => {
      const alerts = await readAlerts(db, c.get('caller').workspace);
      const items = alerts
        .filter(({ goneAt }) => goneAt === null)
        .map(({ subject, kind, detail, since, told }) => ({
          subject,
          kind,
          detail,
          since: new Date(since).toISOString(),
          told: told !== null,
        }));
      return c.json({ items }, 200);
    })
    .openapi(probe, async (c) => {
      const { workspace } = c.get('caller');
      const setting = await readAlertSetting(db, workspace);
      if (!setting || (setting.emails.length === 0 && setting.webhook === null))
        throw new Refused(422, 'nobody is told yet: give an e-mail address or a webhook first');
      if (setting.emails.length > 0 && !installation.mail)
        throw new Refused(422, 'no mail server is set: start Syncline with SYNCLINE_SMTP_URL');
      try {
        await tell(installation, workspace, 'test', { stands: [], recovered: [] });
      } catch (error) {
        throw new Refused(422, `the message could not be sent: ${(error as Error).message}`);
      }
      return c.json({ sent: true as const }, 200);
    });
}

async function shown(installation: Installation, workspace: string): Promise<z.infer<typeof shownSchema>> {
  const setting = await readAlertSetting(installation.db, workspace);
  return {
    emails: setting?.emails ?? [],
    webhook: setting?.webhook ?? null,
    mail: installation.mail ? 'ready' : 'not-set',
    secret: await alertSecret(installation, workspace),
  };
}
