import { Anchor, Button, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me.ts';
import type { Write } from '../api/records.ts';
import { lookAtUndo, type RunDetail, runQuery, runWritesQuery, undoRun } from '../api/runs.ts';
import { useForm } from '../i18n/form.ts';
import { Ago } from '../parts/ago.tsx';
import { EdgeChanges, FieldChange, withoutEdges } from '../parts/field-change.tsx';
import { type FieldWords, useFieldWords } from '../parts/field-words.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Page, RowsSkeleton, Section } from '../parts/page.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Rows } from '../parts/rows.tsx';
import { ServerSaid } from '../parts/server-said.tsx';
import { SideEnd } from '../parts/two-sides.tsx';

const route = getRouteApi('/inside/activity/$run');

// It opens on a press.
const UndoDialog = lazy(async () => ({ default: (await import('../parts/undo-dialog.tsx')).UndoDialog }));

/** A run with everything it wrote, and its undo. */
export function RunPage() {
  const { t } = useTranslation();
  const form = useForm();
  const { may } = useMe();
  const { run } = route.useParams();
  const found = useQuery(runQuery(run));
  return (
    <Loaded query={found}>
      {({ number, sync, startedAt, looked, ends, ending, reason }) => (
        <Page
          title={t('activity.title', { number: form.number(number) })}
          about={
            <>
              {sync} · <Ago at={startedAt} /> · {t('activity.lookedAt', { count: looked, n: form.number(looked) })}
            </>
          }
          back={{ to: '/activity', label: t('frame.nav.activity') }}
          action={may('manage') ? <Undo run={run} ends={ends} /> : null}
          width="wide"
        >
          {reason ? (
            <Text mb="md" className="wrap-anywhere">
              {t(`activity.end.${ending ?? 'running'}`)}{' '}
              <Text span size="sm" c="dimmed">
                <ServerSaid sentence={reason} />
              </Text>
            </Text>
          ) : null}
          <Section title={t('activity.writes')}>
            <Writes run={run} sync={sync} ends={ends} />
          </Section>
        </Page>
      )}
    </Loaded>
  );
}

function Writes({ run, sync, ends }: { run: string; sync: string; ends: RunDetail['ends'] }) {
  const { t } = useTranslation();
  const words = { a: useFieldWords(ends.a), b: useFieldWords(ends.b) };
  const found = useInfiniteQuery(runWritesQuery(run));
  const rows = (found.data?.pages ?? []).flatMap(({ items }) => items);
  if (found.isPending) return <RowsSkeleton />;
  if (found.isError) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  if (rows.length === 0) return <Text c="dimmed">{t('activity.wroteNothing')}</Text>;
  return (
    <Rows
      label={t('activity.writes')}
      rows={rows}
      keyOf={({ id }) => id}
      onEnd={found.hasNextPage && !found.isFetching ? () => void found.fetchNextPage() : undefined}
      columns={[
        {
          key: 'record',
          title: t('plan.column.record'),
          head: true,
          show: ({ record, target }) => (
            <Link to={`/syncs/${encodeURIComponent(sync)}/records/${record}` as never}>{target.name ?? target.id}</Link>
          ),
        },
        {
          key: 'op',
          title: t('activity.did'),
          show: ({ op, side, account }) => (
            <SideEnd side={{ app: ends[side].app, name: t(`records.wrote.${op}`, { account }) }} size={20} />
          ),
        },
        {
          key: 'fields',
          title: t('plan.column.fields'),
          show: (write) => <Changes write={write} words={words[write.side]} />,
        },
      ]}
    />
  );
}

/** Fields of a write that stand in its row before it is opened. */
const SHOWN_FIELDS = 3;

function Changes({ write, words }: { write: Write; words: FieldWords }) {
  const { t } = useTranslation();
  const { associations } = write;
  const fields = withoutEdges(write.fields, associations);
  const [open, setOpen] = useState<'no' | 'yes'>('no');
  const rest = fields.length - SHOWN_FIELDS;
  return (
    <div>
      {(open === 'yes' ? fields : fields.slice(0, SHOWN_FIELDS)).map(({ name, before, after }) => (
        <FieldChange
          key={name}
          label={words.label(name)}
          before={words.text(name, before)}
          after={words.text(name, after)}
        />
      ))}
      <EdgeChanges edges={associations} labelOf={words.label} />
      {rest > 0 ? (
        <Anchor
          component="button"
          size="xs"
          aria-expanded={open === 'yes'}
          onClick={() => setOpen(open === 'yes' ? 'no' : 'yes')}
        >
          {open === 'yes' ? t('plan.fewer') : t('plan.more', { count: rest })}
        </Anchor>
      ) : null}
    </div>
  );
}

/** Undo of a run shows its own preview first. */
function Undo({ run, ends }: { run: string; ends: RunDetail['ends'] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'no' | 'yes'>('no');
  return (
    <>
      <Button variant="default" onClick={() => setOpen('yes')}>
        {t('activity.undo')}
      </Button>
      <Suspense>
        {open === 'yes' ? (
          <UndoDialog
            title={t('activity.undoTitle')}
            name={`run ${run}`}
            ends={ends}
            look={() => lookAtUndo(run)}
            act={() => undoRun(run)}
            onClose={() => setOpen('no')}
          />
        ) : null}
      </Suspense>
    </>
  );
}
