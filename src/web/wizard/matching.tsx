import { ActionIcon, Button, Group, MultiSelect, Radio, Stack, Text, Title } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { matchesQuery } from '../api/wizard.ts';
import { useForm } from '../i18n/form.ts';
import type { Draft, MatchPart } from './draft.ts';
import { useFacts } from './mapping-table.tsx';
import { useNames } from './sentence.tsx';
import type { StepProps } from './wizard.tsx';

type Kind = 'default' | 'own' | 'none';

/** When two records are the same: by default rules, by fields of one's own choice in order, or never. */
export function Matching({ draft, change }: StepProps) {
  const { t } = useTranslation();
  const { match = 'default' } = draft.settings;
  const kind: Kind = Array.isArray(match) ? 'own' : match;
  const choose = (value: string) => change({ match: value === 'own' ? [[]] : (value as 'default' | 'none') });
  return (
    <Stack gap="sm">
      <div>
        <Title order={2}>{t('wizard.matching.title')}</Title>
        <Text size="sm" c="dimmed">
          {t('wizard.matching.about')}
        </Text>
      </div>
      <Radio.Group value={kind} onChange={choose} aria-label={t('wizard.matching.title')}>
        <Stack gap={8}>
          {(['default', 'own', 'none'] as const).map((value) => (
            <Radio
              key={value}
              value={value}
              label={t(`wizard.matching.${value}.label`)}
              description={t(`wizard.matching.${value}.about`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {Array.isArray(match) ? (
        <OwnRules draft={draft} rules={match} onChange={(rules) => change({ match: rules })} />
      ) : null}
      <Counts draft={draft} />
    </Stack>
  );
}

function OwnRules({
  draft,
  rules,
  onChange,
}: {
  draft: Draft;
  rules: MatchPart[][];
  onChange(rules: MatchPart[][]): void;
}) {
  const { t } = useTranslation();
  const { fields } = useFacts(draft.settings.a);
  const data = fields.map(({ name, label }) => ({ value: name, label }));
  const nameOf = (part: MatchPart) => (typeof part === 'string' ? part : part.a);
  const put = (at: number, rule: MatchPart[]) => onChange(rules.map((each, index) => (index === at ? rule : each)));
  const swap = (at: number, by: -1 | 1) => {
    const next = [...rules];
    [next[at], next[at + by]] = [next[at + by] ?? [], next[at] ?? []];
    onChange(next);
  };
  return (
    <Stack gap={8} pl={28}>
      {rules.map((rule, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no other name than its place
        <Group key={`rule ${at + 1}`} gap={6} wrap="nowrap">
          <Text size="sm" c="dimmed" w={20}>
            {at + 1}.
          </Text>
          <MultiSelect
            flex={1}
            maw={480}
            searchable
            aria-label={t('wizard.matching.rule', { number: at + 1 })}
            placeholder={rule.length === 0 ? t('wizard.matching.choose') : undefined}
            data={data}
            value={rule.map(nameOf)}
            onChange={(names) =>
              put(
                at,
                names.map((name) => rule.find((part) => nameOf(part) === name) ?? name),
              )
            }
          />
          <RuleActs
            at={at}
            last={rules.length - 1}
            onSwap={(by) => swap(at, by)}
            onRemove={() => onChange(rules.filter((_, index) => index !== at))}
          />
        </Group>
      ))}
      <Group>
        <Button size="xs" variant="default" onClick={() => onChange([...rules, []])}>
          {t('wizard.matching.add')}
        </Button>
      </Group>
    </Stack>
  );
}

function RuleActs(props: { at: number; last: number; onSwap(by: -1 | 1): void; onRemove(): void }) {
  const { t } = useTranslation();
  const { at, last, onSwap, onRemove } = props;
  return (
    <>
      <ActionIcon disabled={at === 0} aria-label={t('wizard.matching.up')} onClick={() => onSwap(-1)}>
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon disabled={at === last} aria-label={t('wizard.matching.down')} onClick={() => onSwap(1)}>
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon aria-label={t('wizard.matching.remove')} onClick={onRemove}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </>
  );
}

/** How the records of both sides would meet, counted live. */
function Counts({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const form = useForm();
  const names = useNames(draft);
  const { data } = useQuery(matchesQuery(draft));
  if (!data) return null;
  const { matched, ambiguous, onlyA, onlyB } = data;
  const told = { a: names.short.a, b: names.short.b };
  return (
    <Text size="sm" aria-live="polite">
      {[
        t('wizard.matching.matched', { n: form.number(matched) }),
        t('wizard.matching.ambiguous', { n: form.number(ambiguous) }),
        t('wizard.matching.onlyA', { n: form.number(onlyA), ...told }),
        t('wizard.matching.onlyB', { n: form.number(onlyB), ...told }),
      ].join(' · ')}
    </Text>
  );
}
