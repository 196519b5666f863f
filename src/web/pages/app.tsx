import { Alert, Badge, Button, Group, List, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountsQuery } from '../api/accounts.ts';
import { type App, appQuery } from '../api/apps.ts';
import { useMe } from '../api/me.ts';
import { useForm } from '../i18n/form.ts';
import { AccountList } from '../parts/account-list.tsx';
import { AppIcon } from '../parts/app-icon.tsx';
import { Connect } from '../parts/connect.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page, Section } from '../parts/page.tsx';

const route = getRouteApi('/inside/apps/$app');

/** An app: what it is, what it syncs and asks for, and its accounts. */
export function AppPage() {
  const { app: name } = route.useParams();
  const app = useQuery(appQuery(name));
  return <Loaded query={app}>{(found) => <OneApp app={found} />}</Loaded>;
}

function OneApp({ app }: { app: App }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { connected, problem } = route.useSearch();
  const { data: all = [] } = useQuery(accountsQuery);
  const [connecting, setConnecting] = useState<'no' | 'yes'>('no');
  const accounts = all.filter((account) => account.app === app.name);
  const install = may('manage') ? (
    <Button onClick={() => setConnecting('yes')} variant={accounts.length > 0 ? 'default' : 'filled'}>
      {t(accounts.length > 0 ? 'apps.addAccount' : 'apps.install')}
    </Button>
  ) : null;
  return (
    <Page
      title={app.label}
      badge={<Badge color="gray">{t(`apps.category.${app.category}`)}</Badge>}
      about={
        <Group gap="sm" wrap="nowrap" mt={6}>
          <AppIcon app={app.name} size={40} />
          <span>{app.about}</span>
        </Group>
      }
      back={{ to: '/apps', label: t('frame.nav.apps') }}
      action={install}
    >
      {connected ? (
        <Alert color="teal" variant="light" mb="lg" role="status">
          {t('apps.connect.done', { account: connected })}
        </Alert>
      ) : null}
      {problem ? (
        <Alert color="red" variant="outline" mb="lg" role="alert" title={t('apps.refusedBack', { app: app.label })}>
          {t(`apps.problem.${problem}`, { app: app.label })}
        </Alert>
      ) : null}
      {accounts.length > 0 ? (
        <Section title={t('apps.accounts')} about={t('apps.accountsAbout')}>
          <AccountList accounts={accounts} app={app} />
        </Section>
      ) : null}
      <Facts app={app} />
      {connecting === 'yes' ? <Connect app={app} onClose={() => setConnecting('no')} /> : null}
    </Page>
  );
}

function Facts({ app }: { app: App }) {
  const { t } = useTranslation();
  const form = useForm();
  const { objects, scopes, limits, notices } = app;
  const window = (seconds = 1) => form.duration(seconds);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <Section title={t('apps.objects')}>
        {objects.length === 0 ? <Text c="dimmed">{t('apps.objectsNone')}</Text> : null}
        <Group gap={6}>
          {objects.map((object) => (
            <Badge key={object} color="gray" size="lg">
              {object}
            </Badge>
          ))}
        </Group>
      </Section>
      <Section title={t('apps.notices')}>
        <Text>{notices}</Text>
      </Section>
      <Section title={t('apps.permissions')}>
        {scopes.length === 0 ? <Text>{t('apps.permissionsKey')}</Text> : null}
        <List spacing={6}>
          {scopes.map(({ name, why }) => (
            <List.Item key={name}>
              <Text span>{why}</Text>{' '}
              <Text span size="xs" c="dimmed" ff="monospace">
                {name}
              </Text>
            </List.Item>
          ))}
        </List>
      </Section>
      <Section title={t('apps.limits')}>
        <List spacing={6}>
          {limits.map(({ name, gauge, most, windowSeconds }) => (
            <List.Item key={name}>
              {t(`apps.limit.${gauge}`, { most: form.number(most), window: window(windowSeconds) })}
            </List.Item>
          ))}
        </List>
      </Section>
    </SimpleGrid>
  );
}
