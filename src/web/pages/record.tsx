import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me.ts';
import { ambiguousQuery, historyQuery, type RecordDetail, recordQuery } from '../api/records.ts';
import { useFieldWords } from '../parts/field-words.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Page, RowsSkeleton, Section } from '../parts/page.tsx';
import { useEndName, useProblemWords } from '../parts/problem-words.ts';
import { RecordActs } from '../parts/record-acts.tsx';
import { Rows } from '../parts/rows.tsx';
import { ServerSaid } from '../parts/server-said.tsx';
import { shownText } from '../parts/shown-text.ts';
import { StateBadge } from '../parts/state-badge.tsx';
import { TwoSides } from '../parts/two-sides.tsx';

const route = getRouteApi('/inside/syncs/$sync/records/$record');

// What stands further down is loaded after the fields.
const AmbiguousMatches = lazy(async () => ({
  default: (await import('../parts/ambiguous-matches.tsx')).AmbiguousMatches,
}));
const RecordAssociations = lazy(async () => ({
  default: (await import('../parts/record-associations.tsx')).RecordAssociations,
}));
const RecordHistory = lazy(async () => ({ default: (await import('../parts/record-history.tsx')).RecordHistory }));

/** A record: both sides field by field, what was last agreed, who won and why, and what was written for it. */
export function RecordPage() {
  const { sync, record } = route.useParams();
  const found = useQuery(recordQuery(sync, record));
  return <Loaded query={found}>{(detail) => <OneRecord record={detail} />}</Loaded>;
}

function OneRecord({ record }: { record: RecordDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const history = useQuery(historyQuery(record.sync, record.id));
  const name = record.a?.name ?? record.b?.name ?? record.a?.id ?? record.b?.id ?? record.id;
  const side = (which: 'a' | 'b') => ({
    app: record.ends[which].app,
    name: record.ends[which].account,
    note: record[which]?.name ?? t('records.nobody'),
  });
  return (
    <Page
      title={name}
      badge={<StateBadge state={record.status} ground />}
      about={
        <div style={{ marginTop: 10 }}>
          <TwoSides a={side('a')} b={side('b')} direction="both" />
        </div>
      }
      back={{ to: `/syncs/${encodeURIComponent(record.sync)}`, label: record.sync }}
      action={may('manage') ? <RecordActs record={record} /> : null}
    >
      <Problem record={record} />
      <Standing record={record} />
      <Match record={record} />
      <Section title={t('records.fields')}>
        <Fields record={record} />
      </Section>
      {record.associations.length > 0 ? (
        <Section title={t('wizard.fields.associations')}>
          <Suspense fallback={<RowsSkeleton rows={1} />}>
            <RecordAssociations record={record} />
          </Suspense>
        </Section>
      ) : null}
      <Section title={t('records.history')}>
        <Suspense fallback={<RowsSkeleton />}>
          <Loaded query={history}>{(writes) => <RecordHistory record={record} writes={writes} />}</Loaded>
        </Suspense>
      </Section>
    </Page>
  );
}

function Problem({ record: { problem, ends } }: { record: RecordDetail }) {
  const wordsOf = useProblemWords();
  const nameOf = useEndName();
  if (!problem) return null;
  const { category, message, side } = problem;
  const { title, means, steps } = wordsOf(category, [ends]);
  return (
    <Alert
      color="red"
      variant="outline"
      mb="xl"
      title={title}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Text size="sm">{means}</Text>
      <Text size="sm" c="dimmed">
        {steps}
      </Text>
      <Text size="sm" mt={8} className="wrap-anywhere">
        <ServerSaid sentence={message} app={nameOf(ends[side])} />
      </Text>
    </Alert>
  );
}

/** Why a record neither fails nor is in sync. */
function Standing({ record: { status, held } }: { record: RecordDetail }) {
  const { t } = useTranslation();
  if (status === 'failing' || status === 'in-sync') return null;
  return <Text mb="lg">{t(`records.why.${held ?? status}`)}</Text>;
}

/** The choice that this record waits for, where it waits for one. */
function Match({ record: { sync, id, problem } }: { record: RecordDetail }) {
  const { t } = useTranslation();
  const isOpen = problem !== null && toChoose.has(problem.category);
  const { data = [] } = useQuery({ ...ambiguousQuery(sync), enabled: isOpen });
  const own = isOpen ? data.filter(({ records }) => records.includes(id)) : [];
  if (own.length === 0) return null;
  return (
    <Section title={t('health.ambiguous')}>
      <Suspense fallback={<RowsSkeleton />}>
        <AmbiguousMatches matches={own} />
      </Suspense>
    </Section>
  );
}

const toChoose = new Set(['ambiguous-match', 'duplicate-in-target']);

type Field = RecordDetail['fields'][number];

function Fields({ record }: { record: RecordDetail }) {
  const { t } = useTranslation();
  const accounts = { a: record.ends.a.account, b: record.ends.b.account };
  const words = { a: useFieldWords(record.ends.a), b: useFieldWords(record.ends.b) };
  const textOf = (field: Field, side: 'a' | 'b', values: unknown[] | null) =>
    field[side].fields
      .map(({ name }, index) => words[side].text(name, values?.[index]))
      .filter(Boolean)
      .join(' ');
  const column = (side: 'a' | 'b') => ({
    key: side,
    title: record.ends[side].account,
    show: (field: Field) => (
      <div style={{ maxWidth: 320 }} className="wrap-anywhere">
        {textOf(field, side, field[side].values) || (
          <Text span size="sm" c="dimmed">
            —
          </Text>
        )}
        {field.state === 'kept' || isSame(field, side) ? null : (
          <Text size="xs" className="before">
            {textOf(field, side, field[side].agreed)}
          </Text>
        )}
      </div>
    ),
  });
  return (
    <Rows
      label={t('records.fields')}
      rows={record.fields}
      keyOf={({ name }) => name}
      columns={[
        {
          key: 'field',
          title: t('records.field'),
          head: true,
          show: ({ a, name }) => a.fields.map(({ label }) => label).join(' + ') || name,
        },
        column('a'),
        column('b'),
        {
          key: 'state',
          title: t('syncs.column.state'),
          show: (field) => (isEmpty(field) ? '' : t(`records.fieldState.${field.state}`, accounts)),
        },
        {
          key: 'rule',
          title: t('records.decided'),
          show: ({ last }) => (last ? t(`rule.${last.rule}`, { ...accounts, defaultValue: last.why }) : ''),
        },
      ]}
    />
  );
}

function isEmpty({ a, b }: Field): boolean {
  return shownText(a.values) === '' && shownText(b.values) === '' && shownText([a.agreed, b.agreed]) === '';
}

function isSame(field: Field, side: 'a' | 'b'): boolean {
  return field[side].agreed === null || shownText(field[side].agreed) === shownText(field[side].values);
}
