import { Button, List, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { App } from '../api/apps.ts';
import { api, ask } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { useAppWords } from '../i18n/app-words.ts';
import { leaveFor } from '../world.ts';
import { Loaded } from './loaded.tsx';
import { ProblemNote } from './problem-note.tsx';
import { SettingInputs } from './setting-inputs.tsx';

/** The round trip: what the app will ask, then over to it and back. Without a client of one's own it asks for that first. */
export function ByOAuth({ app, account }: { app: App; account: string | undefined }) {
  const client = useQuery({
    queryKey: ['app-client', app.name],
    queryFn: () => ask(api.apps[':app'].client.$get({ param: { app: app.name } })),
  });
  return (
    <Loaded query={client}>
      {({ clientId, redirectUri }) =>
        clientId ? <Leave app={app} account={account} /> : <Client app={app} redirectUri={redirectUri} />
      }
    </Loaded>
  );
}

function Leave({ app, account }: { app: App; account: string | undefined }) {
  const { t } = useTranslation();
  const words = useAppWords();
  const [key, setKey] = useState(account ?? app.name);
  const [given, setGiven] = useState<Record<string, string>>({});
  const set = (name: string, value: string) => setGiven((before) => ({ ...before, [name]: value }));
  const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const leave = useMutation({
    mutationFn: () =>
      ask(
        api.accounts.connect.$post({
          json: { app: app.name, account: key, ...(account ? {} : { settings }) },
        }),
      ),
    onSuccess: ({ url }) => leaveFor(url),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    leave.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('apps.connect.oauthAbout', { app: app.label })}</Text>
        <List
          size="sm"
          spacing={2}
          style={{ maxHeight: 160, overflow: 'auto' }}
          tabIndex={0}
          aria-label={t('apps.permissions')}
        >
          {app.scopes.map(({ name, why }) => (
            <List.Item key={name}>{words(why)}</List.Item>
          ))}
        </List>
        {account ? null : (
          <TextInput
            label={t('apps.connect.key')}
            description={t('apps.connect.keyHelp', { app: app.name })}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
        )}
        {account ? null : <SettingInputs app={app} given={given} set={set} />}
        <ProblemNote error={leave.error} />
        <Button type="submit" loading={leave.isPending}>
          {t('apps.connect.oauth', { app: app.label })}
        </Button>
      </Stack>
    </form>
  );
}

function Client({ app, redirectUri }: { app: App; redirectUri: string }) {
  const { t } = useTranslation();
  const [clientId, setClientId] = useState('');
  const [clientSecret, setClientSecret] = useState('');
  const save = useMutation({
    mutationFn: () => ask(api.apps[':app'].client.$put({ param: { app: app.name }, json: { clientId, clientSecret } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['app-client', app.name] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('apps.connect.client', { app: app.label })}</Text>
        <Text size="sm" className="wrap-anywhere">
          {t('apps.connect.redirect', { address: redirectUri })}
        </Text>
        <TextInput
          label={t('apps.connect.clientId')}
          required
          withAsterisk={false}
          value={clientId}
          onChange={(event) => setClientId(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('apps.connect.clientSecret')}
          required
          withAsterisk={false}
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
          value={clientSecret}
          onChange={(event) => setClientSecret(event.currentTarget.value)}
        />
        <ProblemNote error={save.error} />
        <Button type="submit" loading={save.isPending}>
          {t('frame.save')}
        </Button>
      </Stack>
    </form>
  );
}
