import { Button, Code, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import type { Role } from '../api/me.ts';
import { queryClient } from '../api/query-client.ts';
import { Ago } from './ago.tsx';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { roles } from './people.tsx';
import { ProblemNote } from './problem-note.tsx';
import { Rows } from './rows.tsx';
import { saidFailed } from './said.ts';
import { ShownOnce } from './shown-once.tsx';

/** API keys: each may do what its role may; a new one is shown once. */
export function ApiKeys() {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('view-health');
  const make = useMutation({
    mutationFn: () => ask(api.keys.$post({ json: { name, role } })),
    onSuccess: () => again(),
  });
  return (
    <Section title={t('settings.keys')} about={t('settings.keysAbout')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Group align="flex-end" gap="sm" mb="md">
          <TextInput
            label={t('setup.name')}
            required
            withAsterisk={false}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label={t('settings.role')}
            allowDeselect={false}
            data={roles.map((value) => ({ value, label: t(`people.role.${value}`) }))}
            value={role}
            onChange={(value) => setRole(value as Role)}
          />
          <Button type="submit" loading={make.isPending}>
            {t('settings.makeKey')}
          </Button>
        </Group>
      </form>
      <ProblemNote error={make.error} />
      {make.data ? <ShownOnce label={t('settings.keyOnce')} text={make.data.key} /> : null}
      <KeyRows />
    </Section>
  );
}

function KeyRows() {
  const { t } = useTranslation();
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: async () => (await ask(api.keys.$get({ query: { limit: '200' } as never }))).items,
  });
  const end = useMutation({
    mutationFn: (key: string) => ask(api.keys[':key'].$delete({ param: { key } })),
    onSettled: () => again(),
    onError: saidFailed,
  });
  return (
    <Loaded query={keys}>
      {(found) => (
        <Rows
          label={t('settings.keys')}
          rows={found}
          keyOf={({ id }) => id}
          columns={[
            { key: 'name', title: t('setup.name'), head: true, show: (one) => one.name },
            { key: 'start', title: t('settings.keyStart'), show: ({ start }) => <Code>{start}…</Code> },
            { key: 'role', title: t('settings.role'), show: (one) => t(`people.role.${one.role}`) },
            { key: 'used', title: t('settings.used'), show: ({ usedAt }) => <Ago at={usedAt} /> },
            {
              key: 'end',
              title: '',
              align: 'right',
              show: (one) => (
                <Button size="compact-xs" variant="subtle" onClick={() => end.mutate(one.id)}>
                  {t('settings.endKey')}
                </Button>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

function again(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['keys'] });
}
