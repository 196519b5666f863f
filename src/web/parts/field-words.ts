import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fieldsQuery, usersQuery } from '../api/wizard.ts';
import { type Form, useForm } from '../i18n/form.ts';
import { shownText } from './shown-text.ts';

/** What people call an object's fields and associations, and what stands in them. */
export interface FieldWords {
  label(field: string): string;
  /** A value as people say it: an owner by name, an option by its label, a date by the language. */
  text(field: string, value: unknown): string;
}

/** The words of an object of an account; where its app does not answer, fields have their own names. */
export function useFieldWords({ account, object }: { account: string; object: string }): FieldWords {
  const { t } = useTranslation();
  const form = useForm();
  const { data: described } = useQuery(fieldsQuery(account, object));
  const fields = new Map(described?.items.map((field) => [field.name, field]));
  const hasOwners = described?.items.some(({ type }) => type === 'user') ?? false;
  const { data: users } = useQuery({ ...usersQuery(account), enabled: hasOwners });
  const owners = new Map(users?.map(({ id, name, email }) => [id, name ?? email ?? id]));
  const word = (field: string, value: unknown): string => {
    if (Array.isArray(value))
      return value
        .map((each) => word(field, each))
        .filter(Boolean)
        .join(', ');
    const text = shownText(value);
    const { type = 'text', options = null } = fields.get(field) ?? {};
    if (type === 'user') return owners.get(text) ?? text;
    if (type === 'boolean') return booleanWords[text] ? t(booleanWords[text]) : text;
    if (type === 'date' || type === 'datetime') return dateText(form, type, text);
    return options?.find((option) => option.value === text)?.label ?? text;
  };
  const association = (name: string) => described?.associations.find((each) => each.name === name)?.label;
  return { label: (field) => fields.get(field)?.label ?? association(field) ?? field, text: word };
}

const booleanWords: Record<string, string> = { true: 'wizard.limit.true', false: 'wizard.limit.false' };

/** A day or a moment by the language; what is none stays as it is. */
function dateText(form: Form, type: 'date' | 'datetime', text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(Date.parse(text))) return text;
  return type === 'date' ? form.date(text.slice(0, 10)) : form.exact(text);
}
