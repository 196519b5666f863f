import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Account, accountsChanged, changeAccount, testAccount } from '../api/accounts.ts';
import type { App } from '../api/apps.ts';
import { api, ask } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { confirm } from './confirm.ts';
import { AccountState } from './connected-apps.tsx';
import { useFocusReturn } from './focus-return.ts';
import { ProblemNote } from './problem-note.tsx';
import { Rows } from './rows.tsx';
import { saidDone, saidFailed, saidWhyNot } from './said.ts';

// It opens on a press.
const Connect = lazy(async () => ({ default: (await import('./connect.tsx')).Connect }));

/** An app's accounts, each with what can be done with it. */
export function AccountList({ accounts, app }: { accounts: Account[]; app: App }) {
  const { t } = useTranslation();
  const { may } = useMe();
  return (
    <Rows
      label={t('apps.accounts')}
      rows={accounts}
      keyOf={({ key }) => key}
      columns={[
        { key: 'name', title: t('apps.connected.account'), head: true, show: ({ key }) => <Text fw={500}>{key}</Text> },
        { key: 'state', title: t('apps.connected.state'), show: (account) => <AccountState account={account} /> },
        { key: 'syncs', title: t('frame.nav.syncs'), show: ({ syncs }) => syncs.join(', ') || '—' },
        {
          key: 'actions',
          title: '',
          align: 'right',
          show: (account) => (may('manage') ? <AccountMenu account={account} app={app} /> : null),
        },
      ]}
    />
  );
}

function AccountMenu({ account, app }: { account: Account; app: App }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'rename' | 'reconnect' | null>(null);
  const { key } = account;
  const test = useMutation({
    mutationFn: () => testAccount(key),
    onSuccess: async ({ label }) => {
      saidDone(t('apps.account.works', { account: key, label }));
      await accountsChanged();
    },
    onError: saidFailed,
  });
  const remove = useMutation({
    mutationFn: () => ask(api.accounts[':account'].$delete({ param: { account: key } })),
    onSuccess: async () => {
      saidDone(t('apps.account.disconnected', { account: key }));
      await accountsChanged();
    },
    onError: saidFailed,
  });
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      {account.state === 'reconnect-needed' ? (
        <Button size="xs" onClick={() => setOpen('reconnect')}>
          {t('apps.account.reconnect')}
        </Button>
      ) : null}
      <Menu position="bottom-end" width={180} shadow="md">
        <Menu.Target>
          <ActionIcon aria-label={t('apps.account.actions', { account: key })} loading={test.isPending}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => test.mutate()}>{t('apps.account.test')}</Menu.Item>
          <Menu.Item onClick={() => setOpen('rename')}>{t('apps.account.rename')}</Menu.Item>
          <Menu.Item onClick={() => setOpen('reconnect')}>{t('apps.account.reconnect')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => askDisconnect(account, t, () => remove.mutate())}>
            {t('apps.account.disconnect')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === 'rename' ? <Rename account={key} onClose={() => setOpen(null)} /> : null}
      <Suspense>
        {open === 'reconnect' ? <Connect app={app} account={key} onClose={() => setOpen(null)} /> : null}
      </Suspense>
    </Group>
  );
}

function askDisconnect({ key, syncs }: Account, t: TFunction, act: () => void): void {
  if (syncs.length === 0)
    return confirm({
      title: t('apps.account.disconnectTitle', { account: key }),
      consequence: t('apps.account.disconnectText'),
      verb: t('apps.account.disconnect'),
      act,
    });
  const told = { count: syncs.length, syncs: syncs.join(', ') };
  return saidWhyNot(t('apps.account.disconnectSyncs', told));
}

function Rename({ account, onClose }: { account: string; onClose(): void }) {
  const { t } = useTranslation();
  useFocusReturn();
  const [name, setName] = useState(account);
  const rename = useMutation({
    mutationFn: () => changeAccount(account, { key: name }),
    onSuccess: async () => {
      await accountsChanged();
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('apps.account.renameTitle', { account })}
      closeButtonProps={{ 'aria-label': t('frame.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate();
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label={t('apps.connect.key')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <ProblemNote error={rename.error} />
          <Button type="submit" loading={rename.isPending}>
            {t('apps.account.rename')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
