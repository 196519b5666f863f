import { Alert, Badge, Button, Group, List, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountsQuery } from '../api/accounts.ts';
import { type App, appQuery } from '../api/apps.ts';
import { useMe } from '../api/me.ts';
import { useAppWords } from '../i18n/app-words.ts';
import { useForm } from '../i18n/form.ts';
import { AppIcon } from '../parts/app-icon.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page, RowsSkeleton, Section } from '../parts/page.tsx';

const route = getRouteApi('/inside/apps/$app');

// What stands further down, opens on a press, or is there only once an account is, is loaded after what is seen first.
const AccountList = lazy(async () => ({ default: (await import('../parts/account-list.tsx')).AccountList }));
const Connect = lazy(async () => ({ default: (await import('../parts/connect.tsx')).Connect }));
const DefaultMappings = lazy(async () => ({
  default: (await import('../parts/default-mappings.tsx')).DefaultMappings,
}));

/** An app: what it is, what it syncs and asks for, and its accounts. */
export function AppPage() {
  const { app: name } = route.useParams();
  const app = useQuery(appQuery(name));
  return <Loaded query={app}>{(found) => <OneApp app={found} />}</Loaded>;
}

function OneApp({ app }: { app: App }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const words = useAppWords();
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
          <span>{words(app.about)}</span>
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
          <Suspense fallback={<RowsSkeleton rows={accounts.length} />}>
            <AccountList accounts={accounts} app={app} />
          </Suspense>
        </Section>
      ) : null}
      <Facts app={app} />
      <Suspense>{connecting === 'yes' ? <Connect app={app} onClose={() => setConnecting('no')} /> : null}</Suspense>
    </Page>
  );
}

function Facts({ app }: { app: App }) {
  const { t } = useTranslation();
  const words = useAppWords();
  return (
    <>
      <Section title={t('apps.objects')}>
        <Objects app={app} />
      </Section>
      <Suspense fallback={<RowsSkeleton />}>
        <DefaultMappings app={app} />
      </Suspense>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Section title={t('apps.permissions')} about={app.scopes.length > 0 ? t('apps.permissionsAbout') : undefined}>
          <Permissions app={app} />
        </Section>
        <div>
          <Section title={t('apps.notices')}>
            <Text>{words(app.notices)}</Text>
            <Text size="sm" c="dimmed" mt={4}>
              {t('apps.noticesAbout')}
            </Text>
          </Section>
          <Section title={t('apps.limits')} about={t('apps.limitsAbout')}>
            <Limits app={app} />
          </Section>
        </div>
      </SimpleGrid>
    </>
  );
}

/** The objects, those together with which the same can be done. */
function Objects({ app: { objects } }: { app: App }) {
  const { t } = useTranslation();
  const form = useForm();
  if (objects.length === 0) return <Text c="dimmed">{t('apps.objectsNone')}</Text>;
  const able = new Map<string, string[]>();
  for (const { label, can } of objects) {
    const words = form.list(['read' as const, ...acts.filter((act) => can[act])].map((act) => t(`apps.can.${act}`)));
    able.set(words, [...(able.get(words) ?? []), label]);
  }
  return (
    <List spacing={6}>
      {[...able].map(([words, labels]) => (
        <List.Item key={words}>
          <Text span fw={500}>
            {form.list(labels)}
          </Text>{' '}
          <Text span size="sm" c="dimmed">
            {words}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

const acts = ['create', 'update', 'archive', 'delete'] as const;

function Permissions({ app: { scopes } }: { app: App }) {
  const { t } = useTranslation();
  const words = useAppWords();
  if (scopes.length === 0) return <Text>{t('apps.permissionsKey')}</Text>;
  return (
    <List spacing={6}>
      {scopes.map(({ name, why }) => (
        <List.Item key={name}>
          <Text span>{words(why)}</Text>{' '}
          <Text span size="xs" c="dimmed" ff="monospace" className="wrap-anywhere">
            {name}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

function Limits({ app: { limits } }: { app: App }) {
  const form = useForm();
  const words = useAppWords();
  return (
    <List spacing={6}>
      {limits.map(({ name, most }) => (
        <List.Item key={name}>{most === 1 ? words(name) : `${form.number(most)} ${words(name)}`}</List.Item>
      ))}
    </List>
  );
}
