import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { Door } from '../parts/door.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

/** The shortest password the server takes. */
const LEAST_PASSWORD = 12;

/** The first screen of a new installation: its super admin. The code stands in the address that the server printed. */
export function SetupPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const given = useLocation({ select: ({ hash }) => hash });
  const form = useForm({
    initialValues: { code: given, name: '', email: '', password: '' },
    validate: {
      code: (value) => (value.trim() ? null : t('setup.codeMissing')),
      name: (value) => (value.trim() ? null : t('setup.nameMissing')),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : t('setup.emailWrong')),
      password: (value) =>
        value.length >= LEAST_PASSWORD ? null : t('setup.passwordShort', { count: LEAST_PASSWORD }),
    },
  });
  const make = useMutation({
    mutationFn: (json: { code: string; name: string; email: string; password: string }) =>
      ask(api.setup.$post({ json })),
    onSuccess: async () => {
      await queryClient.resetQueries();
      await navigate({ to: '/syncs' });
    },
  });
  return (
    <Door title={t('setup.title')} about={t('setup.about')}>
      <form noValidate onSubmit={form.onSubmit((values) => make.mutate(values))}>
        <Stack gap="sm">
          <TextInput
            label={t('setup.name')}
            autoComplete="name"
            data-autofocus
            autoFocus
            {...form.getInputProps('name')}
          />
          <TextInput label={t('setup.email')} type="email" autoComplete="email" {...form.getInputProps('email')} />
          <PasswordInput
            label={t('setup.password')}
            description={t('setup.passwordHelp', { count: LEAST_PASSWORD })}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
            {...form.getInputProps('password')}
          />
          {given ? null : (
            <TextInput
              label={t('setup.code')}
              description={t('setup.codeHelp')}
              autoComplete="off"
              {...form.getInputProps('code')}
            />
          )}
          <ProblemNote error={make.error} />
          <Button type="submit" loading={make.isPending} mt="xs" fullWidth>
            {t('setup.act')}
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
