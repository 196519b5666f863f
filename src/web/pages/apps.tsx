import { Button, Chip, Group, SimpleGrid, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { accountsQuery } from '../api/accounts.ts';
import { type App, appsQuery } from '../api/apps.ts';
import { useAppWords } from '../i18n/app-words.ts';
import { AppIcon } from '../parts/app-icon.tsx';
import { ConnectedApps } from '../parts/connected-apps.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page, Section } from '../parts/page.tsx';

const route = getRouteApi('/inside/apps');

/** What is connected, and the catalogue of what can be. */
export function AppsPage() {
  const { t } = useTranslation();
  const apps = useQuery(appsQuery);
  const { data: accounts = [] } = useQuery(accountsQuery);
  return (
    <Page title={t('frame.nav.apps')}>
      {accounts.length > 0 ? (
        <Section title={t('apps.connected.title')} about={t('apps.connected.about')}>
          <ConnectedApps accounts={accounts} />
        </Section>
      ) : null}
      <Section title={t('apps.catalogue.title')} about={t('apps.catalogue.about')}>
        <Loaded query={apps}>{(found) => <Catalogue apps={found} />}</Loaded>
      </Section>
    </Page>
  );
}

function Catalogue({ apps }: { apps: App[] }) {
  const { t } = useTranslation();
  const words = useAppWords();
  const { text = '', category } = route.useSearch();
  const navigate = route.useNavigate();
  const categories = [...new Set(apps.map((app) => app.category))].sort();
  const typed = text.toLowerCase();
  const shown = apps.filter(
    (app) =>
      (!category || app.category === category) &&
      `${app.label} ${words(app.about)} ${app.objects.map(({ label }) => label).join(' ')}`
        .toLowerCase()
        .includes(typed),
  );
  const narrow = (search: { text?: string | undefined; category?: string | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...search }), replace: true });
  return (
    <>
      <Group mb="md" gap="sm">
        <TextInput
          w={260}
          leftSection={<IconSearch size={16} aria-hidden />}
          placeholder={t('apps.catalogue.search')}
          aria-label={t('apps.catalogue.search')}
          value={text}
          onChange={(event) => narrow({ text: event.currentTarget.value || undefined })}
        />
        <Chip.Group
          value={category ?? 'all'}
          onChange={(value) => narrow({ category: value === 'all' ? undefined : String(value) })}
        >
          <Group gap={6} role="group" aria-label={t('apps.catalogue.categories')}>
            {['all', ...categories].map((each) => (
              <Chip key={each} value={each} size="xs" variant="outline">
                {t(`apps.category.${each}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Group>
      {shown.length === 0 ? (
        <EmptyState title={t('apps.catalogue.none')} text={t('apps.catalogue.noneText')}>
          <Button variant="default" onClick={() => narrow({ text: undefined, category: undefined })}>
            {t('apps.catalogue.showAll')}
          </Button>
        </EmptyState>
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {shown.map((app) => (
          <AppTile key={app.name} app={app} />
        ))}
      </SimpleGrid>
    </>
  );
}

function AppTile({ app }: { app: App }) {
  const words = useAppWords();
  return (
    <Link
      to="/apps/$app"
      params={{ app: app.name }}
      search={{ connected: undefined, problem: undefined }}
      className="tile"
    >
      <Group wrap="nowrap" align="flex-start">
        <AppIcon app={app.name} size={40} />
        <div style={{ minWidth: 0 }}>
          <Text fw={600}>{app.label}</Text>
          <Text size="sm" c="dimmed" lineClamp={2}>
            {words(app.about)}
          </Text>
        </div>
      </Group>
    </Link>
  );
}
