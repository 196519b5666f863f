import { ActionIcon, Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type ActionProps,
  type CombinatorSelectorProps,
  QueryBuilder,
  type RuleGroupType,
  type ValueEditorProps,
  type ValueSelectorProps,
} from 'react-querybuilder';
import type { Field } from '../api/wizard.ts';
import type { Filter } from './draft.ts';
import { filterOf, groupOf, operatorsFor, takesNoValue } from './filter-query.ts';

/** Conditions on fields in groups of all or any. */
export function FilterBuilder(props: {
  label: string;
  fields: Field[];
  filter: Filter | undefined;
  onChange(filter: Filter | undefined): void;
}) {
  const { t } = useTranslation();
  const { label, fields, filter, onChange } = props;
  const [query, setQuery] = useState<RuleGroupType>(() => groupOf(filter));
  const known = useMemo(
    () => fields.filter(({ type }) => type !== 'reference').map(({ name, label: text }) => ({ name, label: text })),
    [fields],
  );
  const typeOf = (name: string) => fields.find((field) => field.name === name)?.type ?? 'text';
  return (
    <div
      className="filter"
      ref={(place) => {
        // The builder's own landmark takes no name as a property; two of them on a page need one each.
        place?.querySelector('[role="form"]')?.setAttribute('aria-label', label);
      }}
    >
      <QueryBuilder
        fields={known}
        query={query}
        onQueryChange={(next) => {
          setQuery(next);
          onChange(filterOf(next, typeOf));
        }}
        getOperators={(field) =>
          operatorsFor(typeOf(field)).map((name) => ({ name, label: t(`wizard.operator.${name}`) }))
        }
        controlElements={{
          fieldSelector: Choice,
          operatorSelector: Choice,
          combinatorSelector: Combinator,
          valueEditor: (editor) => <Value {...editor} fields={fields} />,
          addRuleAction: (action) => <Add {...action} text={t('wizard.limit.addCondition')} />,
          addGroupAction: (action) => (action.level < 1 ? <Add {...action} text={t('wizard.limit.addGroup')} /> : null),
          removeRuleAction: Remove,
          removeGroupAction: Remove,
        }}
      />
    </div>
  );
}

function Choice({ options, value, handleOnChange, title }: ValueSelectorProps) {
  const data = (options as { name: string; label: string }[]).map((each) => ({ value: each.name, label: each.label }));
  return (
    <NativeSelect
      size="xs"
      aria-label={title ?? ''}
      data={data}
      value={value}
      onChange={(event) => handleOnChange(event.currentTarget.value)}
    />
  );
}

function Combinator({ value, handleOnChange }: CombinatorSelectorProps) {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('wizard.limit.combine')}
      value={value ?? 'and'}
      onChange={handleOnChange}
      data={[
        { value: 'and', label: t('wizard.limit.all') },
        { value: 'or', label: t('wizard.limit.any') },
      ]}
    />
  );
}

function Value({ field, operator, value, handleOnChange, fields }: ValueEditorProps & { fields: Field[] }) {
  const { t } = useTranslation();
  const found = fields.find(({ name }) => name === field);
  if (takesNoValue(operator)) return null;
  const options =
    found?.options ??
    (found?.type === 'boolean'
      ? [
          { value: 'true', label: t('wizard.limit.true') },
          { value: 'false', label: t('wizard.limit.false') },
        ]
      : null);
  if (options && (operator === 'equals' || operator === 'not-equals'))
    return (
      <NativeSelect
        size="xs"
        aria-label={t('wizard.limit.value')}
        data={[{ value: '', label: '—' }, ...options.map((each) => ({ value: each.value, label: each.label }))]}
        value={String(value ?? '')}
        onChange={(event) => handleOnChange(event.currentTarget.value)}
      />
    );
  const date = found?.type === 'date' || found?.type === 'datetime';
  return (
    <TextInput
      size="xs"
      type={date && operator !== 'within-last' && operator !== 'between' ? 'date' : 'text'}
      aria-label={t('wizard.limit.value')}
      placeholder={t(
        `wizard.limit.placeholder.${operator === 'within-last' || operator === 'between' || operator === 'in' || operator === 'not-in' ? operator : 'other'}`,
      )}
      value={String(value ?? '')}
      onChange={(event) => handleOnChange(event.currentTarget.value)}
    />
  );
}

function Add({ handleOnClick, text }: ActionProps & { text: string }) {
  return (
    <Button size="compact-xs" variant="subtle" onClick={(event) => handleOnClick(event)}>
      {text}
    </Button>
  );
}

function Remove({ handleOnClick }: ActionProps) {
  const { t } = useTranslation();
  return (
    <ActionIcon size="sm" aria-label={t('wizard.limit.remove')} onClick={(event) => handleOnClick(event)}>
      <IconX size={14} aria-hidden />
    </ActionIcon>
  );
}
