import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';

/** How long what changes with the version only is kept, in milliseconds. */
const KEPT_MILLISECONDS = 600_000;

/** The app catalogue. */
export const appsQuery = queryOptions({
  queryKey: ['apps'],
  staleTime: KEPT_MILLISECONDS,
  queryFn: async () => (await ask(api.apps.$get())).items,
});

/** One app of the catalogue. */
export type App = Awaited<ReturnType<NonNullable<typeof appsQuery.queryFn>>>[number];

/** An app with its objects. */
export const appQuery = (app: string) =>
  queryOptions({
    queryKey: ['apps', app],
    staleTime: KEPT_MILLISECONDS,
    queryFn: () => ask(api.apps[':app'].$get({ param: { app } })),
  });

/** What maps to what by itself between two apps. */
export const defaultsQuery = (app: string, other: string) =>
  queryOptions({
    queryKey: ['apps', app, 'defaults', other],
    staleTime: KEPT_MILLISECONDS,
    queryFn: async () => (await ask(api.apps[':app'].defaults.$get({ param: { app }, query: { with: other } }))).items,
  });

/** The default mappings of an object of one app and one of another. */
export type DefaultPair = Awaited<ReturnType<NonNullable<ReturnType<typeof defaultsQuery>['queryFn']>>>[number];
