import { Chip, Group, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemsQuery, type RecordChoice, type Status } from '../api/records.ts';
import { syncsQuery } from '../api/syncs.ts';
import { now } from '../world.ts';
import { useProblemWords } from './problem-words.ts';

const statuses: Status[] = ['in-sync', 'failing', 'waiting', 'excluded'];
/** Time ranges back from now, in hours. */
const ranges = { hour: 1, day: 24, week: 168 };
type Range = keyof typeof ranges;

const HOUR_MILLISECONDS = 3_600_000;
/** A range in the address is told again within so much of its length. */
const SLACK_SHARE = 0.5;

/** What narrows the records: text, sync, object, state, category, time. It stands in the address. */
export function RecordFilters({ choice, narrow }: { choice: RecordChoice; narrow(changed: RecordChoice): void }) {
  const { t } = useTranslation();
  return (
    <Group mb="md" gap="sm">
      <TextInput
        w={220}
        size="xs"
        leftSection={<IconSearch size={14} aria-hidden />}
        placeholder={t('records.search')}
        aria-label={t('records.search')}
        value={choice.text ?? ''}
        onChange={(event) => narrow({ text: event.currentTarget.value || undefined })}
      />
      <Where choice={choice} narrow={narrow} />
      <Select
        size="xs"
        w={150}
        clearable
        aria-label={t('syncs.column.lastChange')}
        placeholder={t('records.anyTime')}
        data={(Object.keys(ranges) as Range[]).map((value) => ({ value, label: t(`records.range.${value}`) }))}
        value={rangeOf(choice.from)}
        onChange={(value) => narrow({ from: value ? startOf(value as Range) : undefined })}
      />
      <Chip.Group
        value={choice.status ?? 'all'}
        onChange={(value) => narrow({ status: value === 'all' ? undefined : (value as Status), category: undefined })}
      >
        <Group gap={6} role="group" aria-label={t('syncs.column.state')}>
          {(['all', ...statuses] as const).map((each) => (
            <Chip key={each} value={each} size="xs" variant="outline">
              {each === 'all' ? t('records.all') : t(`frame.state.${each}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {choice.status === 'failing' || choice.category ? <Category choice={choice} narrow={narrow} /> : null}
    </Group>
  );
}

type Narrowing = Parameters<typeof RecordFilters>[0];

/** The sync, and the object on either side. */
function Where({ choice, narrow }: Narrowing) {
  const { t } = useTranslation();
  const { data: syncs = [] } = useQuery(syncsQuery);
  const objects = new Map(
    syncs.flatMap(({ ends: { a, b } }) => [a, b].map((end) => [end.object, end.objectLabel] as const)),
  );
  return (
    <>
      <Select
        size="xs"
        w={150}
        clearable
        aria-label={t('syncs.column.name')}
        placeholder={t('records.allSyncs')}
        data={syncs.map(({ key }) => key)}
        value={choice.sync ?? null}
        onChange={(value) => narrow({ sync: value ?? undefined })}
      />
      <Select
        size="xs"
        w={150}
        clearable
        aria-label={t('wizard.object.object')}
        placeholder={t('records.allObjects')}
        data={[...objects].map(([value, label]) => ({ value, label }))}
        value={choice.object ?? null}
        onChange={(value) => narrow({ object: value ?? undefined })}
      />
    </>
  );
}

/** The categories that there are failing records of. */
function Category({ choice, narrow }: Narrowing) {
  const { t } = useTranslation();
  const { data: groups = [] } = useQuery(problemsQuery);
  const { data: syncs = [] } = useQuery(syncsQuery);
  const wordsOf = useProblemWords();
  const known = new Set([
    ...groups.map(({ category }) => category as string),
    ...(choice.category ? [choice.category] : []),
  ]);
  const failing = (category: string) => {
    const keys = choice.sync
      ? [choice.sync]
      : groups.find((each) => each.category === category)?.syncs.map(({ sync }) => sync);
    return syncs.filter(({ key }) => keys?.includes(key)).map(({ ends }) => ends);
  };
  return (
    <Select
      size="xs"
      w={200}
      clearable
      aria-label={t('records.problem')}
      placeholder={t('records.anyProblem')}
      data={[...known].map((value) => ({ value, label: wordsOf(value, failing(value)).title }))}
      value={choice.category ?? null}
      onChange={(value) => narrow({ category: value ?? undefined })}
    />
  );
}

function startOf(range: Range): string {
  return new Date(now() - ranges[range] * HOUR_MILLISECONDS).toISOString();
}

/** The range that a moment in the address began, as well as it can be told later. */
function rangeOf(from: string | undefined): Range | null {
  if (from === undefined) return null;
  const hours = (now() - Date.parse(from)) / HOUR_MILLISECONDS;
  const names = Object.keys(ranges) as Range[];
  return names.find((name) => hours <= ranges[name] * (1 + SLACK_SHARE)) ?? 'week';
}
