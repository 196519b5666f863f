import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { ServerSaid } from './server-said.tsx';

/** The statuses that have words of their own. */
const told = [0, 400, 401, 403, 404, 409, 412, 422, 424, 429, 503];

/**
 * An error in three parts: what happened, why (in the server's words), what to do, with the button that does it. What is
 * not there (any more) is not asked for again: a link leads to its list.
 */
export function ProblemNote({
  error,
  onRetry,
  children,
}: {
  error: unknown;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  if (!error) return null;
  const status = error instanceof ApiError ? error.status : 500;
  const key = told.includes(status) ? status : 500;
  const detail = error instanceof ApiError && status !== 0 ? error.message : '';
  return (
    <Alert
      role="alert"
      variant="outline"
      color="red"
      icon={<IconAlertCircle size={18} color="var(--state-failing)" aria-hidden />}
      styles={{ root: { borderColor: 'var(--state-failing)' }, title: { color: 'var(--mantine-color-text)' } }}
      title={t(`frame.error.${key}.what`)}
    >
      {detail ? (
        <Text size="sm" className="wrap-anywhere">
          <ServerSaid sentence={detail} />
        </Text>
      ) : null}
      <Text size="sm" c="dimmed">
        {t(`frame.error.${key}.remedy`)}
      </Text>
      {onRetry || children ? (
        <Group mt="xs" gap="xs">
          {onRetry && status !== 404 ? (
            <Button size="xs" variant="default" onClick={onRetry}>
              {t('frame.retry')}
            </Button>
          ) : null}
          {onRetry && status === 404 ? <WayBack /> : null}
          {children}
        </Group>
      ) : null}
    </Alert>
  );
}

/** The lists that an address below them leads back to. */
const lists = ['syncs', 'apps', 'activity'] as const;

function WayBack() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const list = lists.find((each) => pathname.startsWith(`/${each}/`)) ?? 'syncs';
  return (
    <Button size="xs" variant="default" component={Link} to={`/${list}`}>
      {t(`frame.goTo.${list}`)}
    </Button>
  );
}
