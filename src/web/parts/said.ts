import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { createElement, type ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { ServerSaid } from './server-said.tsx';

/** Says in the corner that something was done. */
export function saidDone(message: string): void {
  notifications.show({ message, color: 'teal', closeButtonProps: { 'aria-label': i18next.t('frame.close') } });
}

/** Says in the corner why something failed. */
export function saidFailed(error: unknown): void {
  const sentence = error instanceof ApiError ? error.message : '';
  saidWhyNot(sentence ? createElement(ServerSaid, { sentence }) : i18next.t('frame.error.500.what'));
}

/** Says in the corner why something cannot be done. */
export function saidWhyNot(message: ReactNode): void {
  notifications.show({
    title: i18next.t('frame.failed'),
    message,
    color: 'red',
    autoClose: 10_000,
    closeButtonProps: { 'aria-label': i18next.t('frame.close') },
  });
}
