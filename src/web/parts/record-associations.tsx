import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { farRecordQuery, type RecordDetail } from '../api/records.ts';
import { Rows } from './rows.tsx';

type Association = RecordDetail['associations'][number];

/** Far records that are named on each side; the others are counted. */
const MOST_NAMED = 5;

/** The associations of a record: what each side calls them, and the records they lead to. */
export function RecordAssociations({ record: { associations, ends } }: { record: RecordDetail }) {
  const { t } = useTranslation();
  const column = (side: 'a' | 'b') => ({
    key: side,
    title: ends[side].account,
    show: ({ [side]: { ids, to } }: Association) => (
      <FarRecords ids={ids ?? []} account={ends[side].account} object={to} />
    ),
  });
  return (
    <Rows
      label={t('wizard.fields.associations')}
      rows={associations}
      keyOf={({ name }) => name}
      columns={[
        {
          key: 'association',
          title: t('records.associationTo'),
          head: true,
          show: ({ a, b }) => [...new Set([a.label, b.label])].join(' · '),
        },
        column('a'),
        column('b'),
        { key: 'state', title: t('syncs.column.state'), show: ({ state }) => t(`records.association.${state}`) },
      ]}
    />
  );
}

/** Where a record of the other object lives. */
interface Far {
  account: string;
  object: string;
}

function FarRecords({ ids, account, object }: Far & { ids: string[] }) {
  const { t } = useTranslation();
  if (ids.length === 0)
    return (
      <Text span size="sm" c="dimmed">
        —
      </Text>
    );
  const more = ids.length - MOST_NAMED;
  return (
    <Stack gap={2} maw={320} className="wrap-anywhere">
      {ids.slice(0, MOST_NAMED).map((id) => (
        <FarRecord key={id} id={id} account={account} object={object} />
      ))}
      {more > 0 ? (
        <Text size="xs" c="dimmed">
          {t('records.farMore', { count: more })}
        </Text>
      ) : null}
    </Stack>
  );
}

/** The name of a far record, which leads to its page; its id where no sync knows it. */
function FarRecord({ id, account, object }: Far & { id: string }) {
  const { data: found } = useQuery(farRecordQuery(account, object, id));
  if (!found) return <span>{id}</span>;
  return (
    <Anchor component={Link} to={`/syncs/${encodeURIComponent(found.sync)}/records/${found.id}`} size="sm">
      {found.name ?? id}
    </Anchor>
  );
}
