import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

/** What connectors say of their apps, by the English they say it in. English itself needs none. */
const dictionaries: Record<string, () => Promise<Record<string, string>>> = {
  sv: async () => (await import('./app-words-sv.ts')).words,
};

/** Translates what a connector says of its app; what has no translation yet stays as it is. */
export function useAppWords(): (text: string) => string {
  const { i18n } = useTranslation();
  const load = dictionaries[i18n.language];
  const { data } = useQuery({
    queryKey: ['app-words', i18n.language],
    enabled: load !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: (): Promise<Record<string, string>> | Record<string, string> => load?.() ?? {},
  });
  return (text) => data?.[text] ?? text;
}
