import { z } from '@hono/zod-openapi';
import { stableStringify } from '../../lib/json.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { route, routes } from '../route.ts';
import { statusOf } from './status.ts';

/** How often the state is looked at while anybody listens, and how often a silent line says that it is open. */
const LOOK_MILLISECONDS = 1_000;
const HEARTBEAT_MILLISECONDS = 15_000;
/** Listeners at once, of a workspace and of the whole server. */
const MOST_OF_WORKSPACE = 50;
const MOST_LISTENERS = 500;
/** A line is closed after this long, and opened again by its reader: who may listen is asked anew. */
const MOST_MILLISECONDS = 2 * 60_000;
/** How long a reader waits before it opens a closed line again. */
const RETRY_MILLISECONDS = 2_000;

const listen = route('view', {
  method: 'get',
  path: '/',
  summary: 'Changes of state, counts and progress as they happen (server-sent events)',
  description:
    'Events: `status` (all of GET /status; first, and whenever a sync comes or goes), `sync` (one sync of it, whenever it changed), `accounts`. Every line that is opened begins with a whole `status`, so nothing is lost in between.',
  responses: { 200: { description: 'The events', content: { 'text/event-stream': { schema: z.string() } } } },
});

/** The live state of a workspace. */
export function eventRoutes(installation: Installation) {
  const halls = new Map<string, Hall>();
  const hallOf = (workspace: string) => {
    const hall = halls.get(workspace) ?? makeHall(installation, workspace, () => halls.delete(workspace));
    halls.set(workspace, hall);
    return hall;
  };
  return routes().openapi(listen, async (c) => {
    const { workspace } = c.get('caller');
    const all = [...halls.values()].reduce((sum, { size }) => sum + size(), 0);
    if (all >= MOST_LISTENERS || (halls.get(workspace)?.size() ?? 0) >= MOST_OF_WORKSPACE)
      throw new Refused(503, 'too many pages listen already: close some, or ask GET /status now and then');
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    };
    return new Response(hallOf(workspace).enter(), { headers }) as never;
  });
}

/** All who listen to one workspace: its state is read once for all of them. */
interface Hall {
  size(): number;
  enter(): ReadableStream<Uint8Array>;
}

type Listener = (text: string) => void;

function makeHall(installation: Installation, workspace: string, emptied: () => void): Hall {
  const { clock, log, ending } = installation;
  const listeners = new Map<Listener, { close(): void; until: number }>();
  const encoder = new TextEncoder();
  let state: 'idle' | 'looking' = 'idle';
  let known: Awaited<ReturnType<typeof statusOf>> | null = null;
  let number = clock.now();
  const say = (event: string, data: unknown) => `id: ${++number}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  const tell = (text: string) => {
    for (const listener of [...listeners.keys()]) listener(text);
  };

  const look = async () => {
    state = 'looking';
    let spoke = clock.monotonic();
    while (listeners.size > 0) {
      const ended = ending?.aborted === true;
      for (const { close, until } of [...listeners.values()]) if (ended || until < clock.monotonic()) close();
      const now = await statusOf(installation, workspace).catch((error: unknown) => {
        log.warn('the live state could not be read', { reason: (error as Error).message });
        return known;
      });
      const text = now ? changes(known, now, say) : '';
      known = now;
      if (text !== '' || clock.monotonic() - spoke > HEARTBEAT_MILLISECONDS) {
        tell(text === '' ? ': still here\n\n' : text);
        spoke = clock.monotonic();
      }
      await clock.sleep(LOOK_MILLISECONDS, ending).catch(() => {});
    }
    known = null;
    state = 'idle';
    emptied();
  };

  return {
    size: () => listeners.size,
    enter: () => {
      let mine: Listener = () => {};
      return new ReadableStream<Uint8Array>({
        start: (controller) => {
          mine = (text) => {
            // A reader that takes nothing is let go: it opens another line once it reads again.
            if ((controller.desiredSize ?? 0) < -MOST_UNREAD) return close();
            controller.enqueue(encoder.encode(text));
          };
          const close = () => {
            if (listeners.delete(mine)) controller.close();
          };
          listeners.set(mine, { close, until: clock.monotonic() + MOST_MILLISECONDS });
          mine(`retry: ${RETRY_MILLISECONDS}\n\n`);
          if (known) mine(say('status', known));
          if (state === 'idle') void look();
        },
        cancel: () => void listeners.delete(mine),
      });
    },
  };
}

/** Chunks that wait for a reader at most. */
const MOST_UNREAD = 200;

type Status = Awaited<ReturnType<typeof statusOf>>;

function changes(known: Status | null, now: Status, say: (event: string, data: unknown) => string): string {
  const keys = (status: Status) => status.syncs.map(({ sync }) => sync).join();
  if (!known || keys(known) !== keys(now)) return say('status', now);
  const moved = now.syncs.filter((sync, index) => stableStringify(sync) !== stableStringify(known.syncs[index]));
  const accounts = stableStringify(known.accounts) !== stableStringify(now.accounts);
  return [...moved.map((sync) => say('sync', sync)), ...(accounts ? [say('accounts', now.accounts)] : [])].join('');
}
