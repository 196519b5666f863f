import { createRootRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { meQuery, setupQuery } from './api/me.ts';
import type { PlanChoice } from './api/plans.ts';
import { queryClient } from './api/query-client.ts';
import type { RecordChoice } from './api/records.ts';
import { Frame } from './parts/frame.tsx';
import { Missing } from './parts/missing.tsx';
import { ProblemNote } from './parts/problem-note.tsx';

const root = createRootRoute({
  notFoundComponent: Missing,
  errorComponent: ({ error, reset }) => <ProblemNote error={error} onRetry={reset} />,
});

/** Texts that stand in the address. */
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** One of a few words, or nothing. */
function oneOf<const Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === value);
}

const stepOf = (value: unknown) => oneOf(value, ['object', 'configure', 'limit', 'review']);

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  beforeLoad: async () => {
    const { needed } = await queryClient.fetchQuery(setupQuery);
    if (!needed) throw redirect({ to: '/' });
  },
  component: lazyRouteComponent(() => import('./pages/setup.tsx'), 'SetupPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>) => ({ next: text(search.next), error: text(search.error) }),
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./pages/invitation.tsx'), 'InvitationPage'),
});

const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/new-password',
  component: lazyRouteComponent(() => import('./pages/new-password.tsx'), 'NewPasswordPage'),
});

/** Everything behind the sign-in, in the frame. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(meQuery);
    if (me) return;
    const { needed } = await queryClient.fetchQuery(setupQuery);
    if (needed) throw redirect({ to: '/setup' });
    throw redirect({ to: '/sign-in', search: { next: location.href, error: undefined } });
  },
  component: Frame,
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/syncs' });
  },
});

const syncs = createRoute({
  getParentRoute: () => inside,
  path: '/syncs',
  component: lazyRouteComponent(() => import('./pages/syncs.tsx'), 'SyncsPage'),
});

const newSync = createRoute({
  getParentRoute: () => inside,
  path: '/syncs/new',
  validateSearch: (search: Record<string, unknown>) => ({
    a: text(search.a),
    b: text(search.b),
    like: text(search.like),
    step: stepOf(search.step),
  }),
  component: lazyRouteComponent(() => import('./pages/new-sync.tsx'), 'NewSyncPage'),
});

const sync = createRoute({
  getParentRoute: () => inside,
  path: '/syncs/$sync',
  component: lazyRouteComponent(() => import('./pages/sync.tsx'), 'SyncPage'),
});

const editSync = createRoute({
  getParentRoute: () => inside,
  path: '/syncs/$sync/edit',
  validateSearch: (search: Record<string, unknown>) => ({ step: stepOf(search.step) }),
  component: lazyRouteComponent(() => import('./pages/edit-sync.tsx'), 'EditSyncPage'),
});

const plan = createRoute({
  getParentRoute: () => inside,
  path: '/syncs/$sync/plans/$number',
  validateSearch: (search: Record<string, unknown>): PlanChoice => ({
    side: oneOf(search.side, ['a', 'b']),
    op: oneOf(search.op, ['create', 'update', 'archive', 'delete']),
    outcome: oneOf(search.outcome, ['write', 'link', 'skipped', 'waiting', 'failing']),
    conflicts: oneOf(search.conflicts, ['only']),
    text: text(search.text),
  }),
  component: lazyRouteComponent(() => import('./pages/plan.tsx'), 'PlanPage'),
});

const apps = createRoute({
  getParentRoute: () => inside,
  path: '/apps',
  validateSearch: (search: Record<string, unknown>) => ({ text: text(search.text), category: text(search.category) }),
  component: lazyRouteComponent(() => import('./pages/apps.tsx'), 'AppsPage'),
});

const app = createRoute({
  getParentRoute: () => inside,
  path: '/apps/$app',
  validateSearch: (search: Record<string, unknown>) => ({
    connected: text(search.connected),
    problem: text(search.problem),
  }),
  component: lazyRouteComponent(() => import('./pages/app.tsx'), 'AppPage'),
});

const health = createRoute({
  getParentRoute: () => inside,
  path: '/health-of-syncs',
  component: lazyRouteComponent(() => import('./pages/health.tsx'), 'HealthPage'),
});

const records = createRoute({
  getParentRoute: () => inside,
  path: '/records',
  validateSearch: (search: Record<string, unknown>): RecordChoice => ({
    sync: text(search.sync),
    object: text(search.object),
    status: oneOf(search.status, ['in-sync', 'failing', 'excluded', 'waiting']),
    category: text(search.category),
    text: text(search.text),
    from: text(search.from),
  }),
  component: lazyRouteComponent(() => import('./pages/records.tsx'), 'RecordsPage'),
});

const record = createRoute({
  getParentRoute: () => inside,
  path: '/syncs/$sync/records/$record',
  component: lazyRouteComponent(() => import('./pages/record.tsx'), 'RecordPage'),
});

const activity = createRoute({
  getParentRoute: () => inside,
  path: '/activity',
  validateSearch: (search: Record<string, unknown>) => ({ sync: text(search.sync) }),
  component: lazyRouteComponent(() => import('./pages/activity.tsx'), 'ActivityPage'),
});

const run = createRoute({
  getParentRoute: () => inside,
  path: '/activity/$run',
  component: lazyRouteComponent(() => import('./pages/run.tsx'), 'RunPage'),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  validateSearch: (search: Record<string, unknown>) => ({
    tab: oneOf(search.tab, ['security', 'people', 'keys', 'alerts', 'retention', 'audit', 'file']),
  }),
  component: lazyRouteComponent(() => import('./pages/settings.tsx'), 'SettingsPage'),
});

/** Every address of the page. */
export const routeTree = root.addChildren([
  setup,
  signIn,
  invitation,
  newPassword,
  inside.addChildren([
    home,
    syncs,
    newSync,
    sync,
    editSync,
    plan,
    health,
    records,
    record,
    activity,
    run,
    apps,
    app,
    settings,
  ]),
]);
