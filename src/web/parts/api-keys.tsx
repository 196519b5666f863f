import { Button, Code } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { Ago } from './ago.tsx';
import { confirm } from './confirm.ts';
import { GrantForm } from './grant-form.tsx';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { Rows } from './rows.tsx';
import { saidFailed } from './said.ts';

/** API keys: each may do what its role may; a new one is shown once. */
export function ApiKeys() {
  const { t } = useTranslation();
  return (
    <Section title={t('settings.keys')} about={t('settings.keysAbout')}>
      <GrantForm
        label={t('setup.name')}
        type="text"
        verb={t('settings.makeKey')}
        onceLabel={t('settings.keyOnce')}
        grant={async (name, role) => {
          const { key } = await ask(api.keys.$post({ json: { name, role } }));
          await again();
          return key;
        }}
      />
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
  const askEnd = ({ id, name }: { id: string; name: string }) =>
    confirm({
      title: t('settings.endKeyTitle', { name }),
      consequence: t('settings.endKeyText'),
      verb: t('settings.endKey'),
      act: () => end.mutate(id),
    });
  return (
    <Loaded query={keys}>
      {(found) => (
        <Rows
          label={t('settings.keys')}
          rows={found}
          none={t('settings.noKeys')}
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
                <Button size="compact-xs" variant="subtle" onClick={() => askEnd(one)}>
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
