import { Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { Ago } from './ago.tsx';
import { RowsSkeleton, Section } from './page.tsx';
import { roles } from './people.tsx';
import { ProblemNote } from './problem-note.tsx';
import { Rows } from './rows.tsx';

/** Entries asked for at once. */
const PAGE = '100';

/** Who did what, the newest first. */
export function AuditLog() {
  const { t } = useTranslation();
  const found = useInfiniteQuery({
    queryKey: ['audit'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(api.audit.$get({ query: { limit: PAGE, ...(pageParam ? { after: pageParam } : {}) } as never })),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rows = (found.data?.pages ?? []).flatMap(({ items }) => items);
  return (
    <Section title={t('settings.tab.audit')} about={t('settings.auditAbout')}>
      <ProblemNote error={found.error} />
      {found.isPending ? <RowsSkeleton /> : null}
      {found.isSuccess ? (
        <Rows
          label={t('settings.tab.audit')}
          rows={rows}
          none={t('settings.noAudit')}
          keyOf={({ id }) => id}
          onEnd={found.hasNextPage && !found.isFetching ? () => void found.fetchNextPage() : undefined}
          columns={[
            { key: 'who', title: t('settings.who'), head: true, show: ({ caller }) => caller.name },
            {
              key: 'act',
              title: t('settings.act'),
              show: ({ act }) => t(`audit.${act}`, { defaultValue: act }),
            },
            {
              key: 'about',
              title: t('settings.about'),
              show: ({ about }) => (
                <Text size="sm" c="dimmed" className="wrap-anywhere">
                  {Object.entries(about)
                    .filter(([, value]) => value !== null)
                    .map(
                      ([name, value]) =>
                        `${t(`settings.aboutWhat.${name}`, { defaultValue: name })}: ${aboutText(t, value)}`,
                    )
                    .join(' · ')}
                </Text>
              ),
            },
            { key: 'at', title: t('activity.when'), show: ({ at }) => <Ago at={at} /> },
          ]}
        />
      ) : null}
    </Section>
  );
}

/** Roles and yes or no in words; anything else as it is. */
function aboutText(t: TFunction, value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'wizard.limit.true' : 'wizard.limit.false');
  const text = String(value);
  return roles.some((role) => role === text) ? t(`people.role.${text}`) : text;
}
