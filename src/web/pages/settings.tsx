import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me.ts';
import { AlertSetting } from '../parts/alert-setting.tsx';
import { ApiKeys } from '../parts/api-keys.tsx';
import { AuditLog } from '../parts/audit-log.tsx';
import { Invitations } from '../parts/invitations.tsx';
import { OwnSecurity } from '../parts/own-security.tsx';
import { Page } from '../parts/page.tsx';
import { People } from '../parts/people.tsx';
import { Retention } from '../parts/retention.tsx';
import { SettingsFile } from '../parts/settings-file.tsx';

const route = getRouteApi('/inside/settings');

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
      </Tabs>
    </Page>
  );
}
