import { TextInput } from '@mantine/core';
import type { App } from '../api/apps.ts';

/** What a person fills in of an app besides secrets: an address, say. */
export function SettingInputs(props: {
  app: App;
  given: Record<string, string>;
  set(name: string, value: string): void;
}) {
  const { app, given, set } = props;
  return app.settings.map(({ name, label, help, required, default: usual }) => (
    <TextInput
      key={name}
      label={label}
      description={help}
      placeholder={usual}
      required={required && !usual}
      value={given[name] ?? ''}
      onChange={(event) => set(name, event.currentTarget.value)}
    />
  ));
}
