import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { accountsChanged } from '../api/accounts.ts';
import { api, ask } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { useMe } from '../api/me.ts';
import { type Sync, syncsQuery } from '../api/syncs.ts';
import { useForm } from '../i18n/form.ts';
import { Ago } from '../parts/ago.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Rows } from '../parts/rows.tsx';
import { saidFailed } from '../parts/said.ts';
import { StateBadge } from '../parts/state-badge.tsx';
import { SyncMenu } from '../parts/sync-menu.tsx';
import { SyncProgress, SyncState, SyncTrouble } from '../parts/sync-state.tsx';
import { type Direction, TwoSides } from '../parts/two-sides.tsx';

/** Home: a row per sync. */
export function SyncsPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const syncs = useQuery(syncsQuery);
  useLive();
  const some = (syncs.data?.length ?? 0) > 0;
  return (
    <Page
      title={t('frame.nav.syncs')}
      width="wide"
      action={
        some && may('manage') ? (
          <Button component={Link} to="/syncs/new">
            {t('syncs.new')}
          </Button>
        ) : null
      }
    >
      <Loaded query={syncs}>{(found) => (found.length === 0 ? <FirstSteps /> : <SyncRows syncs={found} />)}</Loaded>
    </Page>
  );
}

function FirstSteps() {
  const { t } = useTranslation();
  const { may } = useMe();
  const navigate = useNavigate();
  const { data: samples } = useQuery({ queryKey: ['samples'], queryFn: () => ask(api.samples.$get()) });
  const start = useMutation({
    mutationFn: () => ask(api.samples.$post()),
    onSuccess: async ({ accounts: [a, b] }) => {
      await accountsChanged();
      await navigate({ to: '/syncs/new', search: { a, b } } as never);
    },
    onError: saidFailed,
  });
  if (!may('manage')) return <EmptyState title={t('syncs.empty.title')} text={t('syncs.empty.viewer')} />;
  return (
    <EmptyState title={t('syncs.empty.title')} text={t('syncs.empty.text')}>
      <Button component={Link} to="/apps">
        {t('syncs.empty.connect')}
      </Button>
      {samples?.offered ? (
        <Button variant="default" loading={start.isPending} onClick={() => start.mutate()}>
          {t('syncs.empty.samples')}
        </Button>
      ) : null}
    </EmptyState>
  );
}

function SyncRows({ syncs }: { syncs: Sync[] }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const navigate = useNavigate();
  return (
    <Rows
      label={t('frame.nav.syncs')}
      rows={syncs}
      keyOf={({ key }) => key}
      onOpen={({ key }) => void navigate({ to: `/syncs/${encodeURIComponent(key)}` } as never)}
      columns={[
        { key: 'name', title: t('syncs.column.name'), head: true, show: (sync) => <Name sync={sync} /> },
        { key: 'sides', title: t('syncs.column.sides'), show: (sync) => <Sides sync={sync} /> },
        { key: 'records', title: t('syncs.column.records'), show: (sync) => <Counts sync={sync} /> },
        { key: 'change', title: t('syncs.column.lastChange'), show: (sync) => <LastChange sync={sync} /> },
        { key: 'state', title: t('syncs.column.state'), show: (sync) => <SyncState sync={sync} /> },
        {
          key: 'actions',
          title: '',
          align: 'right',
          show: (sync) => (may('manage') ? <SyncMenu sync={sync} /> : null),
        },
      ]}
    />
  );
}

function Name({ sync: { key } }: { sync: Sync }) {
  return (
    <Anchor component={Link} to={`/syncs/${encodeURIComponent(key)}`} c="inherit" fw={600}>
      {key}
    </Anchor>
  );
}

function Sides({ sync: { ends, settings } }: { sync: Sync }) {
  const side = ({ app, account, objectLabel }: Sync['ends']['a']) => ({
    app,
    name: account,
    note: objectLabel,
  });
  return (
    <TwoSides a={side(ends.a)} b={side(ends.b)} direction={(settings.direction as Direction | undefined) ?? 'both'} />
  );
}

function Counts({ sync }: { sync: Sync }) {
  const form = useForm();
  const { counts, progress, paused, trouble, key } = sync;
  const shown = [
    ['in-sync', counts.inSync],
    ['failing', counts.failing],
    ['waiting', counts.waiting],
    ['excluded', counts.excluded],
  ] as const;
  const some = shown.filter(([, count]) => count > 0);
  return (
    <Stack gap={4}>
      {progress ? <SyncProgress progress={progress} /> : null}
      {paused || trouble ? <SyncTrouble sync={sync} at="row" /> : null}
      {some.length > 0 ? (
        <Group gap="sm">
          {some.map(([state, count]) => (
            <CountLink key={state} sync={key} state={state} count={form.number(count)} />
          ))}
        </Group>
      ) : null}
    </Stack>
  );
}

function CountLink({
  sync,
  state,
  count,
}: {
  sync: string;
  state: 'in-sync' | 'failing' | 'waiting' | 'excluded';
  count: string;
}) {
  const { t } = useTranslation();
  return (
    <Link to="/records" search={{ sync, status: state } as never} className="quiet-link">
      <StateBadge state={state}>{t(`syncs.count.${state}`, { count: count as never })}</StateBadge>
    </Link>
  );
}

function LastChange({ sync: { lastChangeAt, lagSeconds } }: { sync: Sync }) {
  const { t } = useTranslation();
  const form = useForm();
  return (
    <div>
      <Ago at={lastChangeAt} />
      {lagSeconds === null ? null : (
        <Text size="xs" c="dimmed">
          {t('syncs.lag', { lag: form.duration(lagSeconds) })}
        </Text>
      )}
    </div>
  );
}
