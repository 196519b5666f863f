import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signInCall } from '../api/me.ts';
import { addPasskey, listPasskeys } from '../api/passkey.ts';
import { queryClient } from '../api/query-client.ts';
import { Ago } from './ago.tsx';
import { Section } from './page.tsx';
import { ProblemNote } from './problem-note.tsx';
import { Rows } from './rows.tsx';
import { saidDone } from './said.ts';
import { SecondFactor } from './second-factor.tsx';

/** How the person proves who they are: password, second factor and passkeys. */
export function OwnSecurity() {
  return (
    <>
      <Password />
      <SecondFactor />
      <Passkeys />
    </>
  );
}

function Password() {
  const { t } = useTranslation();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const change = useMutation({
    mutationFn: () => signInCall('/change-password', { currentPassword, newPassword, revokeOtherSessions: true }),
    onSuccess: () => {
      setCurrent('');
      setNew('');
      saidDone(t('settings.passwordChanged'));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  const eye = { 'aria-label': t('setup.showPassword') };
  return (
    <Section title={t('setup.password')} about={t('settings.passwordAbout')}>
      <form onSubmit={submit}>
        <Stack gap="sm" maw={360}>
          <PasswordInput
            label={t('settings.current')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={eye}
            value={currentPassword}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('settings.next')}
            autoComplete="new-password"
            minLength={12}
            required
            withAsterisk={false}
            visibilityToggleButtonProps={eye}
            value={newPassword}
            onChange={(event) => setNew(event.currentTarget.value)}
          />
          <ProblemNote error={change.error} />
          <Group>
            <Button type="submit" variant="default" loading={change.isPending}>
              {t('settings.changePassword')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function Passkeys() {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const { data: passkeys = [] } = useQuery({ queryKey: ['passkeys'], queryFn: listPasskeys });
  const again = () => queryClient.invalidateQueries({ queryKey: ['passkeys'] });
  const add = useMutation({ mutationFn: () => addPasskey(name || t('settings.passkey')), onSuccess: again });
  const remove = useMutation({
    mutationFn: (id: string) => signInCall('/passkey/delete-passkey', { id }),
    onSuccess: again,
  });
  return (
    <Section title={t('settings.passkeys')} about={t('settings.passkeysAbout')}>
      {passkeys.length > 0 ? (
        <Rows
          label={t('settings.passkeys')}
          rows={passkeys}
          keyOf={({ id }) => id}
          columns={[
            { key: 'name', title: t('setup.name'), head: true, show: (one) => one.name ?? t('settings.passkey') },
            { key: 'made', title: t('settings.made'), show: ({ createdAt }) => <Ago at={createdAt} /> },
            {
              key: 'remove',
              title: '',
              align: 'right',
              show: ({ id }) => (
                <Button size="compact-xs" variant="subtle" onClick={() => remove.mutate(id)}>
                  {t('settings.remove')}
                </Button>
              ),
            },
          ]}
        />
      ) : (
        <Text c="dimmed" mb="sm">
          {t('settings.noPasskeys')}
        </Text>
      )}
      <Group align="flex-end" mt="sm">
        <TextInput
          label={t('settings.passkeyName')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button variant="default" loading={add.isPending} onClick={() => add.mutate()}>
          {t('settings.addPasskey')}
        </Button>
      </Group>
      <ProblemNote error={add.error ?? remove.error} />
    </Section>
  );
}
