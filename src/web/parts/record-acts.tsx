import { Button, Group, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Act, actOn, type RecordDetail } from '../api/records.ts';
import { confirm } from './confirm.ts';
import { lostSide, useEndName } from './problem-words.ts';
import { saidDone, saidFailed } from './said.ts';

// It opens on a press.
const RecordUndo = lazy(async () => ({ default: (await import('./record-undo.tsx')).RecordUndo }));

/** What can be done with one record: retry, re-create, unlink, leave alone, take back. */
export function RecordActs({ record }: { record: RecordDetail }) {
  const { t } = useTranslation();
  const { sync, id, status, held, problem, ends } = record;
  const [undoing, setUndoing] = useState<'no' | 'yes'>('no');
  const act = useMutation({
    mutationFn: (which: Act) => actOn(sync, which, { records: [id] }),
    onSuccess: (_, which) => saidDone(t(`records.done.${which}`)),
    onError: saidFailed,
  });
  const nameOf = useEndName();
  const deleted = lostSide(problem?.category);
  const ask = (which: Act) =>
    confirm({
      title: t(`records.ask.${which}.title`),
      consequence: t(`records.ask.${which}.text`),
      verb: t(`records.act.${which}`),
      kind: 'plain',
      act: () => act.mutate(which),
    });
  const others = held ? (['take-back'] as const) : (['unlink', 'leave'] as const);
  return (
    <Group gap="xs">
      {deleted ? (
        <Button loading={act.isPending} onClick={() => act.mutate('recreate')}>
          {t('records.recreateIn', { app: nameOf(ends[deleted]) })}
        </Button>
      ) : null}
      {status === 'failing' && !deleted && problem?.category !== 'ambiguous-match' ? (
        <Button loading={act.isPending} onClick={() => act.mutate('retry')}>
          {t('records.act.retry')}
        </Button>
      ) : null}
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button variant="default">{t('records.more')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {others.map((which) => (
            <Menu.Item key={which} onClick={() => ask(which)}>
              {t(`records.act.${which}`)}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => setUndoing('yes')}>{t('records.undoAll')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>{undoing === 'yes' ? <RecordUndo record={record} onClose={() => setUndoing('no')} /> : null}</Suspense>
    </Group>
  );
}
