import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me.ts';
import { actOn } from '../api/records.ts';
import { useForm } from '../i18n/form.ts';
import { Section } from './page.tsx';
import { lostSide, type NamedEnds, type ProblemWords, useProblemWords } from './problem-words.ts';
import { saidDone, saidFailed } from './said.ts';
import { StateBadge } from './state-badge.tsx';

/** What fails, as the server tells it: by category, and of each how many in which sync. */
interface Failures {
  category: string;
  syncs: { sync: string; count: number }[];
}

/** Failing records with one meaning and one remedy; what was deleted from one app is one of them, in whatever sync. */
interface FailingGroup {
  words: ProblemWords;
  parts: { category: string; sync: string; count: number }[];
}

/** What fails and how it is mended, group by group. */
export function Failing({ found, syncs }: { found: Failures[]; syncs: { sync: string; ends: NamedEnds }[] }) {
  const { t } = useTranslation();
  const wordsOf = useProblemWords();
  const groups = new Map<string, FailingGroup>();
  for (const { category, syncs: counts } of found) {
    for (const { sync, count } of counts) {
      const words = wordsOf(
        category,
        syncs.filter((each) => each.sync === sync).map(({ ends }) => ends),
      );
      const group = groups.get(words.title) ?? { words, parts: [] };
      group.parts.push({ category, sync, count });
      groups.set(words.title, group);
    }
  }
  if (groups.size === 0)
    return (
      <Section title={t('health.failing')}>
        <StateBadge state="in-sync">{t('health.nothingFails')}</StateBadge>
      </Section>
    );
  return (
    <Section title={t('health.failing')} action={<FailuresCsv />}>
      <Stack gap="sm">
        {[...groups.values()].map((group) => (
          <OneGroup key={group.words.title} group={group} />
        ))}
      </Stack>
    </Section>
  );
}

function FailuresCsv() {
  return (
    <Button
      size="xs"
      variant="default"
      component="a"
      href="/api/v1/records/file.csv?status=failing"
      leftSection={<IconDownload size={14} aria-hidden />}
    >
      CSV
    </Button>
  );
}

function OneGroup({ group: { words, parts } }: { group: FailingGroup }) {
  return (
    <div className="tile">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: '1 1 320px', minWidth: 0 }}>
          <Group gap="sm">
            <StateBadge state="failing">{words.title}</StateBadge>
            <Counts parts={parts} />
          </Group>
          <Text size="sm" mt={4}>
            {words.means}
          </Text>
          <Text size="sm" c="dimmed">
            {words.steps}
          </Text>
        </div>
        <Remedy parts={parts} />
      </Group>
    </div>
  );
}

/** The number as a link to its records; of deleted ones, which are told by sync, one for each. */
function Counts({ parts }: Pick<FailingGroup, 'parts'>) {
  const { t } = useTranslation();
  const form = useForm();
  const category = parts[0]?.category;
  const links = lostSide(category)
    ? parts
    : [{ category, sync: undefined, count: parts.reduce((sum, { count }) => sum + count, 0) }];
  return links.map(({ category: one, sync, count }) => (
    <Anchor
      key={`${one} ${sync}`}
      component={Link}
      to="/records"
      search={{ status: 'failing', category: one, sync } as never}
      size="sm"
    >
      {t(links.length > 1 ? 'health.recordsIn' : 'health.records', { count, n: form.number(count), sync })}
    </Anchor>
  ));
}

function Remedy({ parts }: Pick<FailingGroup, 'parts'>) {
  const { t } = useTranslation();
  const form = useForm();
  const { may } = useMe();
  const category = parts[0]?.category;
  const act = lostSide(category) ? 'recreate' : 'retry';
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const mend = useMutation({
    mutationFn: async () => {
      let done = 0;
      for (const part of parts) done += await actOn(part.sync, act, { category: part.category });
      return done;
    },
    onSuccess: (done) =>
      saidDone(t(act === 'recreate' ? 'health.recreated' : 'health.retried', { count: done, n: form.number(done) })),
    onError: saidFailed,
  });
  if (!may('manage')) return null;
  if (category === 'ambiguous-match')
    return (
      <Button size="xs" variant="default" component="a" href="#ambiguous">
        {t('health.choose')}
      </Button>
    );
  return (
    <Button size="xs" variant="default" loading={mend.isPending} onClick={() => mend.mutate()}>
      {t(act === 'recreate' ? 'health.recreateAll' : 'health.retryAll', { count, n: form.number(count) })}
    </Button>
  );
}
