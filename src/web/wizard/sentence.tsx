import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { accountsQuery } from '../api/accounts.ts';
import { type Check, checkQuery, fieldsQuery } from '../api/wizard.ts';
import { TwoSides } from '../parts/two-sides.tsx';
import { type Draft, ownMappings, type Side } from './draft.ts';

/** The names of both sides, for sentences: app and object. */
export function useNames({ settings }: Draft) {
  const { data: accounts = [] } = useQuery(accountsQuery);
  const a = useQuery(fieldsQuery(settings.a.account, settings.a.object));
  const b = useQuery(fieldsQuery(settings.b.account, settings.b.object));
  const labels = { a: a.data?.object.label, b: b.data?.object.label };
  const side = (which: Side) => {
    const { account, object } = settings[which];
    const found = accounts.find(({ key }) => key === account);
    return { app: found?.app ?? '', appLabel: found?.appLabel ?? account, account, object: labels[which] ?? object };
  };
  const both = { a: side('a'), b: side('b') };
  // Two accounts of one app are told apart by their own names.
  const same = both.a.appLabel === both.b.appLabel;
  const short = (which: Side) => (same ? both[which].account : both[which].appLabel);
  return { ...both, short: { a: short('a'), b: short('b') } };
}

/** The whole choice in words, growing as it is made. */
export function Sentence({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const names = useNames(draft);
  const { settings } = draft;
  const { data: check } = useQuery(checkQuery(draft));
  if (!settings.a.object || !settings.b.object) return <Text c="dimmed">{t('wizard.words.empty')}</Text>;
  const { direction = 'both', default: wins = 'a' } = settings;
  const words = {
    objectA: names.a.object,
    objectB: names.b.object,
    a: names.short.a,
    b: names.short.b,
    winner: names.short[wins],
    loser: names.short[wins === 'a' ? 'b' : 'a'],
  };
  return (
    <Stack gap="sm">
      <TwoSides
        a={{ app: names.a.app, name: names.a.object, note: names.a.account }}
        b={{ app: names.b.app, name: names.b.object, note: names.b.account }}
        direction={direction}
      />
      {sentences(settings, matchWords(settings, check)).map((key) => (
        <Text key={key} size="sm">
          {t(key, { ...words, count: ownMappings(settings).length })}
        </Text>
      ))}
    </Stack>
  );
}

/** How records of both sides meet; by default only what has an e-mail, a domain or the like does: deals do not. */
function matchWords({ match = 'default' }: Draft['settings'], check: Check | undefined): string {
  if (match === 'none') return 'none';
  if (match !== 'default') return 'own';
  return check?.match.length === 0 && check.problems.length === 0 ? 'noDefault' : 'default';
}

/** The keys of the sentences that say what the settings do. */
function sentences(settings: Draft['settings'], match: string): string[] {
  const { direction = 'both', leaving = 'keep', deletions = {}, filter = {}, require = 'default' } = settings;
  const oneWay = direction !== 'both';
  const target = direction === 'a-to-b' ? 'b' : 'a';
  const wins = settings.default ?? 'a';
  const conflict = oneWay ? (wins === target ? 'fillOnly' : 'sourceWins') : 'wins';
  return [
    `wizard.words.direction.${direction}`,
    `wizard.words.${conflict}`,
    ...(ownMappings(settings).length > 0 ? ['wizard.words.own'] : []),
    `wizard.words.match.${match}`,
    ...(Array.isArray(require) && require.length === 0 ? ['wizard.words.everyone'] : []),
    ...(filter['a-to-b'] || filter['b-to-a'] ? [`wizard.words.filter.${leaving}`] : []),
    ...(['a', 'b'] as const).flatMap((side) => {
      const policy = deletions[side] ?? 'ignore';
      return policy === 'ignore' ? [] : [`wizard.words.deletion.${side}.${policy}`];
    }),
    ...(Object.values({ a: deletions.a, b: deletions.b }).some((each) => each && each !== 'ignore')
      ? []
      : ['wizard.words.noDeletion']),
  ];
}
