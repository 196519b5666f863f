import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';

/** The app catalogue. It changes with the version only. */
export const appsQuery = queryOptions({
  queryKey: ['apps'],
  staleTime: 600_000,
  queryFn: async () => (await ask(api.apps.$get())).items,
});

/** One app of the catalogue. */
export type App = Awaited<ReturnType<NonNullable<typeof appsQuery.queryFn>>>[number];

/** An app with its objects. */
export const appQuery = (app: string) =>
  queryOptions({
    queryKey: ['apps', app],
    staleTime: 600_000,
    queryFn: () => ask(api.apps[':app'].$get({ param: { app } })),
  });
