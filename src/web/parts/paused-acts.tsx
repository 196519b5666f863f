import { Button, Group, NumberInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { type Sync, syncsChanged } from '../api/syncs.ts';
import { ProblemNote } from './problem-note.tsx';
import { saidDone } from './said.ts';

/** A brake asks: look at what it would do, let it pass once, raise it for good, or leave it paused. */
export function PausedActs({ sync }: { sync: Sync }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [raising, setRaising] = useState<'no' | 'yes'>('no');
  const param = { sync: sync.key };
  const look = useMutation({
    mutationFn: () => ask(api.syncs[':sync'].plans.$post({ param, json: {} })),
    onSuccess: ({ number }) => navigate({ to: `/syncs/${encodeURIComponent(sync.key)}/plans/${number}` } as never),
  });
  const approve = useMutation({
    mutationFn: () => ask(api.syncs[':sync'].approve.$post({ param, json: {} })),
    onSuccess: async () => {
      saidDone(t('syncs.paused.approved'));
      await syncsChanged();
    },
  });
  return (
    <>
      <Group mt="sm" gap="xs">
        <Button size="xs" loading={look.isPending} onClick={() => look.mutate()}>
          {t('syncs.paused.look')}
        </Button>
        <Button size="xs" variant="default" loading={approve.isPending} onClick={() => approve.mutate()}>
          {t('syncs.paused.approve')}
        </Button>
        {raising === 'no' ? (
          <Button size="xs" variant="default" onClick={() => setRaising('yes')}>
            {t('syncs.paused.raise')}
          </Button>
        ) : null}
        <ProblemNote error={look.error ?? approve.error} />
      </Group>
      {raising === 'yes' && sync.paused ? <RaiseBrake sync={sync.key} paused={sync.paused} /> : null}
    </>
  );
}

/** A file's brake is at most this share, in percent. */
const MOST_PERCENT = 999;

/** Asks for the new brake; what is proposed is just enough for what is due. */
function RaiseBrake({ sync, paused }: { sync: string; paused: NonNullable<Sync['paused']> }) {
  const { t } = useTranslation();
  const brake = paused.brake as 'create' | 'update' | 'empty' | 'archive';
  const [percent, setPercent] = useState<number | string>(Math.min(Math.ceil(paused.share * 100), MOST_PERCENT));
  const raise = useMutation({
    mutationFn: () =>
      ask(api.syncs[':sync']['raise-brake'].$post({ param: { sync }, json: { brake, to: `${percent}%` } })),
    onSuccess: async () => {
      saidDone(t('syncs.paused.raised'));
      await syncsChanged();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        raise.mutate();
      }}
    >
      <Group mt="sm" gap="xs" align="flex-end">
        <NumberInput
          size="xs"
          label={t(`syncs.paused.brake.${brake}`)}
          description={t('syncs.paused.raiseAbout')}
          inputWrapperOrder={['label', 'input', 'description']}
          suffix=" %"
          min={0}
          max={MOST_PERCENT}
          allowDecimal={false}
          value={percent}
          onChange={setPercent}
        />
      </Group>
      <Button type="submit" size="xs" mt="sm" loading={raise.isPending} disabled={percent === ''}>
        {t('syncs.paused.raiseAct')}
      </Button>
      <ProblemNote error={raise.error} />
    </form>
  );
}
