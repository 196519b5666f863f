import { useEffect } from 'react';
import { listen, repeatEvery } from '../world.ts';
import { useMe } from './me.ts';
import { queryClient } from './query-client.ts';

/** What the server tells (GET /events), and the queries that show it. Chart and proof are asked for by the minute. */
const EVENTS = ['status', 'sync', 'accounts'];
const SHOWN = ['syncs', 'status', 'problems', 'ambiguous', 'accounts'];
/** A line that the server refused is tried again after this long, in milliseconds. */
const REOPEN_MILLISECONDS = 30_000;
/** How often what the server tells by itself is asked for all the same, in milliseconds. */
const CALM_MILLISECONDS = 30_000;

let line: 'none' | 'speaks' = 'none';

/** While this screen is open and in sight, what changes on the server shows at once. */
export function useLive(): void {
  const { me } = useMe();
  const workspace = me?.workspace;
  useEffect(() => (workspace === undefined ? undefined : keepListening(workspace)), [workspace]);
}

/** How often to ask, in milliseconds: as given, or seldom while the server tells what changed. */
export function unlessTold(milliseconds: number): number {
  return line === 'speaks' ? CALM_MILLISECONDS : milliseconds;
}

function keepListening(workspace: string): () => void {
  const path = `/api/v1/events?${new URLSearchParams({ workspace })}`;
  let source: ReturnType<typeof listen> | null = null;
  const hear = (what: 'told' | 'lost') => {
    const before = line;
    line = what === 'told' ? 'speaks' : 'none';
    if (what === 'told' || before === 'speaks') void refresh();
  };
  const leave = () => {
    source?.close();
    source = null;
    line = 'none';
  };
  const look = () => {
    if (document.hidden) leave();
    else if (!source || source.isClosed()) source = listen(path, EVENTS, hear);
  };
  look();
  document.addEventListener('visibilitychange', look);
  const stop = repeatEvery(REOPEN_MILLISECONDS, look);
  return () => {
    stop();
    document.removeEventListener('visibilitychange', look);
    leave();
  };
}

let asking: 'no' | 'yes' | 'again' = 'no';

/** Asks anew for what is shown. What is told meanwhile asks once more afterwards: a slow answer is not cut off each time. */
async function refresh(): Promise<void> {
  if (asking !== 'no') {
    asking = 'again';
    return;
  }
  do {
    asking = 'yes';
    await Promise.all(SHOWN.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
  } while (isAskedAgain());
  asking = 'no';
}

function isAskedAgain(): boolean {
  return asking === 'again';
}
