import { Anchor, Text, Timeline } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { type RecordDetail, recordsChanged, type Write } from '../api/records.ts';
import { useForm } from '../i18n/form.ts';
import { Ago } from './ago.tsx';
import { confirm } from './confirm.tsx';
import { EdgeChanges, FieldChange } from './field-change.tsx';
import { useFieldWords } from './field-words.ts';
import { saidDone, saidFailed } from './said.ts';

/** What was written for a record, the newest first, each to be undone by itself. */
export function RecordHistory({ record, writes }: { record: RecordDetail; writes: Write[] }) {
  const { t } = useTranslation();
  if (writes.length === 0) return <Text c="dimmed">{t('records.noHistory')}</Text>;
  return (
    <Timeline bulletSize={12} lineWidth={1} active={-1}>
      {writes.map((write) => (
        <Timeline.Item key={write.id}>
          <OneWrite record={record} write={write} />
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function OneWrite({ record, write }: { record: RecordDetail; write: Write }) {
  const { t } = useTranslation();
  const form = useForm();
  const { may } = useMe();
  const words = useFieldWords(record.ends[write.side]);
  const accounts = { a: record.ends.a.account, b: record.ends.b.account };
  const { op, account, at, seconds, fields, associations, run } = write;
  return (
    <div>
      <Text size="sm">
        {t(`records.wrote.${op}`, { account })} · <Ago at={at} />
        {seconds === null ? '' : ` · ${form.duration(seconds)}`}
        {may('manage') && (op === 'update' || op === 'create') ? <Undo record={record} run={run} /> : null}
      </Text>
      {fields.map(({ name, before, after, rule, why }) => (
        <FieldChange
          key={name}
          label={words.label(name)}
          before={words.text(name, before)}
          after={words.text(name, after)}
        >
          {' '}
          <Text span c="dimmed" size="xs">
            {t(`rule.${rule}`, { ...accounts, defaultValue: why })}
          </Text>
        </FieldChange>
      ))}
      <EdgeChanges edges={associations} labelOf={words.label} />
    </div>
  );
}

/** Undo of what one run wrote for this record: previewed in numbers before it is done. */
function Undo({ record, run }: { record: RecordDetail; run: number }) {
  const { t } = useTranslation();
  const param = { sync: record.sync, record: record.id };
  const undo = useMutation({
    mutationFn: () => ask(api.syncs[':sync'].records[':record'].undo.$post({ param, json: { run } })),
    onSuccess: async () => {
      saidDone(t('records.undone'));
      await recordsChanged();
    },
    onError: saidFailed,
  });
  const look = useMutation({
    mutationFn: () =>
      ask(api.syncs[':sync'].records[':record'].undo.$get({ param, query: { run: String(run) } as never })),
    onSuccess: () =>
      confirm({
        title: t('records.undoTitle'),
        consequence: t('records.undoText'),
        verb: t('records.undo'),
        kind: 'plain',
        act: () => undo.mutate(),
      }),
    onError: saidFailed,
  });
  return (
    <>
      {' · '}
      <Anchor component="button" size="sm" onClick={() => look.mutate()}>
        {t('records.undo')}
      </Anchor>
    </>
  );
}
