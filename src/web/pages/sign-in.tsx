import { Alert, Anchor, Button, Checkbox, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { signInCall } from '../api/me.ts';
import { signInByPasskey } from '../api/passkey.ts';
import { queryClient } from '../api/query-client.ts';
import { Door } from '../parts/door.tsx';
import { SignInNote } from '../parts/sign-in-note.tsx';
import { leaveFor } from '../world.ts';

const route = getRouteApi('/sign-in');

/** Password, then the second factor where there is one; or passkey; or sign-on. */
export function SignInPage() {
  const { t } = useTranslation();
  const { error } = route.useSearch();
  const [step, setStep] = useState<'password' | 'factor'>('password');
  const enter = useEnter();
  return (
    <Door title={t(`signIn.${step}.title`)} {...(step === 'factor' ? { about: t('signIn.factor.about') } : {})}>
      {error ? (
        <Alert color="red" variant="outline" mb="md" role="alert" title={t('signIn.refused')}>
          {t(`signIn.reason.${error === 'not_invited' || error === 'email_not_verified' ? error : 'other'}`)}
        </Alert>
      ) : null}
      {step === 'password' ? (
        <PasswordStep onFactor={() => setStep('factor')} onEnter={enter} />
      ) : (
        <FactorStep onEnter={enter} />
      )}
    </Door>
  );
}

/** Goes where the person wanted to go before they had to sign in. */
function useEnter(): () => Promise<void> {
  const router = useRouter();
  const { next } = route.useSearch();
  return async () => {
    await queryClient.resetQueries();
    router.history.push(next?.startsWith('/') && !next.startsWith('//') ? next : '/syncs');
  };
}

function PasswordStep({ onFactor, onEnter }: { onFactor(): void; onEnter(): Promise<void> }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const enter = useMutation({
    mutationFn: () => signInCall<{ twoFactorRedirect?: boolean }>('/sign-in/email', { email: email.trim(), password }),
    onSuccess: async ({ twoFactorRedirect }) => (twoFactorRedirect ? onFactor() : onEnter()),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('setup.email')}
          type="email"
          autoComplete="username webauthn"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('setup.password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <SignInNote error={enter.error} />
        <Button type="submit" loading={enter.isPending} mt="xs" fullWidth>
          {t('signIn.act')}
        </Button>
        <OtherWays onEnter={onEnter} />
      </Stack>
    </form>
  );
}

function OtherWays({ onEnter }: { onEnter(): Promise<void> }) {
  const { t } = useTranslation();
  const { data: signOn } = useQuery({ queryKey: ['sign-on'], queryFn: () => ask(api['sign-on'].$get()), retry: false });
  const passkey = useMutation({ mutationFn: signInByPasskey, onSuccess: onEnter });
  const away = useMutation({
    mutationFn: (provider: string) =>
      signInCall<{ url: string }>('/sign-in/social', { provider, callbackURL: '/', errorCallbackURL: '/sign-in' }),
    onSuccess: ({ url }) => leaveFor(url),
  });
  const provider = signOn?.provider;
  return (
    <>
      {signOn?.passwordByMail ? (
        <Anchor component={Link} to="/new-password" size="sm" ta="center">
          {t('signIn.forgot.ask')}
        </Anchor>
      ) : null}
      <Divider label={t('signIn.or')} my={4} />
      <Button
        variant="default"
        leftSection={<IconFingerprint size={18} aria-hidden />}
        loading={passkey.isPending}
        onClick={() => passkey.mutate()}
      >
        {t('signIn.passkey')}
      </Button>
      {provider ? (
        <Button variant="default" loading={away.isPending} onClick={() => away.mutate(provider.id)}>
          {t('signIn.signOn', { provider: provider.label })}
        </Button>
      ) : null}
      <SignInNote error={passkey.error ?? away.error} />
    </>
  );
}

function FactorStep({ onEnter }: { onEnter(): Promise<void> }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [kind, setKind] = useState<'totp' | 'backup-code'>('totp');
  const [trust, setTrust] = useState(false);
  const enter = useMutation({
    mutationFn: () => signInCall(`/two-factor/verify-${kind}`, { code: code.trim(), trustDevice: trust }),
    onSuccess: onEnter,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t(`signIn.factor.${kind}`)}
          inputMode={kind === 'totp' ? 'numeric' : 'text'}
          autoComplete="one-time-code"
          autoFocus
          required
          withAsterisk={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Checkbox
          label={t('signIn.factor.trust')}
          checked={trust}
          onChange={(event) => setTrust(event.currentTarget.checked)}
        />
        <SignInNote error={enter.error} />
        <Button type="submit" loading={enter.isPending} fullWidth>
          {t('signIn.factor.act')}
        </Button>
        <Text size="sm" ta="center">
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => setKind(kind === 'totp' ? 'backup-code' : 'totp')}
          >
            {t(`signIn.factor.${kind === 'totp' ? 'useBackup' : 'useApp'}`)}
          </Anchor>
        </Text>
      </Stack>
    </form>
  );
}
