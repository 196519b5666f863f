import { Anchor, Button, Group, Skeleton, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { type RecordChoice, recordsQuery } from '../api/records.ts';
import { Ago } from '../parts/ago.tsx';
import { AppIcon } from '../parts/app-icon.tsx';
import { useChosenRecords } from '../parts/chosen-records.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { Page, RowsSkeleton } from '../parts/page.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useProblemWords } from '../parts/problem-words.ts';
import { Rows } from '../parts/rows.tsx';
import { StateBadge } from '../parts/state-badge.tsx';

const route = getRouteApi('/inside/records');

// The records are asked for while their filters are still loaded.
const RecordFilters = lazy(async () => ({ default: (await import('../parts/record-filters.tsx')).RecordFilters }));

/** Every record of every sync; what narrows them stands in the address. */
export function RecordsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const change = route.useNavigate();
  const choice = route.useSearch();
  const found = useInfiniteQuery(recordsQuery(choice));
  const wordsOf = useProblemWords();
  const rows = (found.data?.pages ?? []).flatMap(({ items }) => items);
  const { column, acts } = useChosenRecords(rows);
  const narrow = (search: RecordChoice) =>
    void change({ search: (before) => ({ ...before, ...search }), replace: true });
  const open = ({ sync, id }: { sync: string; id: string }) =>
    void navigate({ to: `/syncs/${encodeURIComponent(sync)}/records/${id}` } as never);
  return (
    <Page title={t('frame.nav.records')} width="wide" action={<Csv choice={choice} />}>
      <Suspense fallback={<Skeleton height={30} mb="md" />}>
        <RecordFilters choice={choice} narrow={narrow} />
      </Suspense>
      {acts}
      {found.isError ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <RowsSkeleton rows={8} /> : null}
      {found.isSuccess && rows.length === 0 ? <Nothing choice={choice} /> : null}
      {rows.length > 0 ? (
        <Rows
          label={t('frame.nav.records')}
          rows={rows}
          keyOf={({ id }) => id}
          onOpen={open}
          onEnd={found.hasNextPage && !found.isFetching ? () => void found.fetchNextPage() : undefined}
          columns={[
            ...column,
            {
              key: 'a',
              title: t('records.sideA'),
              head: true,
              show: (record) => <SideName record={record} side="a" />,
            },
            {
              key: 'b',
              title: t('records.sideB'),
              head: true,
              show: (record) => <SideName record={record} side="b" />,
            },
            { key: 'sync', title: t('syncs.column.name'), show: ({ sync }) => sync },
            { key: 'state', title: t('syncs.column.state'), show: ({ status }) => <StateBadge state={status} /> },
            {
              key: 'problem',
              title: t('records.problem'),
              show: ({ problem, ends }) => (problem ? wordsOf(problem.category, [ends]).title : ''),
            },
            { key: 'change', title: t('syncs.column.lastChange'), show: ({ changedAt }) => <Ago at={changedAt} /> },
          ]}
        />
      ) : null}
    </Page>
  );
}

/** Nothing that fits, or nothing at all yet: each with what to do next. */
function Nothing({ choice }: { choice: RecordChoice }) {
  const { t } = useTranslation();
  const isNarrow = Object.values(choice).some(Boolean);
  if (!isNarrow)
    return (
      <EmptyState title={t('records.noSync')} text={t('records.noSyncText')}>
        <Button component={Link} to="/syncs" variant="default">
          {t('frame.goTo.syncs')}
        </Button>
      </EmptyState>
    );
  return (
    <EmptyState title={t('records.none')} text={t('records.noneText')}>
      <Button component={Link} to="/records" search={{} as never} variant="default">
        {t('records.clear')}
      </Button>
    </EmptyState>
  );
}

interface Named {
  id: string;
  sync: string;
  ends: Record<'a' | 'b', { app: string }>;
  a: { id: string; name: string | null; gone: string | null } | null;
  b: { id: string; name: string | null; gone: string | null } | null;
}

function SideName({ record, side }: { record: Named; side: 'a' | 'b' }) {
  const { t } = useTranslation();
  const known = record[side];
  if (!known) return null;
  return (
    <Group gap={8} wrap="nowrap">
      <AppIcon app={record.ends[side].app} size={20} />
      <Anchor
        component={Link}
        to={`/syncs/${encodeURIComponent(record.sync)}/records/${record.id}`}
        size="sm"
        c="inherit"
        fw={side === 'a' ? 500 : 400}
        miw={0}
      >
        {known.name ?? known.id}
      </Anchor>
      {known.gone ? (
        <Text span size="xs" c="dimmed" style={{ flex: 'none' }}>
          {t('records.gone')}
        </Text>
      ) : null}
    </Group>
  );
}

function Csv({ choice }: { choice: RecordChoice }) {
  const query = new URLSearchParams(
    Object.entries(choice).filter((pair): pair is [string, string] => Boolean(pair[1])),
  );
  return (
    <Button
      variant="default"
      component="a"
      href={`/api/v1/records/file.csv?${query}`}
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      CSV
    </Button>
  );
}
