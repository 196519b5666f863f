import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { queryClient } from '../api/query-client.ts';
import { Door } from '../parts/door.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

/** An invitation's link: somebody new makes an account, somebody known signs in and accepts. The token never leaves the address. */
export function InvitationPage() {
  const { t } = useTranslation();
  const { me } = useMe();
  const token = useLocation({ select: ({ hash }) => hash });
  const look = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => ask(api.invitations.look.$post({ json: { token } })),
    retry: false,
  });
  const about = look.data
    ? t('invitation.about', { workspace: look.data.workspace, role: t(`people.role.${look.data.role}`) })
    : '';
  return (
    <Door title={t('invitation.title')} about={about}>
      <Loaded query={look}>
        {({ email, known }) =>
          known && !me ? (
            <SignInFirst token={token} email={email} />
          ) : (
            <Accept token={token} email={email} known={known ? 'yes' : 'no'} />
          )
        }
      </Loaded>
    </Door>
  );
}

function Accept({ token, email, known }: { token: string; email: string; known: 'no' | 'yes' }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accept = useMutation({
    mutationFn: () =>
      ask(api.invitations.accept.$post({ json: known === 'yes' ? { token } : { token, name, password } })),
    onSuccess: async () => {
      await queryClient.resetQueries();
      await navigate({ to: '/' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput label={t('setup.email')} value={email} readOnly autoComplete="username" />
        {known === 'no' ? (
          <>
            <TextInput
              label={t('setup.name')}
              autoComplete="name"
              required
              withAsterisk={false}
              autoFocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <PasswordInput
              label={t('setup.password')}
              description={t('setup.passwordHelp', { count: 12 })}
              autoComplete="new-password"
              minLength={12}
              required
              withAsterisk={false}
              visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          </>
        ) : null}
        <ProblemNote error={accept.error} />
        <Button type="submit" loading={accept.isPending}>
          {t('invitation.act')}
        </Button>
      </Stack>
    </form>
  );
}

function SignInFirst({ token, email }: { token: string; email: string }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Text>{t('invitation.known', { email })}</Text>
      <Button component={Link} to="/sign-in" search={{ next: `/invitation#${token}` } as never}>
        {t('signIn.act')}
      </Button>
    </Stack>
  );
}
