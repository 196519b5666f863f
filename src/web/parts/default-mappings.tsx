import { Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountsQuery } from '../api/accounts.ts';
import { type App, appsQuery, type DefaultPair, defaultsQuery } from '../api/apps.ts';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { type Direction, FlowArrow, TwoSides } from './two-sides.tsx';

/** What maps to what by itself between this app and another one, object by object. */
export function DefaultMappings({ app }: { app: App }) {
  const { t } = useTranslation();
  const { data: apps = [] } = useQuery(appsQuery);
  const { data: accounts = [] } = useQuery(accountsQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const connected = new Set(accounts.map((account) => account.app));
  // Those that are connected are most likely meant.
  const others = apps
    .filter(({ name, objects }) => name !== app.name && objects.length > 0)
    .sort((one, two) => Number(connected.has(two.name)) - Number(connected.has(one.name)));
  const other = others.find(({ name }) => name === chosen) ?? others[0];
  if (!other) return null;
  return (
    <Section
      title={t('apps.defaults.title')}
      about={t('apps.defaults.about')}
      action={
        <Select
          size="xs"
          aria-label={t('apps.defaults.with')}
          allowDeselect={false}
          data={others.map(({ name, label }) => ({ value: name, label: t('apps.defaults.withApp', { app: label }) }))}
          value={other.name}
          onChange={setChosen}
        />
      }
    >
      <Pairs app={app} other={other} />
    </Section>
  );
}

function Pairs({ app, other }: { app: App; other: App }) {
  const { t } = useTranslation();
  const pairs = useQuery(defaultsQuery(app.name, other.name));
  return (
    <Loaded query={pairs}>
      {(found) => (
        <>
          {found.length === 0 ? (
            <Text c="dimmed">{t('apps.defaults.none', { a: app.label, b: other.label })}</Text>
          ) : null}
          {found.map((pair) => (
            <Pair key={`${pair.a.name} ${pair.b.name}`} pair={pair} app={app} other={other} />
          ))}
        </>
      )}
    </Loaded>
  );
}

function Pair({ pair: { a, b, mappings, associations }, app, other }: { pair: DefaultPair; app: App; other: App }) {
  const { t } = useTranslation();
  return (
    <details className="fold">
      <summary>
        <TwoSides
          a={{ app: app.name, name: a.label }}
          b={{ app: other.name, name: b.label }}
          direction="both"
          size={22}
        />
        <Text span size="sm" c="dimmed">
          {t('apps.defaults.fields', { count: mappings.length })}
        </Text>
      </summary>
      <ul className="pairs">
        {mappings.map(({ a: left, b: right, to }) => (
          <li key={String(left)}>
            <span>{left.join(' + ')}</span>
            <FlowArrow direction={directionOf(to)} size={16} />
            <span>{right.join(' + ')}</span>
          </li>
        ))}
        {associations.map((one) => (
          <li key={`association ${one.a}`}>
            <span>{one.a}</span>
            <FlowArrow direction="both" size={16} />
            <span>
              {one.b}{' '}
              <Text span size="xs" c="dimmed">
                {t('apps.defaults.association')}
              </Text>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function directionOf({ a, b }: { a: boolean; b: boolean }): Direction {
  if (a && b) return 'both';
  return b ? 'a-to-b' : 'b-to-a';
}
