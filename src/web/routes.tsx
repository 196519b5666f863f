import { createRootRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { meQuery, setupQuery } from './api/me.ts';
import { queryClient } from './api/query-client.ts';
import { Frame } from './parts/frame.tsx';
import { Missing } from './parts/missing.tsx';
import { ProblemNote } from './parts/problem-note.tsx';

const root = createRootRoute({
  notFoundComponent: Missing,
  errorComponent: ({ error, reset }) => <ProblemNote error={error} onRetry={reset} />,
});

/** Texts that stand in the address. */
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

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
    error: text(search.error),
  }),
  component: lazyRouteComponent(() => import('./pages/app.tsx'), 'AppPage'),
});

/** Every address of the page. */
export const routeTree = root.addChildren([setup, signIn, invitation, inside.addChildren([home, syncs, apps, app])]);
