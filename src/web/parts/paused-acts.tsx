import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { discardPlan, planQuery } from '../api/plans.ts';
import { type Sync, syncsChanged } from '../api/syncs.ts';
import { type Brake, BrakeInput, MOST_PERCENT } from './brake-input.tsx';
import { ProblemNote } from './problem-note.tsx';
import { saidDone, saidFailed } from './said.ts';

/** A brake asks: look at what it would do, let it pass once, raise it for good, or discard its plan and stay paused. */
export function PausedActs({ sync }: { sync: Sync }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [raising, setRaising] = useState<'no' | 'yes'>('no');
  const param = { sync: sync.key };
  const plan = useBrakePlan(sync);
  const look = useMutation({
    mutationFn: async () => plan ?? (await ask(api.syncs[':sync'].plans.$post({ param, json: {} }))),
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
        {plan ? <Discard sync={sync.key} number={plan.number} /> : null}
      </Group>
      <ProblemNote error={look.error ?? approve.error} />
      {raising === 'yes' && sync.paused ? <RaiseBrake sync={sync} paused={sync.paused} /> : null}
    </>
  );
}

/** The plan that was made of what tripped the brake, while it stands. */
function useBrakePlan({ key, plan }: Sync) {
  const stands = plan?.state === 'ready' || plan?.state === 'making';
  const { data } = useQuery({ ...planQuery(key, plan?.number ?? 0), enabled: stands });
  return stands && data?.cause === 'brake' ? data : null;
}

function Discard({ sync, number }: { sync: string; number: number }) {
  const { t } = useTranslation();
  const discard = useMutation({
    mutationFn: () => discardPlan(sync, number),
    onSuccess: () => saidDone(t('syncs.paused.discarded')),
    onError: saidFailed,
  });
  return (
    <Button size="xs" variant="subtle" color="gray" loading={discard.isPending} onClick={() => discard.mutate()}>
      {t('syncs.paused.discard')}
    </Button>
  );
}

type BrakeName = 'create' | 'update' | 'empty' | 'archive';

/** Asks for the new brake, measured as it is now; what is proposed is just enough for what is due. */
function RaiseBrake({ sync, paused }: { sync: Sync; paused: NonNullable<Sync['paused']> }) {
  const { t } = useTranslation();
  const brake = paused.brake as BrakeName;
  const percent = Math.ceil(paused.share * 100);
  const share = `${Math.min(percent, MOST_PERCENT)}%`;
  const now = (sync.settings.brakes as Partial<Record<BrakeName, Brake>> | undefined)?.[brake];
  const [to, setTo] = useState<Brake>(typeof now === 'number' || percent > MOST_PERCENT ? paused.count : share);
  const raise = useMutation({
    mutationFn: () => ask(api.syncs[':sync']['raise-brake'].$post({ param: { sync: sync.key }, json: { brake, to } })),
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
      <Stack gap={4} mt="sm" maw={280}>
        <BrakeInput
          label={t(`syncs.paused.brake.${brake}`)}
          usual={share}
          counted={paused.count}
          value={to}
          onChange={setTo}
        />
      </Stack>
      <Text size="xs" c="dimmed" mt={4}>
        {t('syncs.paused.raiseAbout')}
      </Text>
      <Button type="submit" size="xs" mt="sm" loading={raise.isPending}>
        {t('syncs.paused.raiseAct')}
      </Button>
      <ProblemNote error={raise.error} />
    </form>
  );
}
