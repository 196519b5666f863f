import { Anchor, Badge, Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { meQuery, signInCall, useMe } from '../api/me.ts';
import { queryClient } from '../api/query-client.ts';
import { Section } from './page.tsx';
import { ProblemNote } from './problem-note.tsx';
import { saidDone } from './said.ts';
import { ShownOnce } from './shown-once.tsx';

/** What better-auth answers when a second factor is begun; it counts from the first right code on. */
interface Begun {
  totpURI: string;
  backupCodes: string[];
}

/** Codes of an authenticator app as the second factor: turned on, its backup codes made anew, turned off. */
export function SecondFactor() {
  const { t } = useTranslation();
  const { me } = useMe();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [codes, setCodes] = useState<string[]>([]);
  const finish = async (backupCodes: string[]) => {
    setBegun(null);
    setCodes(backupCodes);
    await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  const isOn = me?.secondFactor === true;
  return (
    <Section
      title={t('settings.factor.title')}
      about={t('settings.factor.about')}
      action={
        isOn ? (
          <Badge variant="default" style={{ flexShrink: 0 }}>
            {t('settings.factor.on')}
          </Badge>
        ) : null
      }
    >
      {codes.length > 0 ? <ShownOnce label={t('settings.factor.codesOnce')} text={codes.join(' ')} /> : null}
      {isOn ? (
        <FactorOn onCodes={setCodes} onOff={() => finish([])} />
      ) : begun ? (
        <FirstCode begun={begun} onRight={() => finish(begun.backupCodes)} onCancel={() => setBegun(null)} />
      ) : (
        <FactorOff onBegun={setBegun} />
      )}
    </Section>
  );
}

function FactorOff({ onBegun }: { onBegun(begun: Begun): void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const enable = useMutation({
    mutationFn: () => signInCall<Begun>('/two-factor/enable', { password }),
    onSuccess: onBegun,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enable.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={360}>
        <OwnPassword value={password} onChange={setPassword} />
        <ProblemNote error={enable.error} />
        <Group>
          <Button type="submit" variant="default" loading={enable.isPending}>
            {t('settings.factor.turnOn')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function FirstCode(props: { begun: Begun; onRight(): Promise<void>; onCancel(): void }) {
  const { begun, onRight, onCancel } = props;
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const verify = useMutation({
    mutationFn: () => signInCall('/two-factor/verify-totp', { code: code.replaceAll(/\s/g, '') }),
    onSuccess: onRight,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verify.mutate();
  };
  const isWrong = verify.error instanceof ApiError && verify.error.status === 401;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={520}>
        <ShownOnce label={t('settings.factor.secret')} text={new URL(begun.totpURI).searchParams.get('secret') ?? ''} />
        <Anchor href={begun.totpURI} size="sm">
          {t('settings.factor.openApp')}
        </Anchor>
        <TextInput
          label={t('settings.factor.code')}
          maw={360}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          required
          withAsterisk={false}
          value={code}
          error={isWrong ? t('settings.factor.wrongCode') : null}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {isWrong ? null : <ProblemNote error={verify.error} />}
        <Group>
          <Button type="submit" loading={verify.isPending}>
            {t('settings.factor.confirm')}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t('frame.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function FactorOn({ onCodes, onOff }: { onCodes(codes: string[]): void; onOff(): Promise<void> }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const renew = useMutation({
    mutationFn: () => signInCall<{ backupCodes: string[] }>('/two-factor/generate-backup-codes', { password }),
    onSuccess: ({ backupCodes }) => {
      setPassword('');
      onCodes(backupCodes);
    },
  });
  const disable = useMutation({
    mutationFn: () => signInCall('/two-factor/disable', { password }),
    onSuccess: async () => {
      await onOff();
      saidDone(t('settings.factor.isOff'));
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        renew.mutate();
      }}
    >
      <Stack gap="sm" maw={420}>
        <OwnPassword value={password} onChange={setPassword} />
        <ProblemNote error={renew.error ?? disable.error} />
        <Group>
          <Button type="submit" variant="default" loading={renew.isPending}>
            {t('settings.factor.newCodes')}
          </Button>
          <Button variant="default" loading={disable.isPending} disabled={!password} onClick={() => disable.mutate()}>
            {t('settings.factor.turnOff')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A session alone does not change how one signs in. */
function OwnPassword({ value, onChange }: { value: string; onChange(value: string): void }) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t('settings.factor.password')}
      maw={360}
      autoComplete="current-password"
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
