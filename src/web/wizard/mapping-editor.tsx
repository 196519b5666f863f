import { Button, Group, Modal, MultiSelect, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, SpelledMapping } from '../api/wizard.ts';
import { useFocusReturn } from '../parts/focus-return.ts';
import type { Draft, MappingInput, Side } from './draft.ts';
import { listOf } from './draft.ts';
import { useFacts } from './mapping-table.tsx';
import { OptionMap } from './option-map.tsx';
import { useNames } from './sentence.tsx';
import { TransformInput } from './transform-input.tsx';

/** One mapping with all its rules. */
export function MappingEditor(props: {
  draft: Draft;
  mapping: SpelledMapping | null;
  onSave(mapping: MappingInput): void;
  onRemove: (() => void) | undefined;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const { draft, mapping, onSave, onRemove, onClose } = props;
  useFocusReturn();
  const facts = { a: useFacts(draft.settings.a), b: useFacts(draft.settings.b) };
  const names = useNames(draft);
  const [input, setInput] = useState<MappingInput>(mapping?.input ?? { a: mapping?.a ?? [], b: mapping?.b ?? [] });
  const set = (changed: Partial<MappingInput>) => setInput((before) => ({ ...before, ...changed }));
  const complete = listOf(input.a).length > 0 && listOf(input.b).length > 0;
  const close = (act: () => void) => () => {
    act();
    onClose();
  };
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t(mapping ? 'wizard.mapping.edit' : 'wizard.mapping.add')}
      closeButtonProps={{ 'aria-label': t('frame.close') }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {(['a', 'b'] as const).map((side) => (
            <FieldPick
              key={side}
              label={t('wizard.mapping.fieldOf', { app: names.short[side] })}
              fields={facts[side].fields}
              value={listOf(input[side])}
              onChange={(value) => set({ [side]: value.length === 1 ? value[0] : value })}
            />
          ))}
        </SimpleGrid>
        <Rules input={input} set={set} names={names.short} />
        <OptionMap draft={draft} input={input} set={set} a={facts.a} b={facts.b} names={names.short} />
        <TransformInput draft={draft} input={input} set={set} names={names.short} />
        <Group justify="space-between">
          {onRemove ? (
            <Button variant="subtle" color="red" onClick={close(onRemove)}>
              {t(mapping?.isDefault ? 'wizard.mapping.reset' : 'wizard.mapping.remove')}
            </Button>
          ) : (
            <span />
          )}
          <Button disabled={!complete} onClick={close(() => onSave(input))}>
            {t('wizard.mapping.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function FieldPick(props: { label: string; fields: Field[]; value: string[]; onChange(value: string[]): void }) {
  const { t } = useTranslation();
  const { label, fields, value, onChange } = props;
  const data = fields.map(({ name, label: text, type }) => ({
    value: name,
    label: `${text} · ${t(`wizard.type.${type}`)}`,
  }));
  return (
    <MultiSelect
      label={label}
      description={t('wizard.mapping.several')}
      searchable
      hidePickedOptions
      data={data}
      value={value}
      onChange={onChange}
      nothingFoundMessage={t('wizard.mapping.noField')}
    />
  );
}

/** What the rules of a mapping need of the editor around them. */
export interface RuleProps {
  input: MappingInput;
  set(changed: Partial<MappingInput>): void;
  names: Record<Side, string>;
}

function Rules({ input, set, names }: RuleProps) {
  const { t } = useTranslation();
  const choices = (what: string, values: string[]) =>
    values.map((value) => ({ value, label: t(`wizard.mapping.${what}.${value}`, names) }));
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Select
        label={t('wizard.mapping.direction.label')}
        allowDeselect={false}
        data={choices('direction', ['both', 'a-to-b', 'b-to-a'])}
        value={input.direction ?? 'both'}
        onChange={(value) => set({ direction: value as MappingInput['direction'] })}
      />
      <Select
        label={t('wizard.mapping.wins.label')}
        allowDeselect={false}
        data={choices('wins', ['default', 'a', 'b', 'latest'])}
        value={input.wins ?? 'default'}
        onChange={(value) => set({ wins: value as MappingInput['wins'] })}
      />
      <Select
        label={t('wizard.mapping.fill.label')}
        allowDeselect={false}
        data={choices('fill', ['always', 'if-empty'])}
        value={input.fill ?? 'always'}
        onChange={(value) => set({ fill: value as MappingInput['fill'] })}
      />
      <Select
        label={t('wizard.mapping.empty.label')}
        allowDeselect={false}
        data={choices('empty', ['flows', 'keeps'])}
        value={input.empty ?? 'flows'}
        onChange={(value) => set({ empty: value as MappingInput['empty'] })}
      />
      <TextInput
        label={t('wizard.mapping.group')}
        description={t('wizard.mapping.groupHelp')}
        value={input.group ?? ''}
        onChange={(event) => set({ group: event.currentTarget.value || undefined })}
      />
    </SimpleGrid>
  );
}
