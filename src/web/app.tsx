import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useSyncExternalStore } from 'react';
import { queryClient } from './api/query-client.ts';
import { openQuestion } from './parts/confirm.ts';
import { router } from './router.tsx';
import { theme, variables } from './theme.ts';

const scheme = localStorageColorSchemeManager({ key: 'syncline-scheme' });

const Confirmation = lazy(async () => ({ default: (await import('./parts/confirmation.tsx')).Confirmation }));

/** The whole page: theme, data, screens, dialogs. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      colorSchemeManager={scheme}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="top-right" />
        <RouterProvider router={router} />
        <Asked />
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** The question that stands open, if any. */
function Asked() {
  const question = useSyncExternalStore(openQuestion.subscribe, openQuestion.read);
  return <Suspense>{question ? <Confirmation question={question} /> : null}</Suspense>;
}
