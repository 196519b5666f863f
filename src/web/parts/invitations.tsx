import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import type { Role } from '../api/me.ts';
import { queryClient } from '../api/query-client.ts';
import { Ago } from './ago.tsx';
import { Section } from './page.tsx';
import { roles } from './people.tsx';
import { ProblemNote } from './problem-note.tsx';
import { Rows } from './rows.tsx';
import { saidFailed } from './said.ts';
import { ShownOnce } from './shown-once.tsx';

/** Invitations that nobody accepted yet; a new one's link is shown once. */
export function Invitations() {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('view-health');
  const invite = useMutation({
    mutationFn: () => ask(api.invitations.$post({ json: { email, role } })),
    onSuccess: () => again(),
  });
  return (
    <Section title={t('settings.invitations')} about={t('settings.invitationsAbout')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <Group align="flex-end" gap="sm" mb="md">
          <TextInput
            label={t('setup.email')}
            type="email"
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Select
            label={t('settings.role')}
            allowDeselect={false}
            data={roles.map((value) => ({ value, label: t(`people.role.${value}`) }))}
            value={role}
            onChange={(value) => setRole(value as Role)}
          />
          <Button type="submit" loading={invite.isPending}>
            {t('settings.invite')}
          </Button>
        </Group>
      </form>
      <ProblemNote error={invite.error} />
      {invite.data ? <ShownOnce label={t('settings.link')} text={invite.data.link} /> : null}
      <OpenOnes />
    </Section>
  );
}

function OpenOnes() {
  const { t } = useTranslation();
  const open = useQuery({
    queryKey: ['invitations'],
    queryFn: async () => (await ask(api.invitations.$get({ query: { limit: '200' } as never }))).items,
  });
  const end = useMutation({
    mutationFn: (invitation: string) => ask(api.invitations[':invitation'].$delete({ param: { invitation } })),
    onSettled: () => again(),
    onError: saidFailed,
  });
  if (!open.data?.length) return null;
  return (
    <Rows
      label={t('settings.invitations')}
      rows={open.data}
      keyOf={({ id }) => id}
      columns={[
        { key: 'email', title: t('setup.email'), head: true, show: (one) => one.email },
        { key: 'role', title: t('settings.role'), show: (one) => t(`people.role.${one.role}`) },
        { key: 'ends', title: t('settings.expires'), show: ({ expiresAt }) => <Ago at={expiresAt} ahead /> },
        {
          key: 'end',
          title: '',
          align: 'right',
          show: (one) => (
            <Button size="compact-xs" variant="subtle" onClick={() => end.mutate(one.id)}>
              {t('settings.takeBack')}
            </Button>
          ),
        },
      ]}
    />
  );
}

function again(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['invitations'] });
}
