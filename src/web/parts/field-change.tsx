import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A field that changes: its label, before struck through, after on a pale ground. */
export function FieldChange(props: { label: string; before: string; after: string; children?: ReactNode }) {
  const { t } = useTranslation();
  const { label, before, after, children } = props;
  return (
    <Text size="sm" className="wrap-anywhere">
      <Text span c="dimmed" size="sm">
        {label}{' '}
      </Text>
      {before ? <span className="before">{before}</span> : null}{' '}
      <span className="after">{after || t('plan.empty')}</span>
      {children}
    </Text>
  );
}

/** Associations that are made and ended, by their number. */
export function EdgeChanges({ edges, labelOf }: { edges: Edge[]; labelOf(name: string): string }) {
  const { t } = useTranslation();
  return edges.map(({ name, add, remove }) => (
    <Text key={name} size="sm">
      <Text span c="dimmed" size="sm">
        {labelOf(name)}{' '}
      </Text>
      {[
        ...(add.length > 0 ? [t('plan.edges.add', { count: add.length })] : []),
        ...(remove.length > 0 ? [t('plan.edges.remove', { count: remove.length })] : []),
      ].join(', ')}
    </Text>
  ));
}

/** Fields without those that are associations, which are told by their number. */
export function withoutEdges<Field extends { name: string }>(fields: Field[], edges: Edge[]): Field[] {
  return fields.filter(({ name }) => !edges.some((edge) => edge.name === name));
}

interface Edge {
  name: string;
  add: string[];
  remove: string[];
}
