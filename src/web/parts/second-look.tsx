import { Anchor, Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { recordsChanged } from '../api/records.ts';
import type { Sync } from '../api/syncs.ts';
import { useForm } from '../i18n/form.ts';
import { saidDone, saidFailed } from './said.ts';

/** Records that changed after the preview that was started: they are held back until somebody lets them pass. */
export function SecondLook({ sync: { key, counts } }: { sync: Sync }) {
  const { t } = useTranslation();
  const form = useForm();
  const { may } = useMe();
  const pass = useMutation({
    mutationFn: () => ask(api.syncs[':sync']['let-pass'].$post({ param: { sync: key }, json: { all: true } })),
    onSuccess: async ({ count }) => {
      saidDone(t('syncs.changed.passed', { count, n: form.number(count) }));
      await recordsChanged();
    },
    onError: saidFailed,
  });
  const { changed } = counts;
  if (changed === 0) return null;
  return (
    <Group className="tile" justify="space-between" gap="sm" mb="lg" style={{ display: 'flex' }}>
      <Text size="sm" style={{ flex: '1 1 240px' }}>
        {t('syncs.changed.text', { count: changed, n: form.number(changed) })}{' '}
        <Anchor
          component={Link}
          to="/records"
          search={{ sync: key, status: 'waiting' } as never}
          size="sm"
          underline="always"
        >
          {t('syncs.changed.look')}
        </Anchor>
      </Text>
      {may('manage') ? (
        <Button size="xs" variant="default" loading={pass.isPending} onClick={() => pass.mutate()}>
          {t('syncs.changed.pass')}
        </Button>
      ) : null}
    </Group>
  );
}
