import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import type { ReactNode } from 'react';

/** What a person is asked before something is changed that cannot simply be changed back. */
export interface Question {
  /** *Delete sync?* */
  title: string;
  /** The consequence, with its number. */
  consequence: ReactNode;
  /** The verb on the button: *Delete*, never *OK*. */
  verb: string;
  kind?: 'danger' | 'plain';
  act(): void;
}

/** Asks, and acts only on the verb. */
export function confirm({ title, consequence, verb, kind = 'danger', act }: Question): void {
  modals.openConfirmModal({
    title: <Text fw={600}>{title}</Text>,
    children: <Text size="sm">{consequence}</Text>,
    labels: { confirm: verb, cancel: i18next.t('frame.cancel') },
    confirmProps: kind === 'danger' ? { color: 'red.9' } : {},
    closeButtonProps: { 'aria-label': i18next.t('frame.close') },
    onConfirm: act,
  });
}
