import { covers } from '../engine/read.ts';
import type { Values } from '../model/value.ts';
import { feedRecords, mirroredFeed } from '../store/feed-records.ts';
import type { Installation } from './installation.ts';

/** Records looked at for a live count, of the mirror. */
export const MOST_MIRRORED = 50_000;
/** The same where an app must be asked. */
export const MOST_ASKED = 1_000;
/** Records taken from the mirror in one step. */
const PAGE = 2_000;
/** Pages asked of an app at most, however few records each holds. */
const MOST_PAGES = 20;

/** What was looked at: whether that is all there is. */
export interface Looked {
  records: number;
  complete: boolean;
}

/**
 * Shows an account's records of an object to `see`, from the mirror where all were read with these fields, else of the
 * app's first pages; never more than the bounds above.
 */
export async function someRecords(
  installation: Pick<Installation, 'db' | 'engine'>,
  { account, object, fields }: { account: string; object: string; fields: string[] },
  see: (record: { id: string; values: Values }) => void,
): Promise<Looked> {
  const feed = await mirroredFeed(installation.db, account, object);
  const isMirrored = feed?.listed && covers(feed.listed, fields);
  return isMirrored ? ofMirror(installation, feed.id, see) : ofApp(installation, { account, object, fields }, see);
}

async function ofMirror(
  { db }: Pick<Installation, 'db'>,
  feed: string,
  see: (record: { id: string; values: Values }) => void,
): Promise<Looked> {
  let records = 0;
  let after: string | null = null;
  while (records < MOST_MIRRORED) {
    const page: { id: string; values: Values }[] = await feedRecords(db, feed, after, PAGE);
    for (const record of page) see(record);
    records += page.length;
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE) return { records, complete: true };
  }
  return { records, complete: false };
}

async function ofApp(
  { engine }: Pick<Installation, 'engine'>,
  { account, object, fields }: { account: string; object: string; fields: string[] },
  see: (record: { id: string; values: Values }) => void,
): Promise<Looked> {
  const { session } = await engine.open(account);
  const type = await engine.rulebook.objectType(account, object);
  let records = 0;
  let resume: string | undefined;
  for (let pages = 0; pages < MOST_PAGES && records < MOST_ASKED; pages++) {
    const page = await type.reads.page(session, resume === undefined ? { fields } : { fields, resume });
    for (const record of page.records) see(record);
    records += page.records.length;
    resume = page.resume;
    if (resume === undefined) return { records, complete: true };
  }
  return { records, complete: false };
}
