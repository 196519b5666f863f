import { Anchor, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** A screen: its title, a way back, one primary action at the right, and what it holds. */
export function Page(props: {
  title: string;
  /** Beside the title: a state. */
  badge?: ReactNode;
  /** One sentence below the title. */
  about?: ReactNode;
  back?: { to: string; label: string };
  action?: ReactNode;
  /** Tables take the whole width. */
  width?: 'text' | 'wide';
  children: ReactNode;
}) {
  const { title, badge, about, back, action, width = 'text', children } = props;
  useEffect(() => {
    document.title = `${title} · Syncline`;
  }, [title]);
  return (
    <div className="page-body" {...(width === 'wide' ? { 'data-wide': true } : {})}>
      {back ? (
        <Anchor component={Link} to={back.to} size="sm" c="dimmed" mb={4} display="inline-block">
          ← {back.label}
        </Anchor>
      ) : null}
      <div className="page-head">
        <div className="page-head-title">
          <Group gap="sm">
            <Title order={1} className="wrap-anywhere">
              {title}
            </Title>
            {badge}
          </Group>
          {about ? (
            <Text c="dimmed" component="div">
              {about}
            </Text>
          ) : null}
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}

/** A titled part of a screen. */
export function Section({
  title,
  about,
  action,
  children,
}: {
  title: string;
  about?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section style={{ marginBottom: 40 }}>
      <Group justify="space-between" align="flex-end" mb="sm" wrap="nowrap">
        <div>
          <Title order={2}>{title}</Title>
          {about ? (
            <Text size="sm" c="dimmed">
              {about}
            </Text>
          ) : null}
        </div>
        {action}
      </Group>
      {children}
    </section>
  );
}

/** What stands while rows are on their way, in their shape. */
export function RowsSkeleton({ rows = 5 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" role="status" aria-label={t('frame.loading')}>
      {Array.from({ length: rows }, (_, row) => `row ${row}`).map((row) => (
        <Skeleton key={row} height={44} radius={8} />
      ))}
    </Stack>
  );
}
