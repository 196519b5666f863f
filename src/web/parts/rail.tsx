import { ActionIcon, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useOs } from '@mantine/hooks';
import {
  IconActivity,
  IconApps,
  IconArrowsLeftRight,
  IconCheck,
  IconHeartbeat,
  IconLogout,
  IconSearch,
  IconSelector,
  IconSettings,
  IconTable,
  IconUser,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseWorkspace, type Me, signOut, useMe } from '../api/me.ts';
import { chooseLanguage, languages } from '../i18n/language.ts';

/** The places of the page, in their order. */
export const places = [
  { to: '/syncs', key: 'syncs', icon: IconArrowsLeftRight },
  { to: '/health-of-syncs', key: 'health', icon: IconHeartbeat },
  { to: '/records', key: 'records', icon: IconTable },
  { to: '/apps', key: 'apps', icon: IconApps },
  { to: '/activity', key: 'activity', icon: IconActivity },
  { to: '/settings', key: 'settings', icon: IconSettings },
] as const;

/** The rail at the left; at the bottom on a phone. */
export function Rail({ onFind }: { onFind(): void }) {
  const { t } = useTranslation();
  const { me } = useMe();
  const findKeys = useOs() === 'macos' ? '⌘K' : 'Ctrl K';
  return (
    <nav className="rail" aria-label={t('frame.nav.label')}>
      <Link to="/syncs" className="rail-brand">
        <img src="/mark.svg" width={24} height={24} alt="" />
        Syncline
      </Link>
      {places.map(({ to, key, icon: Icon }) => (
        <Link key={key} to={to} className="rail-link">
          <Icon size={18} stroke={1.75} aria-hidden />
          <span className="clip">{t(`frame.nav.${key}`)}</span>
        </Link>
      ))}
      <div className="rail-foot">
        <UnstyledButton className="rail-link" onClick={onFind}>
          <IconSearch size={18} stroke={1.75} aria-hidden />
          <span style={{ flex: 1 }}>{t('frame.find.open')}</span>
          <Text span size="xs" c="dimmed" aria-hidden>
            {findKeys}
          </Text>
        </UnstyledButton>
        {me ? <PersonMenu me={me} /> : null}
      </div>
    </nav>
  );
}

/** On a phone: mark, find and person, above the screen. */
export function PhoneTop({ onFind }: { onFind(): void }) {
  const { t } = useTranslation();
  const { me } = useMe();
  return (
    <Group className="phone-top" justify="space-between" mb="sm">
      <Link to="/syncs" aria-label="Syncline">
        <img src="/mark.svg" width={26} height={26} alt="" />
      </Link>
      <Group gap={4}>
        <ActionIcon size="lg" onClick={onFind} aria-label={t('frame.find.open')}>
          <IconSearch size={20} aria-hidden />
        </ActionIcon>
        {me ? <PersonMenu me={me} form="icon" /> : null}
      </Group>
    </Group>
  );
}

/** Workspace and person; theme, language, sign-out. */
function PersonMenu({ me, form = 'line' }: { me: Me; form?: 'line' | 'icon' }) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="top-start" width={220} withinPortal shadow="md">
      <Menu.Target>
        {form === 'icon' ? (
          <ActionIcon size="lg" aria-label={t('frame.person.menu')}>
            <IconUser size={20} aria-hidden />
          </ActionIcon>
        ) : (
          <UnstyledButton className="rail-link" aria-label={`${t('frame.person.menu')}: ${me.name}`}>
            <IconUser size={18} stroke={1.75} aria-hidden style={{ flex: 'none' }} />
            <span style={{ flex: 1, minWidth: 0 }}>
              <Text span display="block" size="sm" fw={500} className="clip">
                {me.name}
              </Text>
              <Text span display="block" size="xs" c="dimmed" className="clip">
                {me.workspaces.length > 1 ? me.workspaceName : t(`people.role.${me.role}`)}
              </Text>
            </span>
            <IconSelector size={14} aria-hidden style={{ flex: 'none' }} />
          </UnstyledButton>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        {me.workspaces.length > 1 ? (
          <>
            <Menu.Label>{t('frame.person.workspace')}</Menu.Label>
            {me.workspaces.map(({ key, name }) => (
              <Choice key={key} chosen={key === me.workspace} onChoose={() => void chooseWorkspace(key)}>
                {name}
              </Choice>
            ))}
          </>
        ) : null}
        <Menu.Label>{t('frame.person.theme')}</Menu.Label>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Choice key={scheme} chosen={scheme === colorScheme} onChoose={() => setColorScheme(scheme)}>
            {t(`frame.person.${scheme}`)}
          </Choice>
        ))}
        <Menu.Label>{t('frame.person.language')}</Menu.Label>
        {Object.entries(languages).map(([code, name]) => (
          <Choice key={code} lang={code} chosen={i18n.language === code} onChoose={() => void chooseLanguage(code)}>
            {name}
          </Choice>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={14} aria-hidden />} onClick={() => void signOut()}>
          {t('frame.person.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** One of several in a menu: the chosen one has a tick. */
function Choice(props: { chosen: boolean; onChoose(): void; lang?: string; children: ReactNode }) {
  const { chosen, onChoose, lang, children } = props;
  const mark = chosen ? <IconCheck size={14} aria-hidden /> : <span style={{ width: 14 }} />;
  return (
    <Menu.Item leftSection={mark} aria-current={chosen} onClick={onChoose} lang={lang}>
      {children}
    </Menu.Item>
  );
}
