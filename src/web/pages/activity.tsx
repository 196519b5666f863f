import { Anchor, Button, Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Run, runsQuery } from '../api/runs.ts';
import { syncsQuery } from '../api/syncs.ts';
import { useForm } from '../i18n/form.ts';
import { Ago } from '../parts/ago.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { Page, RowsSkeleton } from '../parts/page.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { type Column, Rows } from '../parts/rows.tsx';

const route = getRouteApi('/inside/activity');

/** Records written on a side. */
interface Written {
  created: number;
  updated: number;
  archived: number;
  deleted: number;
}

/** Runs with what each looked at, wrote, failed and used. */
export function ActivityPage() {
  const { t } = useTranslation();
  const go = useNavigate();
  const navigate = route.useNavigate();
  const { sync } = route.useSearch();
  const { data: syncs = [] } = useQuery(syncsQuery);
  const found = useInfiniteQuery(runsQuery(sync));
  const rows = (found.data?.pages ?? []).flatMap(({ items }) => items);
  const columns = useColumns();
  return (
    <Page
      title={t('frame.nav.activity')}
      width="wide"
      action={
        <Select
          size="xs"
          clearable
          aria-label={t('syncs.column.name')}
          placeholder={t('records.allSyncs')}
          data={syncs.map(({ key }) => key)}
          value={sync ?? null}
          onChange={(value) => void navigate({ search: { sync: value ?? undefined }, replace: true })}
        />
      }
    >
      {found.isError ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <RowsSkeleton /> : null}
      {found.isSuccess && rows.length === 0 ? (
        <EmptyState title={t('activity.none')} text={t('activity.noneText')}>
          <Button component={Link} to={sync ? `/syncs/${encodeURIComponent(sync)}` : '/syncs'} variant="default">
            {sync ?? t('frame.goTo.syncs')}
          </Button>
        </EmptyState>
      ) : null}
      {rows.length > 0 ? (
        <Rows
          label={t('frame.nav.activity')}
          rows={rows}
          keyOf={({ number }) => String(number)}
          onOpen={({ number }) => void go({ to: `/activity/${number}` } as never)}
          onEnd={found.hasNextPage && !found.isFetching ? () => void found.fetchNextPage() : undefined}
          columns={columns}
        />
      ) : null}
    </Page>
  );
}

function useColumns(): Column<Run>[] {
  const { t } = useTranslation();
  const form = useForm();
  const sum = ({ created, updated, archived, deleted }: Written) => form.number(created + updated + archived + deleted);
  return [
    {
      key: 'run',
      title: t('activity.run'),
      head: true,
      show: ({ number }) => (
        <Anchor component={Link} to={`/activity/${number}`} size="sm" c="inherit" fw={500}>
          {form.number(number)}
        </Anchor>
      ),
    },
    { key: 'sync', title: t('syncs.column.name'), show: (run) => run.sync },
    { key: 'when', title: t('activity.when'), show: ({ startedAt }) => <Ago at={startedAt} /> },
    { key: 'looked', title: t('activity.looked'), align: 'right', show: ({ looked }) => form.number(looked) },
    { key: 'a', title: t('activity.wroteA'), align: 'right', show: ({ a }) => sum(a) },
    { key: 'b', title: t('activity.wroteB'), align: 'right', show: ({ b }) => sum(b) },
    {
      key: 'failed',
      title: t('frame.state.failing'),
      align: 'right',
      show: ({ failed }) => form.number(failed),
    },
    {
      key: 'calls',
      title: t('activity.calls'),
      align: 'right',
      show: ({ calls }) => form.number(calls.a + calls.b),
    },
    {
      key: 'ending',
      title: t('activity.ending'),
      show: ({ ending }) => t(`activity.end.${ending ?? 'running'}`),
    },
  ];
}
