import { ActionIcon, Select, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { type Role, useMe } from '../api/me.ts';
import { queryClient } from '../api/query-client.ts';
import { Ago } from './ago.tsx';
import { confirm } from './confirm.ts';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { Rows } from './rows.tsx';
import { saidFailed } from './said.ts';

/** The roles, most first. */
export const roles: Role[] = ['super-admin', 'manage-apps', 'view-health'];

/** The people of the workspace and their roles. */
export function People() {
  const { t } = useTranslation();
  const { me } = useMe();
  const people = useQuery({
    queryKey: ['people'],
    queryFn: async () => (await ask(api.people.$get({ query: { limit: '200' } as never }))).items,
  });
  const { change, askRemove } = usePeopleActs();
  return (
    <Section title={t('settings.people')} about={t('settings.peopleAbout')}>
      <Loaded query={people}>
        {(found) => (
          <Rows
            label={t('settings.people')}
            rows={found}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'name',
                title: t('setup.name'),
                head: true,
                show: ({ name, email }) => <NameOf name={name} email={email} />,
              },
              {
                key: 'role',
                title: t('settings.role'),
                show: ({ id, name, role }) => (
                  <RoleChoice
                    label={t('settings.roleOf', { name })}
                    role={role}
                    onChange={(next) => change.mutate({ person: id, role: next })}
                  />
                ),
              },
              { key: 'seen', title: t('settings.seen'), show: ({ seenAt }) => <Ago at={seenAt} /> },
              {
                key: 'remove',
                title: '',
                align: 'right',
                show: ({ id, name }) =>
                  id === me?.id ? null : (
                    <ActionIcon aria-label={t('settings.removeTitle', { name })} onClick={() => askRemove(id, name)}>
                      <IconTrash size={16} aria-hidden />
                    </ActionIcon>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}

function usePeopleActs() {
  const { t } = useTranslation();
  const change = useMutation({
    mutationFn: ({ person, role }: { person: string; role: Role }) =>
      ask(api.people[':person'].$patch({ param: { person }, json: { role } })),
    onSettled: () => again(),
    onError: saidFailed,
  });
  const remove = useMutation({
    mutationFn: (person: string) => ask(api.people[':person'].$delete({ param: { person } })),
    onSettled: () => again(),
    onError: saidFailed,
  });
  const askRemove = (id: string, name: string) =>
    confirm({
      title: t('settings.removeTitle', { name }),
      consequence: t('settings.removeText'),
      verb: t('settings.remove'),
      act: () => remove.mutate(id),
    });
  return { change, askRemove };
}

function NameOf({ name, email }: { name: string; email: string }) {
  return (
    <div>
      <Text size="sm" fw={500}>
        {name}
      </Text>
      <Text size="xs" c="dimmed">
        {email}
      </Text>
    </div>
  );
}

function RoleChoice({ label, role, onChange }: { label: string; role: Role; onChange(role: Role): void }) {
  const { t } = useTranslation();
  return (
    <Select
      size="xs"
      w={220}
      allowDeselect={false}
      aria-label={label}
      data={roles.map((value) => ({ value, label: t(`people.role.${value}`) }))}
      value={role}
      onChange={(value) => onChange(value as Role)}
    />
  );
}

function again(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['people'] });
}
