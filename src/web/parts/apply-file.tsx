import { Anchor, Button, Checkbox, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, api, ask } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { confirm } from './confirm.ts';
import { Section } from './page.tsx';
import { ProblemNote } from './problem-note.tsx';
import { Rows } from './rows.tsx';
import { saidDone } from './said.ts';

type Outcome = Answer<Awaited<ReturnType<typeof api.file.plan.$post>>>;

/** A file is pasted, what it would change is shown, and only then it can be applied. */
export function ApplyFile() {
  const { t } = useTranslation();
  const [file, setFile] = useState('');
  const [prunes, setPrunes] = useState(false);
  const plan = useMutation({ mutationFn: () => ask(api.file.plan.$post({ json: { file, prune: prunes } })) });
  const apply = useMutation({
    mutationFn: () => ask(api.file.apply.$post({ json: { file, prune: prunes } })),
    onSuccess: async () => {
      plan.reset();
      await queryClient.invalidateQueries();
      saidDone(t('settings.file.applied'));
    },
  });
  /** What was shown is of another file from here on. */
  const forget = () => {
    plan.reset();
    apply.reset();
  };
  return (
    <Section title={t('settings.file.apply')} about={t('settings.file.applyAbout')}>
      <Stack gap="md">
        <Textarea
          label={t('settings.file.text')}
          rows={8}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={file}
          onChange={(event) => {
            setFile(event.currentTarget.value);
            forget();
          }}
        />
        <Checkbox
          label={t('settings.file.prune')}
          checked={prunes}
          onChange={(event) => {
            setPrunes(event.currentTarget.checked);
            forget();
          }}
        />
        <Group>
          <Button variant="default" disabled={!file.trim()} loading={plan.isPending} onClick={() => plan.mutate()}>
            {t('settings.file.plan')}
          </Button>
        </Group>
        <ProblemNote error={plan.error ?? apply.error} />
        {plan.data ? (
          <Difference outcome={plan.data} isApplying={apply.isPending} onApply={() => apply.mutate()} />
        ) : null}
      </Stack>
    </Section>
  );
}

/** Each account and sync that the file would change, and the button that does it. */
function Difference(props: { outcome: Outcome; isApplying: boolean; onApply(): void }) {
  const { outcome, isApplying, onApply } = props;
  const { t } = useTranslation();
  const touched = touchedBy(outcome);
  if (touched.length === 0) return <Text role="status">{t('settings.file.same')}</Text>;
  const pruned = touched.filter(({ change }) => change === 'pruned').length;
  const ask = () =>
    confirm({
      title: t('settings.file.applyTitle'),
      consequence: `${t('settings.file.consequence', { count: touched.length })} ${pruned > 0 ? t('settings.file.deletes', { count: pruned }) : ''}`,
      verb: t('settings.file.act'),
      kind: pruned > 0 ? 'danger' : 'plain',
      act: onApply,
    });
  return (
    <>
      {outcome.unreachable.map(({ account, message }) => (
        <Text key={account} size="sm">
          {t('settings.file.unreachable', { account, message })}
        </Text>
      ))}
      <Rows
        label={t('settings.file.plan')}
        rows={touched}
        keyOf={({ kind, key }) => `${kind} ${key}`}
        columns={[
          {
            key: 'key',
            title: t('setup.name'),
            head: true,
            show: ({ kind, key }) => `${t(`settings.file.${kind}`)} ${key}`,
          },
          { key: 'change', title: t('settings.file.what'), show: ({ change }) => t(`settings.file.change.${change}`) },
          { key: 'values', title: t('settings.file.values'), show: (one) => <Values one={one} /> },
        ]}
      />
      <Group>
        <Button loading={isApplying} onClick={ask}>
          {t('settings.file.act')}
        </Button>
      </Group>
    </>
  );
}

type Touched = Outcome['accounts'][number] & { kind: 'account' | 'sync'; plan: number | null };

function touchedBy({ accounts, syncs }: Outcome): Touched[] {
  return [
    ...accounts.map((each) => ({ ...each, kind: 'account' as const, plan: null })),
    ...syncs.map((each) => ({ ...each, kind: 'sync' as const })),
  ].filter(({ change }) => change !== 'same' && change !== 'left');
}

function Values({ one: { key, differences, plan } }: { one: Touched }) {
  const { t } = useTranslation();
  return (
    <>
      {differences.map(({ path, before, after }) => (
        <Text key={path} size="sm" className="wrap-anywhere">
          {path}: {shown(before)} → {shown(after)}
        </Text>
      ))}
      {plan === null ? null : (
        <Anchor size="sm" component={Link} to={`/syncs/${key}/plans/${plan}`}>
          {t('settings.file.preview')}
        </Anchor>
      )}
    </>
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
