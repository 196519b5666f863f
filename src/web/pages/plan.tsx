import { Button, Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { discardPlan, type Plan, planQuery } from '../api/plans.ts';
import { queryClient } from '../api/query-client.ts';
import { type Sync, syncQuery, syncsChanged } from '../api/syncs.ts';
import { useForm } from '../i18n/form.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { PlanTotals } from '../parts/plan-totals.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { saidDone } from '../parts/said.ts';
import { ServerSaid } from '../parts/server-said.tsx';

const route = getRouteApi('/inside/syncs/$sync/plans/$number');

// The totals stand first; the records, with their filters, come after.
const PlanRecords = lazy(async () => ({ default: (await import('../parts/plan-records.tsx')).PlanRecords }));

/** Records that a trial start writes. */
const SAMPLE = 10;

/** The plan before anything is written: totals of each side, then every record; started, tried with a few, or discarded. */
export function PlanPage() {
  const { sync, number } = route.useParams();
  const found = useQuery(syncQuery(sync));
  const plan = useQuery(planQuery(sync, Number(number)));
  return (
    <Loaded query={found}>
      {({ body }) => <Loaded query={plan}>{(shown) => <OnePlan sync={body} plan={shown} />}</Loaded>}
    </Loaded>
  );
}

function OnePlan({ sync, plan }: { sync: Sync; plan: Plan }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { state, totals, reason } = plan;
  return (
    <Page
      title={t('plan.title', { sync: sync.key })}
      about={t(`plan.about.${state}`)}
      back={{ to: `/syncs/${encodeURIComponent(sync.key)}`, label: sync.key }}
      width="wide"
      action={may('manage') && state === 'ready' ? <Acts sync={sync} plan={plan} /> : null}
    >
      {state === 'making' ? <Making plan={plan} /> : null}
      {state === 'failed' || state === 'interrupted' ? <Failed sync={sync.key} reason={reason} /> : null}
      {plan.sample ? <Sample plan={plan} /> : null}
      {totals ? (
        <>
          <PlanTotals sync={sync} totals={totals} />
          <Suspense fallback={<Skeleton height={320} />}>
            <PlanRecords sync={sync} number={plan.number} />
          </Suspense>
        </>
      ) : null}
    </Page>
  );
}

function Acts({ sync, plan }: { sync: Sync; plan: Plan }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { key } = sync;
  const param = { sync: key, number: String(plan.number) };
  const start = useMutation({
    mutationFn: (sample: number | undefined) =>
      ask(
        api.syncs[':sync'].plans[':number'].start.$post({ param, json: sample === undefined ? {} : { sample: true } }),
      ),
    onSuccess: async (_, sample) => {
      await queryClient.invalidateQueries({ queryKey: ['plans', key] });
      await syncsChanged();
      if (sample === undefined) await navigate({ to: `/syncs/${encodeURIComponent(key)}` } as never);
    },
  });
  const discard = useMutation({
    mutationFn: () => discardPlan(key, plan.number),
    onSuccess: async () => {
      saidDone(t(sync.paused ? 'syncs.paused.discarded' : 'plan.discarded'));
      await navigate({ to: `/syncs/${encodeURIComponent(key)}` } as never);
    },
  });
  // Only a first pass can be tried.
  const mayTry = sync.state === 'draft' && plan.sample === null;
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        <Button variant="subtle" color="gray" loading={discard.isPending} onClick={() => discard.mutate()}>
          {t('plan.discard')}
        </Button>
        <Button variant="default" component={Link} to={`/syncs/${encodeURIComponent(key)}/edit`}>
          {t('plan.edit')}
        </Button>
        {mayTry ? (
          <Button variant="default" disabled={start.isPending} onClick={() => start.mutate(SAMPLE)}>
            {t('plan.sample', { count: SAMPLE })}
          </Button>
        ) : null}
        <Button
          loading={start.isPending}
          disabled={plan.sample?.state === 'running'}
          onClick={() => start.mutate(undefined)}
        >
          {t(sync.state === 'draft' ? 'plan.start' : plan.proposed ? 'plan.apply' : 'plan.asShown')}
        </Button>
      </Group>
      <ProblemNote error={start.error ?? discard.error} />
    </Stack>
  );
}

function Making({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const form = useForm();
  const { step, records, of } = plan.progress;
  return (
    <div style={{ maxWidth: 480 }} role="status">
      <Text size="sm" mb={6}>
        {t(`plan.making.${step ?? 'reading'}`, {
          records: form.number(records),
          of: of === null ? '' : form.number(of),
        })}
      </Text>
      <Progress value={of ? (records / of) * 100 : 0} size={4} aria-label={t('plan.making.label')} />
    </div>
  );
}

function Failed({ sync, reason }: { sync: string; reason: string | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const again = useMutation({
    mutationFn: () => ask(api.syncs[':sync'].plans.$post({ param: { sync }, json: {} })),
    onSuccess: ({ number }) => navigate({ to: `/syncs/${encodeURIComponent(sync)}/plans/${number}` } as never),
  });
  return (
    <Stack maw={640}>
      <Text className="wrap-anywhere">{reason ? <ServerSaid sentence={reason} /> : t('plan.interrupted')}</Text>
      <Group>
        <Button loading={again.isPending} onClick={() => again.mutate()}>
          {t('plan.again')}
        </Button>
      </Group>
      <ProblemNote error={again.error} />
    </Stack>
  );
}

function Sample({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const { sample } = plan;
  if (!sample) return null;
  const { state, records, written, reason } = sample;
  return (
    <div className="tile" role="status" style={{ marginBottom: 24 }}>
      <Text>{t(`plan.sampled.${state}`, { records, written, reason: reason ?? '' })}</Text>
    </div>
  );
}
