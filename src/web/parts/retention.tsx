import { Button, Group, NumberInput, Radio, Stack } from '@mantine/core';
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { confirm } from './confirm.ts';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { ProblemNote } from './problem-note.tsx';
import { saidDone } from './said.ts';

/** The longest time history can be kept for before it is kept for good, in days; the server's own limit. */
const MOST_DAYS = 3650;
/** What is proposed to somebody who no longer wants history for good. */
const USUAL_DAYS = 365;

const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: async () => (await ask(api.retention.$get())).historyDays,
});

/** How long the history of records is kept: as far back reach the timeline and undo. */
export function Retention() {
  const { t } = useTranslation();
  const retention = useQuery(retentionQuery);
  return (
    <Section title={t('settings.tab.retention')} about={t('settings.retentionAbout')}>
      <Loaded query={retention}>{(days) => <RetentionForm saved={days} />}</Loaded>
    </Section>
  );
}

function RetentionForm({ saved }: { saved: number | null }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<'always' | 'days'>(saved === null ? 'always' : 'days');
  const [days, setDays] = useState<number | string>(saved ?? USUAL_DAYS);
  const wanted = kind === 'always' ? null : Number(days);
  const save = useMutation({
    mutationFn: () => ask(api.retention.$put({ json: { historyDays: wanted } })),
    onSuccess: ({ historyDays }) => {
      queryClient.setQueryData(retentionQuery.queryKey, historyDays);
      saidDone(t('settings.retentionSaved'));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted === null || (saved !== null && wanted >= saved)) return save.mutate();
    confirm({
      title: t('settings.forgetTitle'),
      consequence: t('settings.forgetText', { count: wanted }),
      verb: t('settings.forget'),
      act: () => save.mutate(),
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={420}>
        <Radio.Group label={t('settings.keepHistory')} value={kind} onChange={(to) => setKind(to as 'always' | 'days')}>
          <Stack gap="xs" mt="xs">
            <Radio value="always" label={t('settings.keepAlways')} />
            <Radio value="days" label={t('settings.keepDays')} />
          </Stack>
        </Radio.Group>
        {kind === 'days' ? (
          <NumberInput
            label={t('settings.days')}
            required
            withAsterisk={false}
            hideControls
            allowDecimal={false}
            min={1}
            max={MOST_DAYS}
            maw={160}
            value={days}
            onChange={setDays}
          />
        ) : null}
        <ProblemNote error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t('frame.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
