import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { Ago } from './ago.tsx';
import { GrantForm } from './grant-form.tsx';
import { Section } from './page.tsx';
import { Rows } from './rows.tsx';
import { saidFailed } from './said.ts';

/** Invitations that nobody accepted yet; a new one's link is shown once. */
export function Invitations() {
  const { t } = useTranslation();
  return (
    <Section title={t('settings.invitations')} about={t('settings.invitationsAbout')}>
      <GrantForm
        label={t('setup.email')}
        type="email"
        verb={t('settings.invite')}
        onceLabel={t('settings.link')}
        grant={async (email, role) => {
          const { link } = await ask(api.invitations.$post({ json: { email, role } }));
          await again();
          return link;
        }}
      />
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
  if (!open.data) return null;
  return (
    <Rows
      label={t('settings.invitations')}
      rows={open.data}
      none={t('settings.noInvitations')}
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
