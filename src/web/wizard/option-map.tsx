import { Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Field } from '../api/wizard.ts';
import { Rows } from '../parts/rows.tsx';
import { listOf } from './draft.ts';
import type { RuleProps } from './mapping-editor.tsx';
import type { Facts } from './mapping-table.tsx';

/** Which option of one side stands for which of the other, stages pipeline by pipeline; by label where nobody says. */
export function OptionMap({ input, set, a, b, names }: RuleProps & { a: Facts; b: Facts }) {
  const { t } = useTranslation();
  const optionsOf = (facts: Facts, field: string | string[]) =>
    facts.fields.find(({ name }) => name === listOf(field)[0])?.options ?? [];
  const from = optionsOf(a, input.a);
  const to = optionsOf(b, input.b);
  if (from.length === 0 || to.length === 0) return null;
  const label = ({ label: text, group }: { label: string; group?: string }) => (group ? `${group} · ${text}` : text);
  const byLabel = (text: string) => to.find((each) => each.label.toLowerCase() === text.toLowerCase())?.value;
  const given =
    input.options ??
    Object.fromEntries(
      from.flatMap((each) => {
        const found = byLabel(each.label);
        return found ? [[each.value, found]] : [];
      }),
    );
  const choose = (value: string, chosen: string | null) => {
    const { [value]: _, ...rest } = given;
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
                  clearable
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
