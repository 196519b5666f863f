import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { ApiError } from '../api/client.ts';

/** Says in the corner that something was done. */
export function saidDone(message: string): void {
  notifications.show({ message, color: 'teal', closeButtonProps: { 'aria-label': i18next.t('frame.close') } });
}

/** Says in the corner why something could not be done. */
export function saidFailed(error: unknown): void {
  const message = error instanceof ApiError && error.message ? error.message : i18next.t('frame.error.500.what');
  notifications.show({
    title: i18next.t('frame.failed'),
    message,
    color: 'red',
    autoClose: 10_000,
    closeButtonProps: { 'aria-label': i18next.t('frame.close') },
  });
}
