import { Anchor, Text, Timeline } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me.ts';
import type { RecordDetail, Write } from '../api/records.ts';
import { useForm } from '../i18n/form.ts';
import { Ago } from './ago.tsx';
import { EdgeChanges, FieldChange, withoutEdges } from './field-change.tsx';
import { useFieldWords } from './field-words.ts';
import { RecordUndo } from './record-undo.tsx';

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
  const mayUndo = may('manage') && (op === 'update' || op === 'create');
  return (
    <div>
      <Text size="sm">
        {t(`records.wrote.${op}`, { account })} · <Ago at={at} />
        {seconds === null ? '' : ` · ${form.duration(seconds)}`}
        {mayUndo ? (
          <>
            {' · '}
            <Undo record={record} run={run} />
          </>
        ) : null}
      </Text>
      {withoutEdges(fields, associations).map(({ name, before, after, rule, why }) => (
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
          {mayUndo && op === 'update' && fields.length > 1 ? (
            <>
              {' · '}
              <Undo record={record} run={run} field={name} />
            </>
          ) : null}
        </FieldChange>
      ))}
      <EdgeChanges edges={associations} labelOf={words.label} />
    </div>
  );
}

function Undo({ record, run, field }: { record: RecordDetail; run: number; field?: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'no' | 'yes'>('no');
  return (
    <>
      <Anchor component="button" size="sm" onClick={() => setOpen('yes')}>
        {t('records.undo')}
      </Anchor>
      {open === 'yes' ? (
        <RecordUndo record={record} run={run} {...(field ? { field } : {})} onClose={() => setOpen('no')} />
      ) : null}
    </>
  );
}
