import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';

/** How often the chart and the proof are asked for anew, in milliseconds: the server keeps a proof for a minute. */
const AGAIN_MILLISECONDS = 60_000;

/** A day by the hour, or a week by six hours. */
export type Span = '24h' | '7d';

/** Changes, failures and lag over time, of all syncs. */
export const trendQuery = (span: Span) =>
  queryOptions({
    queryKey: ['trends', span],
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MILLISECONDS,
    queryFn: () => ask(api.trends.$get({ query: { span } })),
  });

/** What happened over time. */
export type Trend = Awaited<ReturnType<NonNullable<ReturnType<typeof trendQuery>['queryFn']>>>;

/** How equal both sides are, in figures. */
export const proofQuery = queryOptions({
  queryKey: ['proof'],
  refetchInterval: AGAIN_MILLISECONDS,
  queryFn: () => ask(api.status.proof.$get()),
});
