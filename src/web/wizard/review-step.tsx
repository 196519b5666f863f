import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { syncsChanged } from '../api/syncs.ts';
import { checkQuery } from '../api/wizard.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import type { Draft } from './draft.ts';
import { Sentence } from './sentence.tsx';

/** All choices in words, and the way to the preview: nothing is written before it was looked at. */
export function ReviewStep({
  draft,
  existing,
  onKey,
}: {
  draft: Draft;
  existing: 'no' | 'yes';
  onKey(key: string): void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: check } = useQuery(checkQuery(draft));
  const { key, settings } = draft;
  const param = { sync: key };
  const preview = useMutation({
    mutationFn: async () => {
      if (existing === 'no')
        await ask(api.syncs.$post({ json: { key, settings: { ...settings, enabled: false } as never } }));
      return ask(
        api.syncs[':sync'].plans.$post({ param, json: existing === 'yes' ? { settings: settings as never } : {} }),
      );
    },
    onSuccess: async ({ number }) => {
      await navigate({ to: `/syncs/${encodeURIComponent(key)}/plans/${number}` } as never);
      await syncsChanged();
    },
  });
  const fits = (check?.problems ?? []).length === 0;
  return (
    <Stack maw={640}>
      <div>
        <Title order={2}>{t('wizard.review.title')}</Title>
        <Text c="dimmed">{t('wizard.review.about')}</Text>
      </div>
      <div className="tile">
        <Sentence draft={draft} />
      </div>
      <TextInput
        label={t('wizard.review.key')}
        description={t('wizard.review.keyHelp')}
        value={key}
        readOnly={existing === 'yes'}
        onChange={(event) => onKey(event.currentTarget.value)}
      />
      <ProblemNote error={preview.error} />
      <Group>
        <Button loading={preview.isPending} disabled={!fits || key === ''} onClick={() => preview.mutate()}>
          {t('wizard.review.act')}
        </Button>
      </Group>
    </Stack>
  );
}
