import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { RowsSkeleton } from './page.tsx';
import { ProblemNote } from './problem-note.tsx';

/**
 * Shows what a question to the server brought: its shape while it is on the way, or what went wrong. What went wrong
 * stays in sight while it is asked anew, as a question without an answer forgets its error with each new attempt.
 */
export function Loaded<Data>({
  query,
  skeleton,
  children,
}: {
  query: UseQueryResult<Data, Error>;
  skeleton?: ReactNode;
  children(data: Data): ReactNode;
}) {
  const [failed, setFailed] = useState(query.error);
  if (query.error && query.error !== failed) setFailed(query.error);
  if (query.data !== undefined) return children(query.data);
  // The count tells this question from another one that was asked here before.
  if (failed && query.errorUpdateCount > 0)
    return <ProblemNote error={query.error ?? failed} onRetry={() => void query.refetch()} />;
  return skeleton ?? <RowsSkeleton />;
}
