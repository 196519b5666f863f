import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signInCall } from '../api/me.ts';
import { Door } from '../parts/door.tsx';
import { SignInNote } from '../parts/sign-in-note.tsx';

/** A forgotten password: its person asks for a link by mail, and the link (its token after the #) leads here again. */
export function NewPasswordPage() {
  const { t } = useTranslation();
  const token = useLocation().hash;
  return (
    <Door title={t('signIn.forgot.title')} {...(token ? {} : { about: t('signIn.forgot.about') })}>
      {token ? <Choose token={token} /> : <AskForLink />}
    </Door>
  );
}

function AskForLink() {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const send = useMutation({ mutationFn: () => signInCall('/request-password-reset', { email: email.trim() }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  if (send.isSuccess) return <Text role="status">{t('signIn.forgot.sent', { email: email.trim() })}</Text>;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('setup.email')}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <SignInNote error={send.error} />
        <Button type="submit" loading={send.isPending}>
          {t('signIn.forgot.send')}
        </Button>
      </Stack>
    </form>
  );
}

function Choose({ token }: { token: string }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const change = useMutation({ mutationFn: () => signInCall('/reset-password', { token, newPassword: password }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  if (change.isSuccess)
    return (
      <Stack>
        <Text role="status">{t('signIn.forgot.changed')}</Text>
        <Button component={Link} to="/sign-in">
          {t('signIn.act')}
        </Button>
      </Stack>
    );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PasswordInput
          label={t('signIn.forgot.password')}
          description={t('setup.passwordHelp', { count: 12 })}
          autoComplete="new-password"
          minLength={12}
          required
          withAsterisk={false}
          autoFocus
          visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <SignInNote error={change.error} />
        <Button type="submit" loading={change.isPending}>
          {t('signIn.forgot.change')}
        </Button>
      </Stack>
    </form>
  );
}
