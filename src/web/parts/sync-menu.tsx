import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { type Sync, syncsChanged } from '../api/syncs.ts';
import { useForm } from '../i18n/form.ts';
import { confirm } from './confirm.ts';
import { saidDone, saidFailed } from './said.ts';

/** What can be done with a sync, each saying what will happen. */
export function SyncMenu({ sync }: { sync: Sync }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const act = useSyncActs(sync);
  const { key, state } = sync;
  const runs = state === 'on' || state === 'first-sync' || state === 'paused';
  const go = (to: string, search = {}) => void navigate({ to, search } as never);
  return (
    <Menu position="bottom-end" width={200} shadow="md">
      <Menu.Target>
        <ActionIcon aria-label={t('syncs.menu.label', { sync: key })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => go(`/syncs/${encodeURIComponent(key)}/edit`)}>{t('syncs.menu.edit')}</Menu.Item>
        {runs ? <Menu.Item onClick={act.turnOff}>{t('syncs.menu.off')}</Menu.Item> : null}
        {state === 'off' ? <Menu.Item onClick={act.turnOn}>{t('syncs.menu.on')}</Menu.Item> : null}
        <Menu.Item onClick={() => go('/syncs/new', { like: key })}>{t('syncs.menu.duplicate')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={act.remove}>{t('syncs.menu.delete')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Turn off, on, delete: each asks first where something is lost or written. */
function useSyncActs({ key, counts, ends }: Sync) {
  const { t } = useTranslation();
  const form = useForm();
  const navigate = useNavigate();
  const param = { sync: key };
  const off = useMutation({
    mutationFn: () => ask(api.syncs[':sync'].off.$post({ param })),
    onSuccess: () => done('turnedOff'),
    onError: saidFailed,
  });
  const on = useMutation({
    mutationFn: () => ask(api.syncs[':sync'].on.$post({ param })),
    onSuccess: () => done('turnedOn'),
    onError: saidFailed,
  });
  const remove = useMutation({
    mutationFn: () => ask(api.syncs[':sync'].$delete({ param })),
    onSuccess: async () => {
      await navigate({ to: '/syncs' });
      await done('deleted');
    },
    onError: saidFailed,
  });
  const done = async (what: string) => {
    saidDone(t(`syncs.menu.${what}`, { sync: key }));
    await syncsChanged();
  };
  const links = counts.inSync + counts.failing + counts.excluded + counts.waiting;
  const about = { sync: key, a: ends.a.appLabel, b: ends.b.appLabel, count: links, links: form.number(links) };
  const question = (what: 'off' | 'delete', act: () => void) =>
    confirm({
      title: t(`syncs.menu.${what}Title`, about),
      consequence: t(`syncs.menu.${what}Text`, about),
      verb: t(`syncs.menu.${what}`),
      kind: what === 'delete' ? 'danger' : 'plain',
      act,
    });
  return {
    turnOff: () => question('off', () => off.mutate()),
    turnOn: () => on.mutate(),
    remove: () => question('delete', () => remove.mutate()),
  };
}
