/** Something that needs a person. */
export interface Trouble {
  /** 'sync contacts', 'account crm'. */
  subject: string;
  kind: 'failing' | 'paused' | 'reconnect-needed' | 'unreachable' | 'stopped';
  /** For failing: how many digits the number of records has; a higher level is told anew. */
  level: number;
  /** One sentence: what happened, and what to do. */
  detail: string;
}

/** A trouble as it is remembered. Times in milliseconds. */
export interface Alert extends Trouble {
  since: number;
  /** The level that was told; null: not yet. */
  told: number | null;
  /** Since when it is gone; null: it stands. */
  goneAt: number | null;
}

/** What became of the alerts of a workspace. */
export interface AlertChanges {
  /** The alerts as they are to be remembered. */
  next: Alert[];
  /** To be told now: troubles that stand, and those that were told and are gone. */
  tell: { stands: Alert[]; recovered: Alert[] };
}

/** A trouble is told once it has stood so long, in milliseconds: many mend themselves. */
const STANDS_MILLISECONDS = 2 * 60_000;
/** A recovery is told once it has held so long. */
const GONE_MILLISECONDS = 5 * 60_000;
/** A workspace is told at most once in so long: what comes meanwhile goes into one message. */
const QUIET_MILLISECONDS = 5 * 60_000;

/** Decides what is told: each trouble once when it stands, once more when it has grown tenfold, once when it is over. */
export function alertChanges(known: Alert[], troubles: Trouble[], now: number, toldAt: number | null): AlertChanges {
  const nameOf = ({ subject, kind }: Trouble) => `${kind} ${subject}`;
  const standing = new Map(troubles.map((trouble) => [nameOf(trouble), trouble]));
  const before = new Map(known.map((alert) => [nameOf(alert), alert]));
  const next: Alert[] = [];
  for (const [name, trouble] of standing) {
    const last = before.get(name);
    next.push({ ...trouble, since: last?.since ?? now, told: last?.told ?? null, goneAt: null });
  }
  for (const [name, alert] of before) {
    if (standing.has(name)) continue;
    // What nobody was told of may go without a word.
    if (alert.told !== null) next.push({ ...alert, goneAt: alert.goneAt ?? now });
  }
  if (toldAt !== null && now - toldAt < QUIET_MILLISECONDS) return { next, tell: { stands: [], recovered: [] } };
  const stands = next.filter(
    ({ goneAt, since, told, level }) =>
      goneAt === null && now - since >= STANDS_MILLISECONDS && (told === null || level > told),
  );
  const recovered = next.filter(({ goneAt }) => goneAt !== null && now - goneAt >= GONE_MILLISECONDS);
  for (const alert of stands) alert.told = alert.level;
  return { next: next.filter((alert) => !recovered.includes(alert)), tell: { stands, recovered } };
}
