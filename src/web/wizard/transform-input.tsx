import { Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { tryTransform } from '../api/wizard.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { shownText } from '../parts/shown-text.ts';
import { FlowArrow } from '../parts/two-sides.tsx';
import { type Draft, listOf } from './draft.ts';
import type { RuleProps } from './mapping-editor.tsx';

/** How long nothing was typed before an expression is tried, in milliseconds. */
const PAUSE_MILLISECONDS = 400;

/** An expression for each way that a value passes, with what becomes of real values. */
export function TransformInput({ draft, input, set, names }: RuleProps & { draft: Draft }) {
  const { t } = useTranslation();
  const ways = [
    { way: 'a-to-b', side: 'a', to: names.b },
    { way: 'b-to-a', side: 'b', to: names.a },
  ] as const;
  const put = (way: 'a-to-b' | 'b-to-a', text: string) => {
    const { [way]: _, ...rest } = input.transform ?? {};
    const transform = text === '' ? rest : { ...rest, [way]: text };
    set({ transform: Object.keys(transform).length > 0 ? transform : undefined });
  };
  return (
    <Stack gap="xs">
      {ways.map(({ way, side, to }) => {
        const text = input.transform?.[way] ?? '';
        return (
          <div key={way}>
            <TextInput
              label={t('wizard.transform.label', { app: to })}
              description={t('wizard.transform.help')}
              placeholder="trim(value)"
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
              value={text}
              onChange={(event) => put(way, event.currentTarget.value)}
            />
            {text ? <Tried draft={draft} side={side} field={listOf(input[side])[0] ?? ''} text={text} /> : null}
          </div>
        );
      })}
    </Stack>
  );
}

function Tried({ draft, side, field, text }: { draft: Draft; side: 'a' | 'b'; field: string; text: string }) {
  const [settled] = useDebouncedValue(text, PAUSE_MILLISECONDS);
  const tried = useQuery(tryTransform(draft.settings[side], field, settled));
  if (tried.error) return <ProblemNote error={tried.error} />;
  return (
    <Stack gap={2} mt={6} aria-live="polite">
      {(tried.data ?? []).map(({ before, after, problem }) => (
        <Text key={shownText(before)} size="sm" className="wrap-anywhere">
          <span className="before" style={{ textDecoration: 'none' }}>
            {shownText(before) || '—'}
          </span>{' '}
          <FlowArrow direction="a-to-b" size={14} />{' '}
          <span className={problem ? undefined : 'after'}>{problem ?? (shownText(after) || '—')}</span>
        </Text>
      ))}
    </Stack>
  );
}
