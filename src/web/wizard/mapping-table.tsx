import { ActionIcon, Anchor, Button, Group, SegmentedControl, Switch, Text, Title, Tooltip } from '@mantine/core';
import { IconDots, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { checkQuery, fieldsQuery, type ObjectFields, type SpelledMapping, samplesQuery } from '../api/wizard.ts';
import { useForm } from '../i18n/form.ts';
import { useFieldWords } from '../parts/field-words.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Rows } from '../parts/rows.tsx';
import { serverWords } from '../parts/server-words.ts';
import { FlowArrow } from '../parts/two-sides.tsx';
import { AssociationTable } from './association-table.tsx';
import { type MappingInput, type Settings, type Side, type Two, withMapping, withoutMapping } from './draft.ts';
import { MappingEditor } from './mapping-editor.tsx';
import { useNames } from './sentence.tsx';
import { spelled } from './spelled.ts';
import type { StepProps } from './wizard.tsx';

type View = 'all' | 'default' | 'custom' | 'associations';

/** Every mapping: both fields, the arrow, a real value, who wins; on and off; added, edited, removed. */
export function MappingTable({ draft, change }: StepProps) {
  const { t } = useTranslation();
  const { settings } = draft;
  const check = useQuery(checkQuery(draft));
  const [view, setView] = useState<View>('all');
  const [editing, setEditing] = useState<SpelledMapping | 'new' | null>(null);
  const mappings = check.data ? spelled(check.data, settings) : [];
  const of: Record<View, number> = {
    all: mappings.length,
    default: mappings.filter(({ isDefault }) => isDefault).length,
    custom: mappings.filter(({ isDefault }) => !isDefault).length,
    associations: check.data?.associations.length ?? 0,
  };
  const shown = mappings.filter(({ isDefault }) => view === 'all' || (view === 'default') === isDefault);
  const put = (mapping: MappingInput, before?: Two<string[]>) => change(withMapping(settings, mapping, before));
  return (
    <section aria-labelledby="fields">
      <Group justify="space-between" mb="sm">
        <Group gap="md">
          <Title order={2} id="fields">
            {t('wizard.fields.title')}
          </Title>
          <SegmentedControl
            size="xs"
            aria-label={t('wizard.fields.view')}
            value={view}
            onChange={(value) => setView(value as View)}
            data={(['all', 'default', 'custom', 'associations'] as const).map((value) => ({
              value,
              label: `${t(`wizard.fields.${value}`)} ${of[value]}`,
            }))}
          />
        </Group>
        <Button variant="default" size="xs" onClick={() => setEditing('new')}>
          {t('wizard.fields.add')}
        </Button>
      </Group>
      <Loaded query={check}>
        {(found) =>
          view === 'associations' ? (
            <AssociationTable draft={draft} change={change} associations={found.associations} />
          ) : (
            <MappingRows draft={draft} mappings={shown} put={put} onEdit={setEditing} />
          )
        }
      </Loaded>
      {editing ? (
        <MappingEditor
          draft={draft}
          mapping={editing === 'new' ? null : editing}
          onSave={(mapping) => put(mapping, editing === 'new' ? undefined : editing)}
          onRemove={editing !== 'new' && editing.input ? () => change(withoutMapping(settings, editing)) : undefined}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </section>
  );
}

function MappingRows(props: {
  draft: StepProps['draft'];
  mappings: SpelledMapping[];
  put(mapping: MappingInput): void;
  onEdit(mapping: SpelledMapping): void;
}) {
  const { t } = useTranslation();
  const { draft, mappings, put, onEdit } = props;
  const names = useNames(draft);
  const facts = { a: useFacts(draft.settings.a), b: useFacts(draft.settings.b) };
  const title = (mapping: SpelledMapping) => facts.a.label(mapping.a[0] ?? '');
  const input = (mapping: SpelledMapping): MappingInput => mapping.input ?? { a: bare(mapping.a), b: bare(mapping.b) };
  const fields = (side: Side) => ({
    key: side,
    title: names.short[side],
    head: side === 'a' ? (true as const) : undefined,
    show: (mapping: SpelledMapping) => (
      <FieldsOf names={mapping[side]} facts={facts[side]}>
        {side === 'b' ? <Options mapping={mapping} onPress={() => onEdit(mapping)} /> : null}
      </FieldsOf>
    ),
  });
  const onOff = (mapping: SpelledMapping) => (
    <Switch
      size="xs"
      aria-label={t('wizard.fields.switch', { field: title(mapping) })}
      checked={mapping.enabled}
      onChange={(event) => put({ ...input(mapping), enabled: event.currentTarget.checked })}
    />
  );
  return (
    <Rows
      label={t('wizard.fields.title')}
      rows={mappings}
      keyOf={({ a, b }) => `${a} ${b}`}
      columns={[
        { key: 'on', title: '', width: 44, show: onOff },
        fields('a'),
        { key: 'flow', title: t('wizard.fields.flow'), width: 72, show: (mapping) => <Flow mapping={mapping} /> },
        fields('b'),
        {
          key: 'wins',
          title: t('wizard.fields.wins'),
          show: ({ input: own }) => <Dimmed>{winner(own, names.short, t)}</Dimmed>,
        },
        {
          key: 'actions',
          title: '',
          align: 'right',
          width: 40,
          show: (mapping) => (
            <ActionIcon aria-label={t('wizard.fields.edit', { field: title(mapping) })} onClick={() => onEdit(mapping)}>
              <IconDots size={16} aria-hidden />
            </ActionIcon>
          ),
        },
      ]}
    />
  );
}

function Dimmed({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}

function bare(names: string[]): string | string[] {
  return names.length === 1 ? (names[0] ?? '') : names;
}

function winner(input: MappingInput | undefined, names: Two<string>, t: (key: string) => string): string {
  const wins = input?.wins ?? 'default';
  return wins === 'a' || wins === 'b' ? names[wins] : t(`wizard.fields.winner.${wins}`);
}

/** What is known of an object's fields: labels, types, and a few real values. */
export interface Facts {
  label(name: string): string;
  type(name: string): string;
  samples(name: string): string[];
  fields: ObjectFields['items'];
}

/** Fields and real values of an object. */
export function useFacts({ account, object }: Settings['a']): Facts {
  const { data } = useQuery(fieldsQuery(account, object));
  const { data: samples } = useQuery(samplesQuery(account, object));
  const words = useFieldWords({ account, object });
  const fields = data?.items ?? [];
  const find = (name: string) => fields.find((field) => field.name === name);
  return {
    fields,
    label: (name) => find(name)?.label ?? name,
    type: (name) => find(name)?.type ?? '',
    samples: (name) => {
      const values = (samples?.items ?? []).map(({ values: record }) => words.text(name, record[name]));
      return [...new Set(values)].filter((value) => value !== '').slice(0, 2);
    },
  };
}

function FieldsOf({ names, facts, children }: { names: string[]; facts: Facts; children: ReactNode }) {
  const { t } = useTranslation();
  const samples = facts.samples(names[0] ?? '');
  return (
    <div style={{ minWidth: 0, maxWidth: 190 }}>
      <span>{names.map(facts.label).join(' + ')}</span>{' '}
      <Text span size="xs" c="dimmed">
        {t(`wizard.type.${facts.type(names[0] ?? '') || 'text'}`)}
      </Text>
      <Text size="xs" c="dimmed" className="clip">
        {samples.join(' · ')}
      </Text>
      {children}
    </div>
  );
}

/** How many options of two selects pair; it opens the mapping, where they stand one by one. */
function Options({ mapping: { options, enabled }, onPress }: { mapping: SpelledMapping; onPress(): void }) {
  const { t } = useTranslation();
  const form = useForm();
  if (!options || !enabled) return null;
  const { mapped, total } = options;
  return (
    <Anchor component="button" type="button" size="xs" onClick={onPress}>
      {t('wizard.options.pair', { mapped: form.number(mapped), count: total, total: form.number(total) })}
    </Anchor>
  );
}

function Flow({ mapping: { to, why, enabled } }: { mapping: SpelledMapping }) {
  const { t } = useTranslation();
  const reason = why && serverWords(t, why);
  const direction = to.a && to.b ? 'both' : to.b ? 'a-to-b' : to.a ? 'b-to-a' : null;
  if (!enabled)
    return (
      <Text span size="xs" c="dimmed">
        {t('wizard.fields.off')}
      </Text>
    );
  return (
    <Group gap={4} wrap="nowrap">
      {direction ? (
        <FlowArrow direction={direction} />
      ) : (
        <Text span size="xs" c="dimmed">
          {t('wizard.fields.never')}
        </Text>
      )}
      {reason ? (
        <Tooltip label={reason} multiline maw={280}>
          <ActionIcon size="xs" aria-label={reason}>
            <IconInfoCircle size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </Group>
  );
}
