import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { ProblemNote } from './problem-note.tsx';

/** What the sign-in says by a code, and its text. */
const told: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: 'password',
  INVALID_CODE: 'code',
  INVALID_BACKUP_CODE: 'backupCode',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'tooMany',
  ACCOUNT_TEMPORARILY_LOCKED: 'locked',
  INVALID_TWO_FACTOR_COOKIE: 'tooLate',
  INVALID_TOKEN: 'link',
  PASSKEY_NOT_FOUND: 'passkey',
  passkey: 'passkeyClosed',
};

/** Why somebody could not be signed in: in words of its own, as nobody is signed in yet. */
export function SignInNote({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const reason = error instanceof ApiError ? told[error.title] : undefined;
  if (!reason) return <ProblemNote error={error} />;
  return (
    <Alert role="alert" variant="outline" color="red" styles={{ message: { color: 'var(--mantine-color-text)' } }}>
      {t(`signIn.wrong.${reason}`)}
    </Alert>
  );
}
