import { Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { checkQuery, type Field } from '../api/wizard.ts';
import { Rows } from '../parts/rows.tsx';
import { type Draft, isSameMapping, listOf, type MappingInput } from './draft.ts';
import type { RuleProps } from './mapping-editor.tsx';
import type { Facts } from './mapping-table.tsx';

/** Which option of one side stands for which of the other, stages pipeline by pipeline; by name where nobody says. */
export function OptionMap({ draft, input, set, a, b, names }: RuleProps & { draft: Draft; a: Facts; b: Facts }) {
  const { t } = useTranslation();
  const optionsOf = (facts: Facts, field: string | string[]) =>
    facts.fields.find(({ name }) => name === listOf(field)[0])?.options ?? [];
  const given = usePairs(draft, input);
  const from = optionsOf(a, input.a);
  const to = optionsOf(b, input.b);
  if (from.length === 0 || to.length === 0) return null;
  const label = ({ label: text, group }: { label: string; group?: string }) => (group ? `${group} · ${text}` : text);
  const choose = (value: string, chosen: string | null) => {
    const { [value]: _, ...rest } = input.options ?? {};
    set({ options: chosen ? { ...rest, [value]: chosen } : rest });
  };
  return (
    <div>
      <Text fw={600} mb={4}>
        {t('wizard.options.title', { mapped: Object.keys(given).length, total: from.length })}
      </Text>
      <Text size="sm" c="dimmed" mb={8}>
        {t('wizard.options.about')}
      </Text>
      <div style={{ maxHeight: 260, overflow: 'auto' }}>
        <Rows<Field['options'] extends (infer Each)[] | null ? Each : never>
          label={t('wizard.options.label')}
          rows={from}
          keyOf={({ value }) => value}
          columns={[
            { key: 'a', title: names.a, head: true, show: (option) => label(option) },
            {
              key: 'b',
              title: names.b,
              show: (option) => (
                <Select
                  size="xs"
                  clearable={input.options?.[option.value] !== undefined}
                  searchable
                  aria-label={t('wizard.options.for', { option: option.label })}
                  placeholder={t('wizard.options.none')}
                  data={to.map((each) => ({ value: each.value, label: label(each) }))}
                  value={given[option.value] ?? null}
                  onChange={(chosen) => choose(option.value, chosen)}
                />
              ),
            },
          ]}
        />
      </div>
    </div>
  );
}

/** What pairs, as the server finds it by name, with what a person chose in its place. */
function usePairs({ key, settings }: Draft, input: MappingInput): Record<string, string> {
  const { a, b, direction, options } = input;
  const alone: Draft = { key, settings: { ...settings, mappings: [{ a, b, direction, options }] } };
  const { data } = useQuery(checkQuery(alone));
  const found = data?.mappings.find((each) => isSameMapping(each, { a: listOf(a), b: listOf(b) }));
  return { ...found?.options?.table, ...options };
}
