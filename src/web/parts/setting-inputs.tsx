import { PasswordInput, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { App } from '../api/apps.ts';
import { useAppWords } from '../i18n/app-words.ts';

interface Inputs {
  app: App;
  given: Record<string, string>;
  set(name: string, value: string): void;
}

/** What a person fills in of an app besides secrets: what it needs first (an address, say), the rest folded away. */
export function SettingInputs({ app, given, set }: Inputs) {
  const { t } = useTranslation();
  const words = useAppWords();
  const inputs = (settings: App['settings']) =>
    settings.map(({ name, label, help, required, default: usual }) => (
      <TextInput
        key={name}
        label={words(label)}
        description={help && words(help)}
        placeholder={usual}
        required={isNeeded({ required, default: usual })}
        withAsterisk={false}
        value={given[name] ?? ''}
        onChange={(event) => set(name, event.currentTarget.value)}
      />
    ));
  const rest = app.settings.filter((setting) => !isNeeded(setting));
  return (
    <>
      {inputs(app.settings.filter(isNeeded))}
      {rest.length > 0 ? (
        <details className="fold">
          <summary>{t('apps.connect.more')}</summary>
          <Stack gap="sm" mt="sm">
            {inputs(rest)}
          </Stack>
        </details>
      ) : null}
    </>
  );
}

/** The secrets of an app; they are never shown again. `kept`: one that is left empty stays as it is. */
export function SecretInputs({ app, given, set, kept }: Inputs & { kept: 'no' | 'yes' }) {
  const { t } = useTranslation();
  const words = useAppWords();
  return app.secrets.map(({ name, label, help, required }) => (
    <PasswordInput
      key={name}
      label={words(label)}
      description={help && words(help)}
      required={required && kept === 'no'}
      withAsterisk={false}
      placeholder={kept === 'yes' ? t('apps.connect.kept') : undefined}
      autoComplete="off"
      visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
      value={given[name] ?? ''}
      onChange={(event) => set(name, event.currentTarget.value)}
    />
  ));
}

function isNeeded({ required, default: usual }: { required: boolean; default?: string | undefined }): boolean {
  return required && !usual;
}
