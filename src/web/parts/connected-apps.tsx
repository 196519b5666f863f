import { Anchor, Badge, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Account } from '../api/accounts.ts';
import { appsQuery } from '../api/apps.ts';
import { useMe } from '../api/me.ts';
import { AppIcon } from './app-icon.tsx';
import { Rows } from './rows.tsx';
import { StateBadge } from './state-badge.tsx';

/** Every connected account with the syncs that stand on it. */
export function ConnectedApps({ accounts }: { accounts: Account[] }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { data: apps = [] } = useQuery(appsQuery);
  const labelOf = (app: string) => apps.find(({ name }) => name === app)?.label ?? app;
  return (
    <Rows
      label={t('apps.connected.title')}
      rows={accounts}
      keyOf={({ key }) => key}
      columns={[
        {
          key: 'account',
          title: t('apps.connected.account'),
          head: true,
          show: ({ app, key }) => (
            <Group gap="sm" wrap="nowrap">
              <AppIcon app={app} size={32} />
              <div style={{ minWidth: 0 }}>
                <Anchor
                  component={Link}
                  to="/apps/$app"
                  params={{ app } as never}
                  search={{ connected: undefined, problem: undefined } as never}
                  fw={600}
                  c="inherit"
                >
                  {labelOf(app)}
                </Anchor>
                <Text size="sm" c="dimmed" className="clip">
                  {key}
                </Text>
              </div>
            </Group>
          ),
        },
        { key: 'state', title: t('apps.connected.state'), show: (account) => <AccountState account={account} /> },
        { key: 'syncs', title: t('frame.nav.syncs'), show: ({ syncs }) => <SyncsOf syncs={syncs} /> },
        {
          key: 'do',
          title: '',
          align: 'right',
          show: (account) => (may('manage') ? <NextAct account={account} /> : null),
        },
      ]}
    />
  );
}

/** What is done next with an account: a sync is set up, unless it must be connected again. */
function NextAct({ account: { key, app, state } }: { account: Account }) {
  const { t } = useTranslation();
  if (state === 'reconnect-needed')
    return (
      <Button
        component={Link}
        to="/apps/$app"
        params={{ app } as never}
        search={{ connected: undefined, problem: undefined } as never}
        size="xs"
      >
        {t('apps.account.reconnect')}
      </Button>
    );
  return (
    <Button component={Link} to="/syncs/new" search={{ a: key } as never} variant="default" size="xs">
      {t('apps.connected.setUp')}
    </Button>
  );
}

/** Whether an account can be used, and what to do where it cannot. */
export function AccountState({ account: { state, trouble, noticeTrouble } }: { account: Account }) {
  const { t } = useTranslation();
  const badge = ({ connected: 'in-sync', unreachable: 'waiting', 'reconnect-needed': 'failing' } as const)[state];
  return (
    <div>
      <StateBadge state={badge}>{t(`apps.state.${state}`)}</StateBadge>
      {state === 'connected' ? null : (
        <Text size="xs" c="dimmed" maw={360} {...(trouble ? { title: trouble } : {})}>
          {t(`apps.trouble.${state}`)}
        </Text>
      )}
      {noticeTrouble === null ? null : (
        <Text size="xs" c="dimmed" maw={360} title={noticeTrouble}>
          {t('apps.noticeTrouble')}
        </Text>
      )}
    </div>
  );
}

function SyncsOf({ syncs }: { syncs: string[] }) {
  if (syncs.length === 0)
    return (
      <Text span size="sm" c="dimmed">
        —
      </Text>
    );
  return (
    <Group gap={4}>
      {syncs.map((sync) => (
        <Badge key={sync} component={Link} to={`/syncs/${sync}`} color="gray" style={{ cursor: 'pointer' }}>
          {sync}
        </Badge>
      ))}
    </Group>
  );
}
