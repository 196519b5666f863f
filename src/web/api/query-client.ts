import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

/** How long an answer counts as fresh, in milliseconds; the server's events refresh what changed before that. */
const FRESH_MILLISECONDS = 5000;
/** A read that no server answered is asked this often before the page says so. */
const MOST_REPEATS = 2;

/** Somebody's session ended: whoever is signed in is asked for again, and the router leads to the sign-in. */
function noticeEnd(error: Error): void {
  if (error instanceof ApiError && error.status === 401) {
    queryClient.removeQueries({ queryKey: ['me'] });
    window.dispatchEvent(new Event('syncline:signed-out'));
  }
}

/** What the page knows of the server. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEnd }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: {
      staleTime: FRESH_MILLISECONDS,
      retry: (count, error) =>
        count < MOST_REPEATS &&
        (!(error instanceof ApiError) || error.status === 0 || error.status === 424 || error.status >= 502),
    },
  },
});
