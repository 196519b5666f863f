import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { syncsChanged } from '../api/syncs.ts';
import { checkQuery } from '../api/wizard.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import type { Draft } from './draft.ts';
import { forgetDraft } from './kept-draft.ts';
import { Sentence } from './sentence.tsx';

/** What a sync may be named, as the file has it. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

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
  const { data: check } = useQuery(checkQuery(draft));
  const { key } = draft;
  const preview = usePreview(draft, existing);
  const named = NAME.test(key);
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
        error={named ? null : t('wizard.review.keyWrong')}
        readOnly={existing === 'yes'}
        onChange={(event) => onKey(event.currentTarget.value)}
      />
      <ProblemNote error={preview.error} />
      <Group>
        <Button loading={preview.isPending} disabled={!fits || !named} onClick={() => preview.mutate()}>
          {t('wizard.review.act')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Makes the sync, switched off, and a plan of it, and goes there. */
function usePreview({ key, settings }: Draft, existing: 'no' | 'yes') {
  const navigate = useNavigate();
  const param = { sync: key };
  // A preview that failed after the sync was made does not make it once more.
  const [made, setMade] = useState(existing === 'yes' ? key : '');
  return useMutation({
    mutationFn: async () => {
      if (made === key) return ask(api.syncs[':sync'].plans.$post({ param, json: { settings: settings as never } }));
      await ask(api.syncs.$post({ json: { key, settings: { ...settings, enabled: false } as never } }));
      setMade(key);
      return ask(api.syncs[':sync'].plans.$post({ param, json: {} }));
    },
    onSuccess: async ({ number }) => {
      // The way back from a preview leads to this sync, not to a new one.
      if (existing === 'no') {
        await navigate({
          to: `/syncs/${encodeURIComponent(key)}/edit`,
          search: { step: 'review' },
          replace: true,
        } as never);
        forgetDraft('new');
      }
      await navigate({ to: `/syncs/${encodeURIComponent(key)}/plans/${number}` } as never);
      await syncsChanged();
    },
  });
}
