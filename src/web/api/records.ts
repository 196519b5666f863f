import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';
import { eachOnce } from './each-once.ts';
import { unlessTold } from './live.ts';
import { queryClient } from './query-client.ts';

/** Records asked for at once. */
const PAGE = '100';
/** How often what a person waits for is asked again, in milliseconds. */
const WATCH_MILLISECONDS = 4000;

/** How a record stands. */
export type Status = 'in-sync' | 'failing' | 'excluded' | 'waiting';

/** Which records are looked at; it stands in the address. */
export interface RecordChoice {
  sync?: string | undefined;
  /** An object on either side. */
  object?: string | undefined;
  status?: Status | undefined;
  category?: string | undefined;
  text?: string | undefined;
  from?: string | undefined;
}

/** Records of all syncs, a page at a time. */
export const recordsQuery = (choice: RecordChoice) =>
  infiniteQueryOptions({
    queryKey: ['records', choice],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(api.records.$get({ query: { ...choice, limit: PAGE, ...(pageParam ? { after: pageParam } : {}) } as never })),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

/** One record, field by field. */
export const recordQuery = (sync: string, record: string) =>
  queryOptions({
    queryKey: ['record', sync, record],
    refetchInterval: WATCH_MILLISECONDS,
    queryFn: () => ask(api.syncs[':sync'].records[':record'].$get({ param: { sync, record } })),
  });

/** A record, field by field. */
export type RecordDetail = Awaited<ReturnType<NonNullable<ReturnType<typeof recordQuery>['queryFn']>>>;

/** A record as some sync has it, found by its id in an account; null where none does. */
export const farRecordQuery = (account: string, object: string, id: string) =>
  queryOptions({
    queryKey: ['records', 'far', account, object, id],
    staleTime: 60_000,
    queryFn: async () => {
      const { items } = await ask(api.records.$get({ query: { text: id, object, limit: PAGE } as never }));
      for (const { id: record, sync, ends, ...sides } of items) {
        for (const side of ['a', 'b'] as const) {
          const isIt = ends[side].account === account && ends[side].object === object && sides[side]?.id === id;
          if (isIt) return { id: record, sync, name: sides[side]?.name ?? null };
        }
      }
      return null;
    },
  });

/** What was written for a record, the newest first. */
export const historyQuery = (sync: string, record: string) =>
  queryOptions({
    queryKey: ['history', sync, record],
    refetchInterval: WATCH_MILLISECONDS,
    queryFn: async () =>
      (
        await ask(
          api.syncs[':sync'].records[':record'].history.$get({ param: { sync, record }, query: { limit: PAGE } }),
        )
      ).items,
  });

/** One write. */
export type Write = Awaited<ReturnType<NonNullable<ReturnType<typeof historyQuery>['queryFn']>>>[number];

/** The health of all syncs. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  refetchInterval: () => unlessTold(WATCH_MILLISECONDS),
  queryFn: () => ask(api.status.$get()),
});

/** What fails, by category. */
export const problemsQuery = queryOptions({
  queryKey: ['problems'],
  refetchInterval: () => unlessTold(WATCH_MILLISECONDS),
  queryFn: async () => (await ask(api.problems.$get({ query: {} }))).items,
});

/** Matches that wait for a person; of one sync, or of all. */
export const ambiguousQuery = (sync?: string) =>
  queryOptions({
    queryKey: ['ambiguous', sync ?? ''],
    queryFn: async () =>
      eachOnce((await ask(api.ambiguous.$get({ query: { limit: '50', ...(sync ? { sync } : {}) } }))).items),
  });

/** One match that waits. */
export type Ambiguous = Awaited<ReturnType<NonNullable<ReturnType<typeof ambiguousQuery>['queryFn']>>>[number];

/** Records changed: whatever shows them asks again. */
export async function recordsChanged(): Promise<void> {
  const keys = ['records', 'record', 'history', 'status', 'problems', 'ambiguous', 'deleted', 'syncs', 'runs'];
  await Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
}

/** Which records an act is about: some, those of a category, or all. */
export type Which = { records: string[] } | { category: string } | { all: true };

/** What can be done with records. */
export type Act = 'retry' | 'unlink' | 'leave' | 'take-back' | 'recreate';

/** Does something with records of a sync; how many it was about. */
export async function actOn(sync: string, act: Act, which: Which): Promise<number> {
  const call = { param: { sync }, json: which as never };
  const acts = api.syncs[':sync'];
  const { count } =
    act === 'retry'
      ? await ask(acts.retry.$post(call))
      : act === 'unlink'
        ? await ask(acts.unlink.$post(call))
        : act === 'leave'
          ? await ask(acts.leave.$post(call))
          : act === 'take-back'
            ? await ask(acts['take-back'].$post(call))
            : await ask(acts.recreate.$post(call));
  await recordsChanged();
  return count;
}
