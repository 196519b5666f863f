import { queryOptions } from '@tanstack/react-query';
import { ApiError, api, ask, askWithVersion } from './client.ts';
import { queryClient } from './query-client.ts';

/** The connected accounts of the workspace. */
export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: async () => (await ask(api.accounts.$get({ query: { limit: '200' } }))).items,
});

/** A connected account. */
export type Account = Awaited<ReturnType<NonNullable<typeof accountsQuery.queryFn>>>[number];

/** Gives an account another name, or other settings and secrets, as it stands now. */
export async function changeAccount(
  account: string,
  json: { key?: string; settings?: Record<string, string>; secrets?: Record<string, string> },
): Promise<void> {
  const { version } = await askWithVersion(api.accounts[':account'].$get({ param: { account } }));
  await ask(api.accounts[':account'].$patch({ param: { account }, header: { 'if-match': version }, json }));
}

/** Asks the app who an account is; throws what is wrong, with what to do. */
export async function testAccount(account: string): Promise<{ label: string }> {
  const proof = await ask(api.accounts[':account'].test.$post({ param: { account } }));
  if (proof.works) return proof;
  throw new ApiError(424, proof.kind, `${proof.message}. ${proof.remedy}`);
}

/** An account changed: whatever shows it asks again. */
export function accountsChanged(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['accounts'] });
}
