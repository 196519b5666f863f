import { Anchor, Button, Group, Select, Text, TextInput } from '@mantine/core';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PlanChoice, type PlanRecord, type PlanWrite, planRecordsQuery } from '../api/plans.ts';
import type { Sync } from '../api/syncs.ts';
import { EmptyState } from './empty-state.tsx';
import { EdgeChanges, FieldChange } from './field-change.tsx';
import { type FieldWords, useFieldWords } from './field-words.ts';
import { RowsSkeleton } from './page.tsx';
import { ProblemNote } from './problem-note.tsx';
import { useEndName, useProblemWords } from './problem-words.ts';
import { Rows } from './rows.tsx';
import { ServerSaid } from './server-said.tsx';
import { serverWords } from './server-words.ts';
import { StateBadge } from './state-badge.tsx';

const route = getRouteApi('/inside/syncs/$sync/plans/$number');

/** Fields of a record that stand in its row before it is opened. */
const SHOWN_FIELDS = 3;

/** Every record of a plan with its differences; narrowed by what stands in the address. */
export function PlanRecords({ sync, number }: { sync: Sync; number: number }) {
  const { t } = useTranslation();
  const choice = route.useSearch();
  const found = useInfiniteQuery(planRecordsQuery(sync.key, number, choice));
  const rows = (found.data?.pages ?? []).flatMap(({ items }) => items as unknown as PlanRecord[]);
  const words = { a: useFieldWords(sync.ends.a), b: useFieldWords(sync.ends.b) };
  return (
    <section aria-label={t('plan.records')}>
      <Narrow sync={sync} number={number} choice={choice} />
      {found.isError ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <RowsSkeleton /> : null}
      {found.isSuccess && rows.length === 0 ? <EmptyState title={t('plan.none')} text={t('plan.noneText')} /> : null}
      {rows.length > 0 ? (
        <Rows
          label={t('plan.records')}
          rows={rows}
          keyOf={({ place }) => String(place)}
          onEnd={found.hasNextPage && !found.isFetching ? () => void found.fetchNextPage() : undefined}
          columns={[
            { key: 'name', title: t('plan.column.record'), head: true, show: (record) => <Name record={record} /> },
            { key: 'what', title: t('plan.column.what'), show: (record) => <What record={record} sync={sync} /> },
            {
              key: 'fields',
              title: t('plan.column.fields'),
              show: (record) => <Differences record={record} sync={sync} words={words} />,
            },
            { key: 'why', title: t('plan.column.why'), show: (record) => <Why record={record} sync={sync} /> },
          ]}
        />
      ) : null}
    </section>
  );
}

function Narrow({ sync, number, choice }: { sync: Sync; number: number; choice: PlanChoice }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const narrow = (search: PlanChoice) =>
    void navigate({ search: (before) => ({ ...before, ...search }), replace: true });
  const query = new URLSearchParams(
    Object.entries(choice).filter((pair): pair is [string, string] => Boolean(pair[1])),
  );
  return (
    <Group mb="sm" justify="space-between">
      <Group gap="xs">
        <Select
          size="xs"
          w={200}
          clearable
          aria-label={t('plan.filter')}
          placeholder={t('plan.filter')}
          data={['write', 'link', 'skipped', 'waiting', 'failing'].map((value) => ({
            value,
            label: t(`plan.outcome.${value}`),
          }))}
          value={choice.outcome ?? null}
          onChange={(value) =>
            narrow({
              outcome: (value ?? undefined) as PlanChoice['outcome'],
              op: undefined,
              side: undefined,
              conflicts: undefined,
            })
          }
        />
        <TextInput
          size="xs"
          w={220}
          leftSection={<IconSearch size={14} aria-hidden />}
          placeholder={t('plan.search')}
          aria-label={t('plan.search')}
          value={choice.text ?? ''}
          onChange={(event) => narrow({ text: event.currentTarget.value || undefined })}
        />
        {query.size > 0 ? (
          <Anchor component="button" size="xs" onClick={() => void navigate({ search: {}, replace: true })}>
            {t('plan.all')}
          </Anchor>
        ) : null}
      </Group>
      <Button
        size="xs"
        variant="default"
        component="a"
        href={`/api/v1/syncs/${encodeURIComponent(sync.key)}/plans/${number}/records.csv?${query}`}
        leftSection={<IconDownload size={14} aria-hidden />}
      >
        CSV
      </Button>
    </Group>
  );
}

function Name({ record: { names, ids } }: { record: PlanRecord }) {
  return (
    <Text size="sm" fw={500}>
      {names.a ?? names.b ?? ids.a ?? ids.b}
    </Text>
  );
}

function What({ record: { writes, outcome }, sync }: { record: PlanRecord; sync: Sync }) {
  const { t } = useTranslation();
  const done = (['a', 'b'] as const).flatMap((side) => {
    const write = writes[side];
    return write ? [t(`plan.do.${write.op}`, { app: sync.ends[side].appLabel })] : [];
  });
  if (outcome === 'failing') return <StateBadge state="failing" />;
  if (outcome === 'waiting') return <StateBadge state="waiting" />;
  if (outcome === 'skipped') return <StateBadge state="excluded">{t('plan.outcome.skipped')}</StateBadge>;
  return <>{done.length > 0 ? done.join(', ') : t('plan.outcome.link')}</>;
}

/** The differences of one record on each side that is written. */
function Differences({ record: { writes }, sync, words }: { record: PlanRecord; sync: Sync; words: Words }) {
  const sides = (['a', 'b'] as const).filter((side) => writes[side]);
  return (
    <div style={{ maxWidth: 520 }}>
      {sides.map((side) => (
        <div key={side}>
          {sides.length > 1 ? (
            <Text size="xs" fw={500}>
              {sync.ends[side].appLabel}
            </Text>
          ) : null}
          <Changes write={writes[side] as PlanWrite} words={words[side]} />
        </div>
      ))}
    </div>
  );
}

type Words = Record<'a' | 'b', FieldWords>;

/** What changes on one side: a few fields, and the rest when asked for. */
function Changes({ write: { before, after, edges }, words }: { write: PlanWrite; words: FieldWords }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'no' | 'yes'>('no');
  const fields = Object.entries(after).filter(([field]) => edges[field] === undefined);
  const shown = open === 'yes' ? fields : fields.slice(0, SHOWN_FIELDS);
  return (
    <>
      {shown.map(([field, value]) => (
        <FieldChange
          key={field}
          label={words.label(field)}
          before={words.text(field, before[field])}
          after={words.text(field, value)}
        />
      ))}
      <EdgeChanges edges={Object.entries(edges).map(([name, edge]) => ({ name, ...edge }))} labelOf={words.label} />
      {fields.length > SHOWN_FIELDS ? (
        <Anchor
          component="button"
          size="xs"
          aria-expanded={open === 'yes'}
          onClick={() => setOpen(open === 'yes' ? 'no' : 'yes')}
        >
          {open === 'yes' ? t('plan.fewer') : t('plan.more', { count: fields.length - SHOWN_FIELDS })}
        </Anchor>
      ) : null}
    </>
  );
}

function Why({ record: { writes, problem, why }, sync: { ends } }: { record: PlanRecord; sync: Sync }) {
  const { t } = useTranslation();
  const wordsOf = useProblemWords();
  const nameOf = useEndName();
  const words = problem && wordsOf(problem.category, [ends]);
  if (problem && words)
    return (
      <Text size="sm" maw={360} className="wrap-anywhere">
        <b>{words.title}</b>
        <br />
        {words.means}{' '}
        <Text span size="xs" c="dimmed">
          <ServerSaid sentence={problem.message} app={nameOf(ends[problem.side])} />
        </Text>
      </Text>
    );
  const accounts = { a: ends.a.account, b: ends.b.account };
  const rules = [...new Set([writes.a, writes.b].flatMap((write) => Object.values(write?.rule ?? {})))];
  return (
    <Text size="sm" c="dimmed">
      {why === null
        ? rules.map((rule) => t(`rule.${rule}`, { ...accounts, defaultValue: rule })).join(', ')
        : serverWords(t, why)}
    </Text>
  );
}
