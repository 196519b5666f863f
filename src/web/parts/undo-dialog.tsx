import { Button, List, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Answer, api } from '../api/client.ts';
import { recordsChanged } from '../api/records.ts';
import { useForm } from '../i18n/form.ts';
import { FieldChange } from './field-change.tsx';
import { type FieldWords, useFieldWords } from './field-words.ts';
import { useFocusReturn } from './focus-return.ts';
import { Loaded } from './loaded.tsx';
import { ProblemNote } from './problem-note.tsx';
import { saidDone } from './said.ts';

/** What an undo would do. */
export type UndoPreview = Answer<Awaited<ReturnType<(typeof api.runs)[':run']['undo']['$get']>>>;

/** Records whose fields are shown one by one before an undo. */
const MOST_SHOWN = 5;

/** An undo shows what it would do before it does it: of a run, of a record, of a field. */
export function UndoDialog(props: {
  title: string;
  /** Tells this undo from others. */
  name: string;
  ends: Record<'a' | 'b', { account: string; object: string }>;
  look(): Promise<UndoPreview>;
  act(): Promise<unknown>;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const { title, name, ends, look, act, onClose } = props;
  useFocusReturn();
  const preview = useQuery({ queryKey: ['undo', name], queryFn: look, staleTime: 0, gcTime: 0 });
  const undo = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      onClose();
      saidDone(t('activity.undone'));
      await recordsChanged();
    },
  });
  return (
    <Modal opened onClose={onClose} size="lg" title={title} closeButtonProps={{ 'aria-label': t('frame.close') }}>
      <Loaded query={preview}>
        {(shown) => (
          <Stack>
            <Counts preview={shown} />
            <Steps preview={shown} ends={ends} />
            <Text size="sm" c="dimmed">
              {t('activity.undoAbout')}
            </Text>
            <ProblemNote error={undo.error} />
            <Button
              loading={undo.isPending}
              disabled={shown.restore + shown.remove + shown.makeAgain === 0}
              onClick={() => undo.mutate()}
            >
              {t('activity.undoAct')}
            </Button>
          </Stack>
        )}
      </Loaded>
    </Modal>
  );
}

function Counts({ preview }: { preview: UndoPreview }) {
  const { t } = useTranslation();
  const form = useForm();
  const counts = (['restore', 'remove', 'makeAgain', 'keep'] as const).filter((what) => preview[what] > 0);
  if (counts.length === 0) return <Text>{t('activity.undoesNothing')}</Text>;
  return (
    <List spacing={4}>
      {counts.map((what) => (
        <List.Item key={what}>
          {t(`activity.undoes.${what}`, { count: preview[what], n: form.number(preview[what]) })}
        </List.Item>
      ))}
    </List>
  );
}

function Steps({
  preview: { steps },
  ends,
}: Pick<Parameters<typeof UndoDialog>[0], 'ends'> & { preview: UndoPreview }) {
  const words = { a: useFieldWords(ends.a), b: useFieldWords(ends.b) };
  const shown = steps.filter(({ does, fields }) => does === 'restore' && fields.length > 0).slice(0, MOST_SHOWN);
  return shown.map((step) => (
    <div key={step.write}>
      <Text size="xs" c="dimmed">
        {ends[step.side].account}
      </Text>
      <StepFields step={step} words={words[step.side]} />
    </div>
  ));
}

function StepFields({ step: { fields }, words }: { step: UndoPreview['steps'][number]; words: FieldWords }) {
  const { t } = useTranslation();
  return fields.map(({ name, written, back, stays }) =>
    stays ? (
      <Text key={name} size="sm" c="dimmed">
        {t('activity.undoStays', { field: words.label(name) })}
      </Text>
    ) : (
      <FieldChange
        key={name}
        label={words.label(name)}
        before={words.text(name, written)}
        after={words.text(name, back)}
      />
    ),
  );
}
