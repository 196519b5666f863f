import { Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { accountsQuery } from '../api/accounts.ts';
import { objectsQuery, suggest } from '../api/wizard.ts';
import { AppIcon } from '../parts/app-icon.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { saidFailed } from '../parts/said.ts';
import { type Draft, SIDES, type Side } from './draft.ts';
import type { StepProps } from './wizard.tsx';

/** Which object of which account stands on each side. */
export function ObjectStep(props: StepProps & { existing: 'no' | 'yes'; onDraft(draft: Draft): void }) {
  const { t } = useTranslation();
  const { draft, change, existing, onDraft } = props;
  const choose = (side: Side, end: { account: string; object: string }) => {
    change({ [side]: end });
    const a = side === 'a' ? end : draft.settings.a;
    const b = side === 'b' ? end : draft.settings.b;
    if (a.object && b.object) suggest(a, b).then(onDraft, saidFailed);
  };
  return (
    <Stack>
      <div>
        <Title order={2}>{t('wizard.object.title')}</Title>
        <Text c="dimmed">{t(existing === 'yes' ? 'wizard.object.fixed' : 'wizard.object.about')}</Text>
      </div>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        {SIDES.map((side) => (
          <End
            key={side}
            side={side}
            end={draft.settings[side]}
            fixed={existing}
            means={side === 'b' ? draft.settings.a : undefined}
            choose={(end) => choose(side, end)}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function End(props: {
  side: Side;
  end: { account: string; object: string };
  fixed: 'no' | 'yes';
  /** The other side, so that an object of the same meaning comes first. */
  means: { account: string; object: string } | undefined;
  choose(end: { account: string; object: string }): void;
}) {
  const { t } = useTranslation();
  const { side, end, fixed, means, choose } = props;
  const { data: accounts = [] } = useQuery(accountsQuery);
  const objects = useQuery(objectsQuery(end.account));
  const other = useQuery(objectsQuery(means?.account ?? ''));
  const wanted = other.data?.find(({ name }) => name === means?.object)?.means;
  const app = accounts.find(({ key }) => key === end.account)?.app;
  const like = wanted ? (objects.data ?? []).filter((each) => each.means === wanted) : [];
  const rest = (objects.data ?? []).filter((each) => !like.includes(each));
  const option = ({ name, label }: { name: string; label: string }) => ({ value: name, label });
  const groups = [
    ...(like.length > 0 ? [{ group: t('wizard.object.alike'), items: like.map(option) }] : []),
    { group: t('wizard.object.others'), items: rest.map(option) },
  ];
  return (
    <Stack className="tile" gap="sm">
      <Select
        label={t(`wizard.object.account.${side}`)}
        placeholder={t('wizard.object.chooseAccount')}
        disabled={fixed === 'yes'}
        data={accounts.map(({ key, appLabel }) => ({ value: key, label: `${appLabel} · ${key}` }))}
        value={end.account || null}
        leftSection={app ? <AppIcon app={app} size={22} /> : null}
        allowDeselect={false}
        onChange={(account) => choose({ account: account ?? '', object: '' })}
      />
      <Select
        label={t('wizard.object.object')}
        placeholder={t('wizard.object.chooseObject')}
        disabled={fixed === 'yes' || end.account === ''}
        data={groups}
        value={end.object || null}
        searchable
        allowDeselect={false}
        onChange={(object) => choose({ account: end.account, object: object ?? '' })}
      />
      <ProblemNote error={objects.error} onRetry={() => void objects.refetch()} />
    </Stack>
  );
}
