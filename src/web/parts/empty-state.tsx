import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** What stands where there is nothing yet: one sentence, and what to do next. */
export function EmptyState(props: {
  title: string;
  text?: string;
  /** 1 where it is all that there is on a screen. */
  level?: 1 | 2;
  children?: ReactNode;
}) {
  const { title, text, level = 2, children } = props;
  return (
    <Stack align="center" gap="xs" py={64} px="md" ta="center">
      <MeetingLines />
      <Title order={level} size="h2" mt="sm">
        {title}
      </Title>
      {text ? (
        <Text c="dimmed" maw={440}>
          {text}
        </Text>
      ) : null}
      {children ? (
        <div style={{ marginTop: 12, display: 'flex', gap: 8, flexWrap: 'wrap', justifyContent: 'center' }}>
          {children}
        </div>
      ) : null}
    </Stack>
  );
}

/** Two lines that meet: the mark, large and quiet. */
function MeetingLines({ width = 160 }: { width?: number }) {
  return (
    <svg viewBox="0 0 200 60" width={width} fill="none" strokeWidth="3" strokeLinecap="round" aria-hidden>
      <path stroke="var(--mantine-color-anchor)" d="M8 10C52 10 56 28 88 28h24c32 0 36-18 80-18" />
      <path stroke="var(--state-waiting)" d="M8 50C52 50 56 32 88 32h24c32 0 36 18 80 18" />
      <circle cx="8" cy="10" r="4" fill="var(--mantine-color-anchor)" />
      <circle cx="192" cy="10" r="4" fill="var(--mantine-color-anchor)" />
      <circle cx="8" cy="50" r="4" fill="var(--state-waiting)" />
      <circle cx="192" cy="50" r="4" fill="var(--state-waiting)" />
    </svg>
  );
}
