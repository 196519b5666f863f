import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';
import { queryClient } from './query-client.ts';
import { syncsChanged } from './syncs.ts';

/** How often a plan that is being made, or whose sample runs, is asked for, in milliseconds. */
const WATCH_MILLISECONDS = 700;
/** Records of a plan asked for at once. */
const PAGE = '100';

/** A plan with its totals. */
export const planQuery = (sync: string, number: number) =>
  queryOptions({
    queryKey: ['plans', sync, number],
    queryFn: () => ask(api.syncs[':sync'].plans[':number'].$get({ param: { sync, number: String(number) } })),
    refetchInterval: ({ state }) =>
      state.data?.state === 'making' || state.data?.sample?.state === 'running' ? WATCH_MILLISECONDS : false,
  });

/** A plan. */
export type Plan = Awaited<ReturnType<NonNullable<ReturnType<typeof planQuery>['queryFn']>>>;

/** Throws a plan away: nothing of it was written, nor will be. */
export async function discardPlan(sync: string, number: number): Promise<void> {
  await ask(api.syncs[':sync'].plans[':number'].discard.$post({ param: { sync, number: String(number) } }));
  await Promise.all([queryClient.invalidateQueries({ queryKey: ['plans', sync] }), syncsChanged()]);
}

/** Which records of a plan are looked at. */
export interface PlanChoice {
  side?: 'a' | 'b' | undefined;
  op?: 'create' | 'update' | 'archive' | 'delete' | undefined;
  outcome?: 'write' | 'link' | 'skipped' | 'waiting' | 'failing' | undefined;
  conflicts?: 'only' | undefined;
  text?: string | undefined;
}

/** The records of a plan, a page at a time. */
export const planRecordsQuery = (sync: string, number: number, choice: PlanChoice) =>
  infiniteQueryOptions({
    queryKey: ['plan-records', sync, number, choice],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(
        api.syncs[':sync'].plans[':number'].records.$get({
          param: { sync, number: String(number) },
          query: { ...choice, limit: PAGE, ...(pageParam ? { after: pageParam } : {}) },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

/** What a plan does to a record on one side. */
export interface PlanWrite {
  op: 'create' | 'update' | 'archive' | 'delete';
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  rule: Record<string, string>;
  /** Associations that are made and ended, by name, as ids of the side that is written. */
  edges: Record<string, { add: string[]; remove: string[] }>;
}

/** A record of a plan. */
export interface PlanRecord {
  place: number;
  ids: { a: string | null; b: string | null };
  names: { a: string | null; b: string | null };
  outcome: 'write' | 'link' | 'skipped' | 'waiting' | 'failing';
  side: 'a' | 'b';
  writes: { a: PlanWrite | null; b: PlanWrite | null };
  conflicts: { a: number; b: number; filled: number };
  problem: { category: string; side: 'a' | 'b'; message: string } | null;
  why: string | null;
}
