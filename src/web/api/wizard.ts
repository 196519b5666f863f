import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Draft, MappingInput, Two } from '../wizard/draft.ts';
import { api, ask } from './client.ts';

/** The objects of an account. */
export const objectsQuery = (account: string) =>
  queryOptions({
    queryKey: ['objects', account],
    staleTime: 60_000,
    enabled: account !== '',
    queryFn: async () => (await ask(api.accounts[':account'].objects.$get({ param: { account } }))).items,
  });

/** The fields of an object. */
export const fieldsQuery = (account: string, object: string) =>
  queryOptions({
    queryKey: ['fields', account, object],
    staleTime: 60_000,
    enabled: account !== '' && object !== '',
    queryFn: () => ask(api.accounts[':account'].objects[':object'].fields.$get({ param: { account, object } })),
  });

/** An object's fields and associations. */
export type ObjectFields = Awaited<ReturnType<NonNullable<ReturnType<typeof fieldsQuery>['queryFn']>>>;

/** A field as its app describes it. */
export type Field = ObjectFields['items'][number];

/** Who can own records in an account; none where its app has no owners. */
export const usersQuery = (account: string) =>
  queryOptions({
    queryKey: ['users', account],
    staleTime: 600_000,
    queryFn: async () => (await ask(api.accounts[':account'].users.$get({ param: { account } }))).items,
  });

/** A few real records. */
export const samplesQuery = (account: string, object: string) =>
  queryOptions({
    queryKey: ['sample-records', account, object],
    staleTime: 60_000,
    enabled: account !== '' && object !== '',
    queryFn: () =>
      ask(
        api.accounts[':account'].objects[':object'].samples.$get({ param: { account, object }, query: { limit: '3' } }),
      ),
  });

/** What a draft means when it is held against both apps as they are now. */
export const checkQuery = (draft: Draft) =>
  queryOptions({
    queryKey: ['check', draft.key, draft.settings],
    enabled: isComplete(draft),
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: () => ask(api.syncs.check.$post({ json: { key: draft.key, settings: draft.settings as never } })),
  });

/** What the check says. */
export type Check = Awaited<ReturnType<NonNullable<ReturnType<typeof checkQuery>['queryFn']>>>;

/** How many records would meet by the draft's match rules. */
export const matchesQuery = (draft: Draft) =>
  queryOptions({
    queryKey: ['matches', draft.settings.a, draft.settings.b, draft.settings.match, draft.settings.mappings],
    enabled: isComplete(draft),
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: () => ask(api.syncs.matches.$post({ json: { key: draft.key, settings: draft.settings as never } })),
  });

/** How many records pass the draft's filters. */
export const filterCountsQuery = (draft: Draft) =>
  queryOptions({
    queryKey: ['filter-counts', draft.settings.a, draft.settings.b, draft.settings.filter, draft.settings.require],
    enabled: isComplete(draft),
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: () =>
      ask(api.syncs['filter-counts'].$post({ json: { key: draft.key, settings: draft.settings as never } })),
  });

/** A key and settings that fit two objects. */
export async function suggest(a: Draft['settings']['a'], b: Draft['settings']['b']): Promise<Draft> {
  return (await ask(api.syncs.suggest.$post({ json: { a, b } }))) as unknown as Draft;
}

/** What an expression makes of a few real records. */
export const tryTransform = (end: Draft['settings']['a'], field: string, expression: string) =>
  queryOptions({
    queryKey: ['try-transform', end, field, expression],
    enabled: expression !== '' && field !== '',
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: async () => (await ask(api.syncs['try-transform'].$post({ json: { ...end, field, expression } }))).items,
  });

/** A mapping as the check spells it out. */
export interface SpelledMapping extends Two<string[]> {
  enabled: boolean;
  isDefault: boolean;
  to: Two<boolean>;
  why: string | null;
  /** Of two selects: how many options of side a have a partner. */
  options: { mapped: number; total: number } | null;
  /** As the person set it; the default ones have none. */
  input: MappingInput | undefined;
}

function isComplete({ settings: { a, b } }: Draft): boolean {
  return a.account !== '' && a.object !== '' && b.account !== '' && b.object !== '';
}
