import { Button, Group, Progress, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../api/live.ts';
import { useMe } from '../api/me.ts';
import { type Sync, syncQuery } from '../api/syncs.ts';
import { useForm } from '../i18n/form.ts';
import { Ago } from '../parts/ago.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page, Section } from '../parts/page.tsx';
import { SecondLook } from '../parts/second-look.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { SyncMenu } from '../parts/sync-menu.tsx';
import { SyncState, SyncTrouble } from '../parts/sync-state.tsx';
import { TwoSides } from '../parts/two-sides.tsx';
import type { Draft } from '../wizard/draft.ts';
import { Sentence } from '../wizard/sentence.tsx';

const route = getRouteApi('/inside/syncs/$sync');

// Few syncs are paused.
const PausedActs = lazy(async () => ({ default: (await import('../parts/paused-acts.tsx')).PausedActs }));

/** One sync: how it stands, what it is at, and what it does in words. */
export function SyncPage() {
  const { sync } = route.useParams();
  const found = useQuery(syncQuery(sync));
  useLive();
  return <Loaded query={found}>{({ body }) => <OneSync sync={body} />}</Loaded>;
}

function OneSync({ sync }: { sync: Sync }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { key, state, progress, ends, settings } = sync;
  const side = ({ app, account, objectLabel }: Sync['ends']['a']) => ({
    app,
    name: account,
    note: objectLabel,
  });
  return (
    <Page
      title={key}
      badge={<SyncState sync={sync} />}
      about={
        <div style={{ marginTop: 10 }}>
          <TwoSides
            a={side(ends.a)}
            b={side(ends.b)}
            direction={(settings.direction as Draft['settings']['direction']) ?? 'both'}
          />
        </div>
      }
      back={{ to: '/syncs', label: t('frame.nav.syncs') }}
      action={may('manage') ? <Acts sync={sync} /> : null}
    >
      {sync.paused || sync.trouble ? (
        <div className="tile" role="status" style={{ marginBottom: 24 }}>
          <SyncTrouble sync={sync} at="page" />
          <Suspense>{sync.paused && may('manage') ? <PausedActs sync={sync} /> : null}</Suspense>
        </div>
      ) : null}
      <SecondLook sync={sync} />
      {progress ? <Running progress={progress} /> : null}
      {state === 'draft' ? null : <Counts sync={sync} />}
      <Section title={t('syncs.inWords')}>
        <div className="tile" style={{ maxWidth: 640 }}>
          <Sentence draft={{ key, settings: settings as unknown as Draft['settings'] }} />
        </div>
      </Section>
    </Page>
  );
}

function Acts({ sync }: { sync: Sync }) {
  const { t } = useTranslation();
  const { key, state, plan } = sync;
  const path = `/syncs/${encodeURIComponent(key)}`;
  return (
    <Group gap="xs">
      {state === 'draft' && plan ? (
        <Button component={Link} to={`${path}/plans/${plan.number}`}>
          {t('syncs.paused.look')}
        </Button>
      ) : null}
      <Button variant="default" component={Link} to={`${path}/edit`}>
        {t('syncs.menu.edit')}
      </Button>
      <SyncMenu sync={sync} />
    </Group>
  );
}

function Running({ progress }: { progress: NonNullable<Sync['progress']> }) {
  const { t } = useTranslation();
  const form = useForm();
  const { phase, records, done, share } = progress;
  return (
    <Section title={t(`syncs.running.${phase}`)}>
      <Progress value={share * 100} size={6} aria-label={t('syncs.progress.label')} />
      <Text size="sm" c="dimmed" mt={8} role="status">
        {t(`syncs.progress.${phase}`, {
          a: form.number(records.a),
          b: form.number(records.b),
          done: form.number(done),
          share: form.share(share, 0),
        })}
      </Text>
    </Section>
  );
}

function Counts({ sync }: { sync: Sync }) {
  const { t } = useTranslation();
  const form = useForm();
  const { key, counts, lastChangeAt, lagSeconds } = sync;
  const tiles = [
    ['in-sync', counts.inSync],
    ['failing', counts.failing],
    ['waiting', counts.waiting],
    ['excluded', counts.excluded],
  ] as const;
  return (
    <Section
      title={t('syncs.column.records')}
      about={
        <>
          {t('syncs.column.lastChange')} <Ago at={lastChangeAt} />
          {lagSeconds === null ? '' : ` · ${t('syncs.lag', { lag: form.duration(lagSeconds) })}`}
        </>
      }
    >
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        {tiles.map(([state, count]) => (
          <Link key={state} to="/records" search={{ sync: key, status: state } as never} className="tile">
            <div className="figure-number">{form.number(count)}</div>
            <StateBadge state={state} />
          </Link>
        ))}
      </SimpleGrid>
    </Section>
  );
}
