import { Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

/** A screen before anybody is signed in: the mark, one question, one form. */
export function Door({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Syncline`;
  }, [title]);
  return (
    <main className="door">
      <Stack align="center" gap={4} mb="lg" ta="center">
        <img src="/mark.svg" width={44} height={44} alt="" />
        <Title order={1} mt="xs">
          {title}
        </Title>
        {about ? (
          <Text c="dimmed" maw={420}>
            {about}
          </Text>
        ) : null}
      </Stack>
      <Paper withBorder p="lg" radius={8} w="100%" maw={420}>
        {children}
      </Paper>
    </main>
  );
}
