import { Radio, Select, SimpleGrid, Stack, Switch, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldsQuery, filterCountsQuery } from '../api/wizard.ts';
import { useForm } from '../i18n/form.ts';
import { BrakeInput } from '../parts/brake-input.tsx';
import { RowsSkeleton } from '../parts/page.tsx';
import { type Draft, type Policy, type Settings, type Side, withFilter } from './draft.ts';
import { useNames } from './sentence.tsx';
import type { StepProps } from './wizard.tsx';

const FilterBuilder = lazy(() => import('./filter-builder.tsx').then((part) => ({ default: part.FilterBuilder })));

/** Which records start to sync, what happens when one leaves or is deleted, and the brakes. */
export function LimitStep({ draft, change }: StepProps) {
  const { t } = useTranslation();
  const { direction = 'both', leaving = 'keep' } = draft.settings;
  const sources = (['a', 'b'] as const).filter(
    (side) => direction === 'both' || (direction === 'a-to-b') === (side === 'a'),
  );
  return (
    <Stack gap="xl">
      <EmailSwitch draft={draft} change={change} />
      {sources.map((side) => (
        <Direction key={side} side={side} draft={draft} change={change} />
      ))}
      <Radio.Group
        label={t('wizard.leaving.title')}
        styles={{ label: { fontSize: 16, fontWeight: 600 } }}
        value={leaving}
        onChange={(value) => change({ leaving: value as 'keep' | 'exclude' })}
      >
        <Stack gap={8} mt={8}>
          {(['keep', 'exclude'] as const).map((value) => (
            <Radio
              key={value}
              value={value}
              label={t(`wizard.leaving.${value}.label`)}
              description={t(`wizard.leaving.${value}.about`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Deletions draft={draft} change={change} />
      <Brakes draft={draft} change={change} />
    </Stack>
  );
}

/** Only people with an e-mail address: on by default where both sides mean people. */
function EmailSwitch({ draft, change }: StepProps) {
  const { t } = useTranslation();
  const { a, b, require = 'default' } = draft.settings;
  const { data: ofA } = useQuery(fieldsQuery(a.account, a.object));
  const { data: ofB } = useQuery(fieldsQuery(b.account, b.object));
  const isPerson = (means: string | null | undefined) => means === 'person' || means === 'lead';
  if (!isPerson(ofA?.object.means) || !isPerson(ofB?.object.means)) return null;
  return (
    <Switch
      label={t('wizard.limit.email')}
      description={t('wizard.limit.emailAbout')}
      checked={require === 'default' || require.length > 0}
      onChange={(event) => change({ require: event.currentTarget.checked ? 'default' : [] })}
    />
  );
}

function Direction({ side, draft, change }: StepProps & { side: Side }) {
  const { t } = useTranslation();
  const form = useForm();
  const names = useNames(draft);
  const way = side === 'a' ? 'a-to-b' : 'b-to-a';
  const { account, object } = draft.settings[side];
  const { data } = useQuery(fieldsQuery(account, object));
  const { data: counts } = useQuery(filterCountsQuery(draft));
  const count = counts?.[way];
  return (
    <section aria-labelledby={`filter-${side}`}>
      <Title order={2} id={`filter-${side}`}>
        {t('wizard.limit.title', {
          from: names[side].object,
          app: names.short[side],
          to: names.short[side === 'a' ? 'b' : 'a'],
        })}
      </Title>
      <Text size="sm" c="dimmed" mb="sm" aria-live="polite">
        {count
          ? t('wizard.limit.pass', { pass: form.number(count.pass), total: form.number(count.total) })
          : t('wizard.limit.about')}
      </Text>
      <Suspense fallback={<RowsSkeleton rows={1} />}>
        {data ? (
          <FilterBuilder
            label={t('wizard.limit.filterOf', { app: names.short[side] })}
            fields={data.items}
            filter={draft.settings.filter?.[way]}
            onChange={(filter) => change(withFilter(draft.settings, way, filter))}
          />
        ) : null}
      </Suspense>
    </section>
  );
}

function Deletions({ draft, change }: StepProps) {
  const { t } = useTranslation();
  const names = useNames(draft);
  const { deletions = {} } = draft.settings;
  const { data: ofA } = useQuery(fieldsQuery(draft.settings.a.account, draft.settings.a.object));
  const { data: ofB } = useQuery(fieldsQuery(draft.settings.b.account, draft.settings.b.object));
  const can = { a: ofA?.object.can, b: ofB?.object.can };
  const policies = (side: Side): Policy[] => {
    const far = can[side === 'a' ? 'b' : 'a'];
    return [
      'ignore',
      ...(far?.archive === 'yes' ? ['archive' as const] : []),
      ...(far?.delete === 'yes' ? ['delete' as const] : []),
    ];
  };
  return (
    <section aria-labelledby="deletions">
      <Title order={2} id="deletions" mb={8}>
        {t('wizard.deletions.title')}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {(['a', 'b'] as const).map((side) => {
          const told = { from: names.short[side], to: names.short[side === 'a' ? 'b' : 'a'] };
          return (
            <Select
              key={side}
              label={t('wizard.deletions.label', told)}
              allowDeselect={false}
              data={policies(side).map((value) => ({ value, label: t(`wizard.deletions.${value}`, told) }))}
              value={deletions[side] ?? 'ignore'}
              onChange={(value) => change({ deletions: { ...deletions, [side]: value as Policy } })}
            />
          );
        })}
      </SimpleGrid>
    </section>
  );
}

/** What a brake is where nobody says another, and the count to begin from. */
const usual = { create: ['10%', 100], update: ['50%', 500], empty: ['5%', 50], archive: ['1%', 20] } as const;

function Brakes({ draft, change }: { draft: Draft; change(settings: Partial<Settings>): void }) {
  const { t } = useTranslation();
  const { brakes = {} } = draft.settings;
  return (
    <section aria-labelledby="brakes">
      <Title order={2} id="brakes">
        {t('wizard.brakes.title')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('wizard.brakes.about')}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} maw={560}>
        {(['create', 'update', 'empty', 'archive'] as const).map((name) => {
          const [share, counted] = usual[name];
          return (
            <BrakeInput
              key={name}
              label={t(`wizard.brakes.${name}`)}
              usual={share}
              counted={counted}
              value={brakes[name] ?? share}
              onChange={(value) => change({ brakes: { ...brakes, [name]: value } })}
            />
          );
        })}
      </SimpleGrid>
    </section>
  );
}
