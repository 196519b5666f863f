import { Anchor, Button, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../api/live.ts';
import { ambiguousQuery, problemsQuery, statusQuery } from '../api/records.ts';
import { useForm } from '../i18n/form.ts';
import { Ago } from '../parts/ago.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page, RowsSkeleton, Section } from '../parts/page.tsx';
import { ProofLine } from '../parts/proof-line.tsx';
import { Rows } from '../parts/rows.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { SyncState } from '../parts/sync-state.tsx';

// What stands further down is loaded after the figures.
const AmbiguousMatches = lazy(async () => ({
  default: (await import('../parts/ambiguous-matches.tsx')).AmbiguousMatches,
}));
const Failing = lazy(async () => ({ default: (await import('../parts/failing.tsx')).Failing }));
const TrendSection = lazy(async () => ({ default: (await import('../parts/trend-chart.tsx')).TrendSection }));

/** At a glance: what is in order, what is not, why, and how to mend it. */
export function HealthPage() {
  const { t } = useTranslation();
  const status = useQuery(statusQuery);
  const problems = useQuery(problemsQuery);
  const { data: ambiguous = [] } = useQuery(ambiguousQuery());
  useLive();
  return (
    <Page title={t('frame.nav.health')}>
      <Loaded query={status}>
        {(found) =>
          found.syncs.length === 0 ? (
            <EmptyState title={t('health.empty')} text={t('syncs.empty.viewer')}>
              <Button component={Link} to="/syncs" variant="default">
                {t('frame.goTo.syncs')}
              </Button>
            </EmptyState>
          ) : (
            <>
              <ProofLine />
              <Tiles totals={found.totals} />
              <Suspense fallback={<RowsSkeleton />}>
                <Loaded query={problems}>{(groups) => <Failing found={groups} syncs={found.syncs} />}</Loaded>
              </Suspense>
              <Suspense fallback={<RowsSkeleton />}>
                <TrendSection />
              </Suspense>
              {ambiguous.length > 0 ? (
                <Section title={t('health.ambiguous')} about={t('health.ambiguousAbout')}>
                  <Suspense fallback={<RowsSkeleton />}>
                    <AmbiguousMatches matches={ambiguous} />
                  </Suspense>
                </Section>
              ) : null}
              <BySync syncs={found.syncs} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

type Counts = Record<'inSync' | 'failing' | 'waiting' | 'excluded', number>;

function Tiles({ totals }: { totals: Counts }) {
  const form = useForm();
  const tiles = [
    ['in-sync', totals.inSync],
    ['failing', totals.failing],
    ['waiting', totals.waiting],
    ['excluded', totals.excluded],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm" mb={40}>
      {tiles.map(([state, count]) => (
        <Link key={state} to="/records" search={{ status: state } as never} className="tile">
          <div className="figure-number">{form.number(count)}</div>
          <StateBadge state={state} />
        </Link>
      ))}
    </SimpleGrid>
  );
}

interface SyncHealth {
  sync: string;
  state: 'draft' | 'first-sync' | 'on' | 'off' | 'paused' | 'account' | 'refused';
  counts: Counts;
  checkedAt: string | null;
  lastChangeAt: string | null;
  lagSeconds: number | null;
}

function BySync({ syncs }: { syncs: SyncHealth[] }) {
  const { t } = useTranslation();
  const form = useForm();
  const number = (state: 'in-sync' | 'failing' | 'waiting' | 'excluded', of: keyof Counts) => ({
    key: state,
    title: t(`frame.state.${state}`),
    align: 'right' as const,
    show: ({ sync, counts }: SyncHealth) => (
      <Anchor component={Link} to="/records" search={{ sync, status: state } as never} size="sm">
        {form.number(counts[of])}
      </Anchor>
    ),
  });
  return (
    <Section title={t('health.bySync')}>
      <Rows
        label={t('health.bySync')}
        rows={syncs}
        keyOf={({ sync }) => sync}
        columns={[
          {
            key: 'sync',
            title: t('syncs.column.name'),
            head: true,
            show: ({ sync }) => (
              <Anchor component={Link} to={`/syncs/${encodeURIComponent(sync)}`} c="inherit" fw={500} size="sm">
                {sync}
              </Anchor>
            ),
          },
          { key: 'state', title: t('syncs.column.state'), show: (sync) => <SyncState sync={sync} /> },
          number('in-sync', 'inSync'),
          number('failing', 'failing'),
          number('waiting', 'waiting'),
          number('excluded', 'excluded'),
          {
            key: 'lag',
            title: t('health.lag'),
            align: 'right',
            show: ({ lagSeconds }) => (lagSeconds === null ? '—' : form.duration(lagSeconds)),
          },
          { key: 'checked', title: t('health.checked'), show: ({ checkedAt }) => <Ago at={checkedAt} /> },
        ]}
      />
    </Section>
  );
}
