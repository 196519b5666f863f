import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountsChanged, accountsQuery, changeAccount } from '../api/accounts.ts';
import type { App } from '../api/apps.ts';
import { api, ask } from '../api/client.ts';
import { ByOAuth } from './connect-oauth.tsx';
import { useFocusReturn } from './focus-return.ts';
import { ProblemNote } from './problem-note.tsx';
import { SecretInputs, SettingInputs } from './setting-inputs.tsx';

/** Connects an account by a round trip to the app, or by its key; with `account`, connects that one again. */
export function Connect({ app, account, onClose }: { app: App; account?: string; onClose(): void }) {
  const { t } = useTranslation();
  useFocusReturn();
  const both = app.sign === 'oauth2' && app.secrets.length > 0;
  const [way, setWay] = useState<'oauth' | 'key'>(app.sign === 'oauth2' ? 'oauth' : 'key');
  return (
    <Modal
      opened
      onClose={onClose}
      size="md"
      title={t('apps.connect.title', { app: account ?? app.label })}
      closeButtonProps={{ 'aria-label': t('frame.close') }}
    >
      {way === 'oauth' ? (
        <ByOAuth app={app} account={account} />
      ) : (
        <ByKey app={app} account={account} onClose={onClose} />
      )}
      {both ? (
        <Button variant="subtle" mt="xs" fullWidth onClick={() => setWay(way === 'oauth' ? 'key' : 'oauth')}>
          {t(way === 'oauth' ? 'apps.connect.byKey' : 'apps.connect.byOauth', { app: app.label })}
        </Button>
      ) : null}
    </Modal>
  );
}

function ByKey({ app, account, onClose }: { app: App; account: string | undefined; onClose(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [key, setKey] = useState(account ?? app.name);
  const { data: accounts = [] } = useQuery(accountsQuery);
  const before = accounts.find((each) => each.key === account)?.settings ?? {};
  const [given, setGiven] = useState<Record<string, string>>(before);
  const set = (name: string, value: string) => setGiven((now) => ({ ...now, [name]: value }));
  const connect = useMutation({
    mutationFn: () => save(app, account, key, given),
    onSuccess: async () => {
      await accountsChanged();
      onClose();
      await navigate({ to: '/apps/$app', params: { app: app.name }, search: { connected: key, problem: undefined } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connect.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {account ? null : (
          <TextInput
            data-autofocus
            label={t('apps.connect.key')}
            description={t('apps.connect.keyHelp', { app: app.name })}
            required
            withAsterisk={false}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
        )}
        <SecretInputs app={app} given={given} set={set} kept={account ? 'yes' : 'no'} />
        <SettingInputs app={app} given={given} set={set} />
        <ProblemNote error={connect.error} />
        <Button type="submit" loading={connect.isPending}>
          {t('apps.connect.act')}
        </Button>
      </Stack>
    </form>
  );
}

/** A new account, or other secrets for one that is there. */
async function save(app: App, account: string | undefined, key: string, given: Record<string, string>): Promise<void> {
  const pick = (inputs: { name: string }[]) =>
    Object.fromEntries(inputs.flatMap(({ name }) => (given[name] ? [[name, given[name]]] : [])));
  const settings = pick(app.settings);
  const secrets = pick(app.secrets);
  if (account) await changeAccount(account, { settings, secrets });
  else await ask(api.accounts.$post({ json: { key, app: app.name, settings, secrets } }));
}
