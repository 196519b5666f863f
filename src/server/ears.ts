import type { Ear } from '../connector/contract.ts';
import { type Listened, listenedTo } from '../store/hooks.ts';
import { takeHeard } from '../store/notices.ts';
import type { Installation } from './installation.ts';

/** How often it is looked which accounts are to be listened to, in milliseconds. */
const LOOK_MILLISECONDS = 2_000;
/** What is heard within this time is taken in together, in milliseconds. */
const GATHER_MILLISECONDS = 50;
/** Ids of one object that are gathered; where more are told, the whole object is read. */
const MOST_IDS = 2_000;
/** A connection that was lost, or could not be had, is made again after so long, twice that the next time, up to the most (milliseconds). */
const LEAST_PAUSE_MILLISECONDS = 1_000;
const MOST_PAUSE_MILLISECONDS = 60_000;

/** What listening stands on. */
export type EarParts = Pick<Installation, 'db' | 'connectors' | 'accounts' | 'clock' | 'log'>;

/** This process's connections to apps that tell of changes over one. */
export interface Ears {
  stop(): Promise<void>;
}

/**
 * Listens to every account whose app tells over a connection, until it is stopped. Each process of an installation does:
 * a record that is marked twice before it is read is read once, and once more does no harm.
 */
export function startEars(parts: EarParts): Ears {
  const { db, connectors, clock, log } = parts;
  const apps = connectors.flatMap(({ app, listening }) => (listening ? [app.name] : []));
  const open = new Map<string, { close(): void; done: Promise<void> }>();
  const ending = new AbortController();
  const look = async () => {
    const wanted = new Map((await listenedTo(db, apps)).map((each) => [`${each.account} ${each.since}`, each]));
    for (const [name, { close }] of open) if (!wanted.has(name)) close();
    for (const [name, listened] of wanted) {
      if (open.has(name)) continue;
      const closed = new AbortController();
      const done = keepListening(parts, listened, closed.signal).finally(() => open.delete(name));
      open.set(name, { close: () => closed.abort(), done });
    }
  };
  const loop = async () => {
    while (!ending.signal.aborted) {
      await look().catch((error: Error) => log.debug('who is listened to is not known', { reason: error.message }));
      await clock.sleep(LOOK_MILLISECONDS, ending.signal).catch(() => {});
    }
  };
  const ended = apps.length > 0 ? loop() : Promise.resolve();
  return {
    stop: async () => {
      ending.abort();
      await ended;
      for (const { close } of open.values()) close();
      await Promise.all([...open.values()].map(({ done }) => done));
    },
  };
}

/** Never rejects. What was changed while nobody listened is found by a read of each object once somebody does. */
async function keepListening(parts: EarParts, listened: Listened, signal: AbortSignal): Promise<void> {
  const { clock, log } = parts;
  let pause = LEAST_PAUSE_MILLISECONDS;
  while (!signal.aborted) {
    try {
      await listenOnce(parts, listened, signal, () => {
        pause = LEAST_PAUSE_MILLISECONDS;
      });
    } catch (error) {
      if (signal.aborted) return;
      // The first of a row of failures is told.
      const facts = { account: listened.key, reason: (error as Error).message };
      if (pause === LEAST_PAUSE_MILLISECONDS) log.warn('nobody listens to an account; its changes are polled', facts);
    }
    await clock.sleep(pause, signal).catch(() => {});
    pause = Math.min(MOST_PAUSE_MILLISECONDS, pause * 2);
  }
}

/** Listens until the signal; throws what broke the connection. */
async function listenOnce(
  parts: EarParts,
  { account, objects }: Listened,
  signal: AbortSignal,
  onOpen: () => void,
): Promise<void> {
  const { connector, session } = await parts.accounts.open(account);
  const heard = gathered(parts, account, objects);
  const over = Promise.withResolvers<void>();
  // It may break before anybody waits for it.
  over.promise.catch(() => {});
  const end = () => over.resolve();
  signal.addEventListener('abort', end, { once: true });
  let ear: Ear | undefined;
  try {
    ear = await connector.listening?.listen(session, { heard: heard.add, lost: over.reject });
    for (const object of objects) heard.add(object, []);
    onOpen();
    await over.promise;
  } finally {
    signal.removeEventListener('abort', end);
    await ear?.close().catch(() => {});
    await heard.taken();
  }
}

/** Takes in what is heard, a little at a time: a busy table rings more often than anybody can read. */
function gathered({ db, clock, log }: EarParts, account: string, objects: string[]) {
  let waiting = new Map<string, Set<string> | 'whole'>();
  let taking: Promise<void> | null = null;
  const take = async () => {
    while (waiting.size > 0) {
      await clock.sleep(GATHER_MILLISECONDS);
      const told = [...waiting].map(([object, ids]) => ({ object, ids: ids === 'whole' ? [] : [...ids] }));
      waiting = new Map();
      await takeHeard(db, account, told).catch((error: Error) => {
        log.warn('what an account told was not taken in; it is found by polling', { account, reason: error.message });
      });
    }
  };
  return {
    add: (object: string, ids: string[]) => {
      if (!objects.includes(object)) return;
      const known = waiting.get(object) ?? new Set();
      const all = known === 'whole' || ids.length === 0 ? 'whole' : new Set([...known, ...ids]);
      waiting.set(object, all !== 'whole' && all.size > MOST_IDS ? 'whole' : all);
      taking ??= take().finally(() => {
        taking = null;
      });
    },
    taken: async () => {
      await taking;
    },
  };
}
