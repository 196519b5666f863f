import { Button, Checkbox, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me.ts';
import { type Act, actOn } from '../api/records.ts';
import { useForm } from '../i18n/form.ts';
import { confirm } from './confirm.ts';
import type { Column } from './rows.tsx';
import { saidDone, saidFailed } from './said.ts';

interface Choosable {
  id: string;
  sync: string;
  a: { name: string | null; id: string } | null;
  b: { name: string | null; id: string } | null;
  problem: { category: string } | null;
}

/** Records chosen one by one, or all that are in sight, and what can be done with them together. */
export function useChosenRecords<Row extends Choosable>(rows: Row[]) {
  const { t } = useTranslation();
  const { may } = useMe();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const chosen = rows.filter(({ id }) => ids.has(id));
  const set = (id: string, on: boolean) =>
    setIds((before) => new Set(on ? [...before, id] : [...before].filter((each) => each !== id)));
  const column: Column<Row>[] = may('manage')
    ? [
        {
          key: 'chosen',
          title: '',
          width: 36,
          show: ({ id, a, b }) => (
            <Checkbox
              size="xs"
              aria-label={t('records.choose', { name: a?.name ?? b?.name ?? a?.id ?? b?.id ?? id })}
              checked={ids.has(id)}
              onChange={(event) => set(id, event.currentTarget.checked)}
            />
          ),
        },
      ]
    : [];
  const acts =
    chosen.length === 0 ? null : (
      <ChosenActs
        chosen={chosen}
        onAll={() => setIds(new Set(rows.map(({ id }) => id)))}
        onDone={() => setIds(new Set())}
      />
    );
  return { column, acts };
}

const isDeleted = ({ problem }: Choosable) => problem?.category.startsWith('deleted-in-') ?? false;

function ChosenActs({ chosen, onAll, onDone }: { chosen: Choosable[]; onAll(): void; onDone(): void }) {
  const { t } = useTranslation();
  const form = useForm();
  const act = useMutation({
    mutationFn: async (which: Act) => {
      let done = 0;
      for (const sync of new Set(chosen.map((record) => record.sync))) {
        const records = chosen.filter((record) => record.sync === sync).map(({ id }) => id);
        done += await actOn(sync, which, { records });
      }
      return done;
    },
    onSuccess: (count) => {
      saidDone(t('records.chosenDone', { count, n: form.number(count) }));
      onDone();
    },
    onError: saidFailed,
  });
  const told = { count: chosen.length, n: form.number(chosen.length) };
  const ask = (which: Act) =>
    confirm({
      title: t(`records.askMany.${which}`, told),
      consequence: t(`records.ask.${which}.text`),
      verb: t(`records.act.${which}`),
      kind: 'plain',
      act: () => act.mutate(which),
    });
  return (
    <Group className="tile" gap="xs" mb="md" role="status" style={{ display: 'flex' }}>
      <Text size="sm" fw={500} style={{ flex: '1 1 160px' }}>
        {t('records.chosen', told)}
      </Text>
      <Button size="xs" variant="subtle" onClick={onAll}>
        {t('records.chooseAll')}
      </Button>
      {chosen.every(isDeleted) ? (
        <Button size="xs" loading={act.isPending} onClick={() => act.mutate('recreate')}>
          {t('health.recreateAll', told)}
        </Button>
      ) : (
        <Button size="xs" variant="default" loading={act.isPending} onClick={() => act.mutate('retry')}>
          {t('records.act.retry')}
        </Button>
      )}
      {(['unlink', 'leave', 'take-back'] as const).map((which) => (
        <Button key={which} size="xs" variant="default" onClick={() => ask(which)}>
          {t(`records.act.${which}`)}
        </Button>
      ))}
    </Group>
  );
}
