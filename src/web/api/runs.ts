import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';

const PAGE = '50';
const WATCH_MILLISECONDS = 5000;

/** Runs, the newest first. */
export const runsQuery = (sync: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['runs', sync ?? ''],
    refetchInterval: WATCH_MILLISECONDS,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(
        api.runs.$get({
          query: { limit: PAGE, ...(sync ? { sync } : {}), ...(pageParam ? { after: pageParam } : {}) },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

/** A run as it is listed. */
export type Run = Awaited<ReturnType<NonNullable<ReturnType<typeof runsQuery>['queryFn']>>>['items'][number];

/** One run. */
export const runQuery = (run: string) =>
  queryOptions({ queryKey: ['runs', 'one', run], queryFn: () => ask(api.runs[':run'].$get({ param: { run } })) });

/** A run with its ends. */
export type RunDetail = Awaited<ReturnType<NonNullable<ReturnType<typeof runQuery>['queryFn']>>>;

/** What a run wrote, the newest first. */
export const runWritesQuery = (run: string) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'writes', run],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(
        api.runs[':run'].writes.$get({
          param: { run },
          query: { limit: PAGE, ...(pageParam ? { after: pageParam } : {}) },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

/** What undoing a run would do. */
export function lookAtUndo(run: string) {
  return ask(api.runs[':run'].undo.$get({ param: { run } }));
}

/** Undoes a run, in the background. */
export function undoRun(run: string) {
  return ask(api.runs[':run'].undo.$post({ param: { run } }));
}
