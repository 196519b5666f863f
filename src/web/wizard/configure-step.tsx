import { Group, Radio, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AppIcon } from '../parts/app-icon.tsx';
import { type Direction, FlowArrow } from '../parts/two-sides.tsx';
import type { Draft, Side } from './draft.ts';
import { MappingTable } from './mapping-table.tsx';
import { Matching } from './matching.tsx';
import { useNames } from './sentence.tsx';
import type { StepProps } from './wizard.tsx';

/** Direction, default app, fields, matching. */
export function ConfigureStep({ draft, change }: StepProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="xl">
      <Group align="flex-start" gap="xl">
        <DirectionChoice draft={draft} change={change} />
        <DefaultApp draft={draft} change={change} />
      </Group>
      <MappingTable draft={draft} change={change} />
      <section aria-label={t('wizard.matching.title')}>
        <Matching draft={draft} change={change} />
      </section>
    </Stack>
  );
}

function DirectionChoice({ draft, change }: StepProps) {
  const { t } = useTranslation();
  const names = useNames(draft);
  const ways: Direction[] = ['both', 'a-to-b', 'b-to-a'];
  const label = (way: Direction) => (
    <Group gap={8} wrap="nowrap" justify="center" px={4}>
      <AppIcon app={names.a.app} size={22} />
      <FlowArrow direction={way} />
      <AppIcon app={names.b.app} size={22} />
    </Group>
  );
  return (
    <div>
      <Title order={2} mb={8} id="direction">
        {t('wizard.direction.title')}
      </Title>
      <SegmentedControl
        aria-labelledby="direction"
        value={draft.settings.direction ?? 'both'}
        onChange={(value) => change({ direction: value as Direction })}
        data={ways.map((value) => ({ value, label: label(value) }))}
      />
      <Text size="sm" c="dimmed" mt={8} maw={380}>
        {t(`wizard.direction.${draft.settings.direction ?? 'both'}`, { a: names.short.a, b: names.short.b })}
      </Text>
    </div>
  );
}

function DefaultApp({ draft, change }: { draft: Draft; change: StepProps['change'] }) {
  const { t } = useTranslation();
  const names = useNames(draft);
  return (
    <Radio.Group
      label={t('wizard.defaultApp.title')}
      description={t('wizard.defaultApp.about')}
      value={draft.settings.default ?? 'a'}
      onChange={(value) => change({ default: value as Side })}
      styles={{ label: { fontSize: 16, fontWeight: 600 } }}
      maw={420}
    >
      <Group mt={8}>
        {(['a', 'b'] as const).map((side) => (
          <Radio key={side} value={side} label={names.short[side]} />
        ))}
      </Group>
    </Radio.Group>
  );
}
