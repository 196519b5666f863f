import { Button, Code, CopyButton, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, api, ask } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { ProblemNote } from './problem-note.tsx';
import { saidDone } from './said.ts';

type Setting = Answer<Awaited<ReturnType<typeof api.alerts.setting.$get>>>;

const settingQuery = queryOptions({
  queryKey: ['alert-setting'],
  queryFn: () => ask(api.alerts.setting.$get()),
});

/** Who is told by mail or webhook when something needs a person. */
export function AlertSetting() {
  const { t } = useTranslation();
  const setting = useQuery(settingQuery);
  return (
    <Section title={t('settings.tab.alerts')} about={t('settings.alertsAbout')}>
      <Loaded query={setting}>{(saved) => <AlertForm saved={saved} />}</Loaded>
    </Section>
  );
}

function AlertForm({ saved }: { saved: Setting }) {
  const { t } = useTranslation();
  const [emails, setEmails] = useState(saved.emails.join('\n'));
  const [webhook, setWebhook] = useState(saved.webhook ?? '');
  const save = useMutation({
    mutationFn: () =>
      ask(api.alerts.setting.$put({ json: { emails: linesOf(emails), webhook: webhook.trim() || null } })),
    onSuccess: (setting) => {
      queryClient.setQueryData(settingQuery.queryKey, setting);
      saidDone(t('settings.alertsSaved'));
    },
  });
  const isTold = saved.emails.length > 0 || saved.webhook !== null;
  const isSaved = linesOf(emails).join() === saved.emails.join() && webhook.trim() === (saved.webhook ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="md" maw={520}>
        {isTold ? null : <Text c="dimmed">{t('settings.nobodyTold')}</Text>}
        <Textarea
          label={t('settings.alertEmails')}
          description={t(`settings.mail.${saved.mail}`)}
          rows={3}
          value={emails}
          onChange={(event) => setEmails(event.currentTarget.value)}
        />
        <TextInput
          label={t('settings.webhook')}
          description={t('settings.webhookAbout')}
          type="url"
          placeholder="https://"
          value={webhook}
          onChange={(event) => setWebhook(event.currentTarget.value)}
        />
        {saved.secret ? <WebhookSecret secret={saved.secret} /> : null}
        <ProblemNote error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t('frame.save')}
          </Button>
          {isTold ? <TestAlert isSaved={isSaved} /> : null}
        </Group>
      </Stack>
    </form>
  );
}

function WebhookSecret({ secret }: { secret: string }) {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  return (
    <div>
      <Text size="sm" fw={500}>
        {t('settings.webhookSecret')}
      </Text>
      <Text size="sm" c="dimmed" mb={4}>
        {t('settings.webhookSecretAbout')}
      </Text>
      <Group gap="xs">
        <Code className="wrap-anywhere">{isShown ? secret : '••••••••••••'}</Code>
        <Button size="compact-xs" variant="default" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {t(isShown ? 'settings.hide' : 'settings.show')}
        </Button>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {t(copied ? 'frame.copied' : 'frame.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}

/** Sends a message to whoever is told as it is saved, so a change has to be saved first. */
function TestAlert({ isSaved }: { isSaved: boolean }) {
  const { t } = useTranslation();
  const test = useMutation({
    mutationFn: () => ask(api.alerts.test.$post()),
    onSuccess: () => saidDone(t('settings.alertSent')),
  });
  return (
    <>
      <Button variant="default" loading={test.isPending} disabled={!isSaved} onClick={() => test.mutate()}>
        {t('settings.testAlert')}
      </Button>
      <ProblemNote error={test.error} />
    </>
  );
}

function linesOf(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((line) => line.trim())
    .filter(Boolean);
}
