import { createRouter } from '@tanstack/react-router';
import { RowsSkeleton } from './parts/page.tsx';
import { routeTree } from './routes.tsx';

/** The page's addresses. A screen's code is loaded with its first visit, or when its link is about to be pressed. */
export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: RowsSkeleton,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

window.addEventListener('syncline:signed-out', () => void router.invalidate());
