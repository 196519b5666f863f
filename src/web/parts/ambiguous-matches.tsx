import { Button, Group, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { type Ambiguous, actOn, recordsChanged } from '../api/records.ts';
import { useFieldWords } from './field-words.ts';
import { ProblemNote } from './problem-note.tsx';
import { saidDone } from './said.ts';
import { SideEnd } from './two-sides.tsx';

/** The matches shown at once; the rest follows when these are settled. */
const MOST_SHOWN = 10;

/** Matches that wait for a person, both sides beside each other: these two, create new, leave. */
export function AmbiguousMatches({ matches }: { matches: Ambiguous[] }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" id="ambiguous">
      {matches.slice(0, MOST_SHOWN).map((match) => (
        <OneMatch key={`${match.sync} ${match.id}`} match={match} />
      ))}
      {matches.length > MOST_SHOWN ? (
        <Text size="sm" c="dimmed">
          {t('health.ambiguousMore', { count: matches.length - MOST_SHOWN })}
        </Text>
      ) : null}
    </Stack>
  );
}

function OneMatch({ match }: { match: Ambiguous }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { sync, id, records, ends, candidates } = match;
  const of = (side: 'a' | 'b') => candidates.filter((each) => each.side === side);
  const firstFree = (side: 'a' | 'b') => of(side).find(({ taken }) => !taken)?.id ?? '';
  const [chosen, setChosen] = useState({ a: firstFree('a'), b: firstFree('b') });
  const param = { sync };
  const settle = useMutation({
    mutationFn: async (how: 'pair' | 'new' | 'leave') => {
      if (how === 'leave') await actOn(sync, 'leave', { records });
      else if (how === 'pair') await ask(api.syncs[':sync'].pair.$post({ param, json: chosen }));
      else await ask(api.syncs[':sync']['make-new'].$post({ param, json: { records: [id] } }));
    },
    onSuccess: async (_, how) => {
      saidDone(t(`health.settled.${how}`));
      await recordsChanged();
    },
  });
  return (
    <div className="tile">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {(['a', 'b'] as const).map((side) => (
          <Candidates
            key={side}
            end={ends[side]}
            candidates={of(side)}
            chosen={chosen[side]}
            onChoose={(value) => setChosen((before) => ({ ...before, [side]: value }))}
          />
        ))}
      </SimpleGrid>
      {may('manage') ? (
        <Group mt="md" gap="xs">
          <Button
            size="xs"
            disabled={!chosen.a || !chosen.b}
            loading={settle.isPending}
            onClick={() => settle.mutate('pair')}
          >
            {t('health.pair')}
          </Button>
          <Button size="xs" variant="default" onClick={() => settle.mutate('new')}>
            {t('health.makeNew')}
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={() => settle.mutate('leave')}>
            {t('health.leave')}
          </Button>
        </Group>
      ) : null}
      <ProblemNote error={settle.error} />
    </div>
  );
}

/** Facts of a candidate that tell it apart; more of them only tire. */
const MOST_FACTS = 4;

function Candidates(props: {
  end: Ambiguous['ends']['a'];
  candidates: Ambiguous['candidates'];
  chosen: string;
  onChoose(id: string): void;
}) {
  const { t } = useTranslation();
  const { end, candidates, chosen, onChoose } = props;
  const words = useFieldWords(end);
  const factsOf = ({ name, facts }: Ambiguous['candidates'][number]) =>
    facts
      .filter(({ value }) => !name?.includes(value))
      .slice(0, MOST_FACTS)
      .map(({ field, value }) => `${words.label(field)}: ${words.text(field, value)}`);
  return (
    <Radio.Group
      value={chosen}
      onChange={onChoose}
      label={<SideEnd side={{ app: end.app, name: end.account }} size={20} />}
    >
      <Stack gap={8} mt={8}>
        {candidates.map((candidate) => (
          <Radio
            key={candidate.id}
            value={candidate.id}
            disabled={candidate.taken}
            label={candidate.name ?? candidate.id}
            description={[...(candidate.taken ? [t('health.taken')] : []), ...factsOf(candidate)].join(' · ')}
          />
        ))}
        {candidates.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('records.nobody')}
          </Text>
        ) : null}
      </Stack>
    </Radio.Group>
  );
}
