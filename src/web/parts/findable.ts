import { queryOptions } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { appsQuery } from '../api/apps.ts';
import { queryClient } from '../api/query-client.ts';
import { places } from './rail.tsx';

/** Something ⌘K can find by its name. */
export interface Findable {
  label: string;
  kind: string;
  to: string;
  search?: Record<string, string>;
}

/** Everything that has a name: places, apps. */
export function findable(t: TFunction) {
  return queryOptions({
    queryKey: ['findable', t('frame.nav.syncs')],
    queryFn: async (): Promise<Findable[]> => {
      const apps = await queryClient.ensureQueryData(appsQuery);
      return [
        ...places.map(({ to, key }) => ({ label: t(`frame.nav.${key}`), kind: '', to })),
        ...apps.map(({ name, label }) => ({ label, kind: t('frame.nav.apps'), to: `/apps/${name}` })),
      ];
    },
  });
}
