import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Role } from '../api/me.ts';
import { roles } from './people.tsx';
import { ProblemNote } from './problem-note.tsx';
import { ShownOnce } from './shown-once.tsx';

/** Gives somebody, or something, a role: a key by its name, a person by their address. What is made is shown once. */
export function GrantForm(props: {
  label: string;
  type: 'text' | 'email';
  verb: string;
  onceLabel: string;
  /** The secret that is made. */
  grant(to: string, role: Role): Promise<string>;
}) {
  const { t } = useTranslation();
  const { label, type, verb, onceLabel, grant } = props;
  const [to, setTo] = useState('');
  const [role, setRole] = useState<Role>('view-health');
  const make = useMutation({ mutationFn: () => grant(to, role), onSuccess: () => setTo('') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm" mb="md">
          <TextInput
            label={label}
            type={type}
            required
            withAsterisk={false}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <Select
            label={t('settings.role')}
            allowDeselect={false}
            data={roles.map((value) => ({ value, label: t(`people.role.${value}`) }))}
            value={role}
            onChange={(value) => setRole(value as Role)}
          />
          <Button type="submit" loading={make.isPending}>
            {verb}
          </Button>
        </Group>
      </form>
      <ProblemNote error={make.error} />
      {make.data ? <ShownOnce label={onceLabel} text={make.data} /> : null}
    </>
  );
}
