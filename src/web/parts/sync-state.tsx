import { Anchor, Progress, Text } from '@mantine/core';
import { IconCircleDot, IconCirclePause, IconPencil, IconPlayerPause, IconPlugConnectedX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Sync } from '../api/syncs.ts';
import { useForm } from '../i18n/form.ts';
import { ServerSaid } from './server-said.tsx';

const looks = {
  draft: { icon: IconPencil, colour: 'excluded' },
  'first-sync': { icon: IconCircleDot, colour: 'in-sync' },
  on: { icon: IconCircleDot, colour: 'in-sync' },
  off: { icon: IconCirclePause, colour: 'excluded' },
  paused: { icon: IconPlayerPause, colour: 'waiting' },
  account: { icon: IconPlugConnectedX, colour: 'failing' },
  refused: { icon: IconPlugConnectedX, colour: 'failing' },
} as const;

/** Whether a sync runs, and if not why, in a word. */
export function SyncState({ sync }: { sync: Pick<Sync, 'state'> }) {
  const { t } = useTranslation();
  const { icon: Icon, colour } = looks[sync.state];
  return (
    <span className="state" style={{ color: `var(--state-${colour})` }}>
      <Icon size={16} aria-hidden />
      {t(`syncs.state.${sync.state}`)}
    </span>
  );
}

/** A first sync or a re-plan under way: a thin bar with figures. */
export function SyncProgress({ progress }: { progress: NonNullable<Sync['progress']> }) {
  const { t } = useTranslation();
  const form = useForm();
  const { phase, records, done, share } = progress;
  return (
    <div style={{ minWidth: 180 }}>
      <Text size="xs" c="dimmed">
        {t(`syncs.progress.${phase}`, {
          a: form.number(records.a),
          b: form.number(records.b),
          done: form.number(done),
          share: form.share(share, 0),
        })}
      </Text>
      <Progress value={share * 100} size={4} mt={4} aria-label={t('syncs.progress.label')} />
    </div>
  );
}

/** Why a sync stands still, with the way to what mends it. `at`: a row leads to the sync's page, which has the acts. */
export function SyncTrouble({ sync, at }: { sync: Sync; at: 'row' | 'page' }) {
  const { t } = useTranslation();
  const form = useForm();
  const { paused, trouble, key, ends } = sync;
  if (paused)
    return (
      <Text size="sm">
        {t(`syncs.paused.${paused.brake}`, { count: paused.count, shown: form.number(paused.count) })}{' '}
        {at === 'page' ? t('syncs.paused.limit', { count: paused.limit, shown: form.number(paused.limit) }) : null}
        {at === 'row' ? (
          <Anchor component={Link} to={`/syncs/${encodeURIComponent(key)}`} size="sm" underline="always">
            {t('syncs.paused.look')}
          </Anchor>
        ) : null}
      </Text>
    );
  if (!trouble) return null;
  const lost = [ends.a, ends.b].find(({ accountState }) => accountState === 'reconnect-needed');
  return (
    <Text size="sm">
      {t(`syncs.trouble.${sync.state === 'account' ? 'account' : 'refused'}`)}{' '}
      <Text span size="xs" c="dimmed" className="wrap-anywhere">
        <ServerSaid sentence={trouble} />
      </Text>{' '}
      {lost ? (
        <Anchor component={Link} to={`/apps/${lost.app}`} size="sm" underline="always">
          {t('apps.account.reconnect')}
        </Anchor>
      ) : null}
    </Text>
  );
}
