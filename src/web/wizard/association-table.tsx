import { Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Check } from '../api/wizard.ts';
import { useFieldWords } from '../parts/field-words.ts';
import { Rows } from '../parts/rows.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { useNames } from './sentence.tsx';
import type { StepProps } from './wizard.tsx';

type Association = Check['associations'][number];

/** Which associations are kept, and which wait for a sync of the records they lead to. */
export function AssociationTable({ draft, change, associations }: StepProps & { associations: Association[] }) {
  const { t } = useTranslation();
  const names = useNames(draft);
  const words = { a: useFieldWords(draft.settings.a), b: useFieldWords(draft.settings.b) };
  const put = (changed: Association, enabled: 'yes' | 'no') =>
    change({
      associations: associations.map(({ a, b, label, ...each }) => ({
        a,
        b,
        ...(label ? { label } : {}),
        enabled: each.enabled && changed.a !== a ? true : changed.a === a ? enabled === 'yes' : each.enabled,
      })),
    });
  if (associations.length === 0) return <Text c="dimmed">{t('wizard.associations.none')}</Text>;
  return (
    <Rows
      label={t('wizard.fields.associations')}
      rows={associations}
      keyOf={({ a, b }) => `${a} ${b}`}
      columns={[
        {
          key: 'on',
          title: '',
          width: 44,
          show: (one) => (
            <Switch
              size="xs"
              aria-label={t('wizard.fields.switch', { field: words.a.label(one.a) })}
              checked={one.enabled}
              onChange={(event) => put(one, event.currentTarget.checked ? 'yes' : 'no')}
            />
          ),
        },
        { key: 'a', title: names.short.a, head: true, show: ({ a }) => words.a.label(a) },
        { key: 'b', title: names.short.b, show: ({ b }) => words.b.label(b) },
        {
          key: 'state',
          title: t('wizard.associations.state'),
          show: ({ farSync }) =>
            farSync === 'exists' ? (
              <StateBadge state="in-sync">{t('wizard.associations.kept')}</StateBadge>
            ) : (
              <StateBadge state="waiting">{t('wizard.associations.noSync')}</StateBadge>
            ),
        },
      ]}
    />
  );
}
