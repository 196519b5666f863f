import { Skeleton, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me.ts';
import { Page } from '../parts/page.tsx';

const route = getRouteApi('/inside/settings');

// Each tab is loaded when it is opened: together they are larger than a first visit may be.
const AlertSetting = lazy(async () => ({ default: (await import('../parts/alert-setting.tsx')).AlertSetting }));
const ApiKeys = lazy(async () => ({ default: (await import('../parts/api-keys.tsx')).ApiKeys }));
const AuditLog = lazy(async () => ({ default: (await import('../parts/audit-log.tsx')).AuditLog }));
const Invitations = lazy(async () => ({ default: (await import('../parts/invitations.tsx')).Invitations }));
const OwnSecurity = lazy(async () => ({ default: (await import('../parts/own-security.tsx')).OwnSecurity }));
const People = lazy(async () => ({ default: (await import('../parts/people.tsx')).People }));
const Retention = lazy(async () => ({ default: (await import('../parts/retention.tsx')).Retention }));
const SettingsFile = lazy(async () => ({ default: (await import('../parts/settings-file.tsx')).SettingsFile }));

/** People, keys, the audit log, and how one signs in oneself; what one may not change is not there. */
export function SettingsPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const { tab = 'security' } = route.useSearch();
  const navigate = route.useNavigate();
  const tabs = [
    'security',
    ...(may('admin') ? ['people', 'keys', 'alerts', 'retention', 'audit'] : []),
    ...(may('manage') ? ['file'] : []),
  ];
  return (
    <Page title={t('frame.nav.settings')}>
      <Tabs
        value={tabs.includes(tab) ? tab : 'security'}
        onChange={(to) => void navigate({ search: { tab: (to ?? 'security') as never } })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`settings.tab.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Suspense fallback={<Skeleton height={240} />}>
          <Tabs.Panel value="security">
            <OwnSecurity />
          </Tabs.Panel>
          <Tabs.Panel value="people">
            <People />
            <Invitations />
          </Tabs.Panel>
          <Tabs.Panel value="keys">
            <ApiKeys />
          </Tabs.Panel>
          <Tabs.Panel value="alerts">
            <AlertSetting />
          </Tabs.Panel>
          <Tabs.Panel value="retention">
            <Retention />
          </Tabs.Panel>
          <Tabs.Panel value="audit">
            <AuditLog />
          </Tabs.Panel>
          <Tabs.Panel value="file">
            <SettingsFile />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
    </Page>
  );
}
