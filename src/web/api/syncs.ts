import { queryOptions } from '@tanstack/react-query';
import { api, ask, askWithVersion } from './client.ts';
import { unlessTold } from './live.ts';
import { queryClient } from './query-client.ts';

/** How often syncs are asked for while one of them is at work, and while all is quiet, in milliseconds. */
const BUSY_MILLISECONDS = 1500;
const QUIET_MILLISECONDS = 15_000;

/** The syncs of the workspace, with how they stand. */
export const syncsQuery = queryOptions({
  queryKey: ['syncs'],
  queryFn: async () => (await ask(api.syncs.$get())).items,
  refetchInterval: ({ state }) => paceOf(state.data ?? []),
});

/** A sync as the list shows it. */
export type Sync = Awaited<ReturnType<NonNullable<typeof syncsQuery.queryFn>>>[number];

/** One sync, with the version that an edit rests on. */
export const syncQuery = (sync: string) =>
  queryOptions({
    queryKey: ['syncs', sync],
    queryFn: () => askWithVersion(api.syncs[':sync'].$get({ param: { sync } })),
    refetchInterval: ({ state }) => paceOf(state.data ? [state.data.body] : []),
  });

/** How often to ask, by what is under way that a person waits for. The server tells of a first sync, not of a re-plan. */
function paceOf(syncs: { state: string; progress: unknown }[]): number {
  if (syncs.some(({ state, progress }) => state !== 'first-sync' && progress !== null)) return BUSY_MILLISECONDS;
  const isFirst = syncs.some(({ state }) => state === 'first-sync');
  return unlessTold(isFirst ? BUSY_MILLISECONDS : QUIET_MILLISECONDS);
}

/** A sync changed: whatever shows it asks again. */
export async function syncsChanged(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['syncs'] }),
    queryClient.invalidateQueries({ queryKey: ['status'] }),
    queryClient.invalidateQueries({ queryKey: ['accounts'] }),
  ]);
}
