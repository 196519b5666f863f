import { OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { Failure } from '../connector/contract.ts';
import { ActRefused, Busy } from '../engine/acts.ts';
import { RulesRefused } from '../engine/rulebook.ts';
import { isAway } from '../store/db.ts';
import { KeyTaken } from '../store/installation.ts';
import type { Identify } from './caller.ts';
import { addressed, guard, headersOf } from './guard.ts';
import type { Installation } from './installation.ts';
import { metricsRoute } from './metrics.ts';
import { pageFor } from './page.ts';
import { problem, Refused } from './problem.ts';
import type { Env } from './route.ts';
import { accountNoticeRoutes } from './routes/account-notices.ts';
import { accountObjectRoutes } from './routes/account-objects.ts';
import { accountRoutes } from './routes/accounts.ts';
import { alertRoutes } from './routes/alerts.ts';
import { ambiguousRoutes } from './routes/ambiguous.ts';
import { appClientRoutes } from './routes/app-clients.ts';
import { appRoutes } from './routes/apps.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { callbackRoutes, connectionRoutes } from './routes/connections.ts';
import { deletedRoutes } from './routes/deleted.ts';
import { docsRoutes } from './routes/docs.ts';
import { draftCountRoutes } from './routes/draft-counts.ts';
import { eventRoutes } from './routes/events.ts';
import { fileRoutes } from './routes/file.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { keyRoutes } from './routes/keys.ts';
import { meRoutes } from './routes/me.ts';
import { peopleRoutes } from './routes/people.ts';
import { planStartRoutes } from './routes/plan-starts.ts';
import { problemRoutes } from './routes/problems.ts';
import { recordUndoRoutes } from './routes/record-undo.ts';
import { recordRoutes } from './routes/records.ts';
import { retentionRoutes } from './routes/retention.ts';
import { runRoutes } from './routes/runs.ts';
import { sampleRoutes } from './routes/samples.ts';
import { setupRoutes } from './routes/setup.ts';
import { signOnRoutes } from './routes/sign-on.ts';
import { statusRoutes } from './routes/status.ts';
import { syncActRoutes } from './routes/sync-acts.ts';
import { syncDraftRoutes } from './routes/sync-drafts.ts';
import { syncPlanRoutes } from './routes/sync-plans.ts';
import { syncRecordRoutes } from './routes/sync-records.ts';
import { syncRoutes } from './routes/syncs.ts';
import { trendRoutes } from './routes/trends.ts';
import { workspaceRoutes } from './routes/workspaces.ts';
import { AUTH } from './sign-in.ts';

/** Where the API lives. */
const API = '/api/v1';

/** The HTTP application: health, and the API under /api/v1. Errors are problem details (RFC 9457). */
export function makeApp(installation: Installation, identify: Identify): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>();
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/ready', async (c) =>
    (await answers(installation)) ? c.json({ status: 'ready' }) : problem(c, 503, 'the database does not answer'),
  );
  app.use('*', headersOf(installation), addressed(installation));
  app.use('/api/*', ...guard(installation));
  app.route(AUTH, authRoutes(installation));
  app.use(`${API}/*`, async (c, next) => {
    const caller = await identify(c.req.raw, c.get('address'));
    if (caller) c.set('caller', caller);
    await next();
  });
  app.route('/metrics', metricsRoute(installation, identify));
  app.route(`${API}/docs`, docsRoutes());
  app.route(API, makeApi(installation));
  app.doc31(`${API}/openapi.json`, { openapi: '3.1.0', info: { title: 'Syncline', version: '1' } });
  app.notFound(async (c) => (await pageFor(c)) ?? problem(c, 404, `there is nothing at ${c.req.path}`));
  app.onError((error, c) => {
    if (error instanceof Refused) return problem(c, error.status, error.message, error.errors, error.headers);
    if (error instanceof RulesRefused || error instanceof KeyTaken) return problem(c, 422, error.message);
    if (error instanceof Busy || error instanceof ActRefused) return problem(c, 409, error.message);
    if (error instanceof Failure) return problem(c, 424, error.message);
    if (error instanceof HTTPException && error.status < 500) return problem(c, 400, error.message);
    if (isAway(error)) return problem(c, 503, 'the database does not answer just now: try again in a moment');
    installation.log.error('a request failed', { path: c.req.path, reason: error.message });
    return problem(c, 500, 'Syncline could not answer; its log says why');
  });
  return app;
}

/** The API: one set of routes per noun, chained so that the typed client knows them all. */
function makeApi(installation: Installation) {
  return new OpenAPIHono<Env>()
    .route('/alerts', alertRoutes(installation))
    .route('/retention', retentionRoutes(installation))
    .route('/apps', appRoutes(installation))
    .route('/apps', appClientRoutes(installation))
    .route('/accounts', connectionRoutes(installation))
    .route('/connections', callbackRoutes(installation))
    .route('/accounts', accountRoutes(installation))
    .route('/accounts', accountObjectRoutes(installation))
    .route('/accounts', accountNoticeRoutes(installation))
    .route('/syncs', syncDraftRoutes(installation))
    .route('/syncs', syncRoutes(installation))
    .route('/syncs', syncPlanRoutes(installation))
    .route('/syncs', planStartRoutes(installation))
    .route('/file', fileRoutes(installation))
    .route('/syncs', draftCountRoutes(installation))
    .route('/samples', sampleRoutes(installation))
    .route('/setup', setupRoutes(installation))
    .route('/me', meRoutes(installation))
    .route('/people', peopleRoutes(installation))
    .route('/invitations', invitationRoutes(installation))
    .route('/keys', keyRoutes(installation))
    .route('/audit', auditRoutes(installation))
    .route('/workspaces', workspaceRoutes(installation))
    .route('/sign-on', signOnRoutes(installation))
    .route('/records', recordRoutes(installation))
    .route('/syncs', syncRecordRoutes(installation))
    .route('/syncs', syncActRoutes(installation))
    .route('/problems', problemRoutes(installation))
    .route('/deleted', deletedRoutes(installation))
    .route('/ambiguous', ambiguousRoutes(installation))
    .route('/runs', runRoutes(installation))
    .route('/syncs', recordUndoRoutes(installation))
    .route('/status', statusRoutes(installation))
    .route('/trends', trendRoutes(installation))
    .route('/events', eventRoutes(installation));
}

/** The API's type, for the page's client. */
export type Api = ReturnType<typeof makeApi>;

async function answers({ db }: Installation): Promise<boolean> {
  try {
    await db.rows('select 1');
    return true;
  } catch {
    return false;
  }
}
