import type { Db } from '../store/db.ts';
import { listRecords } from '../store/record-list.ts';
import type { Sync } from '../store/store.ts';

/** So many records are named of each problem: the rest mostly fail for the same reason. */
const MOST_NAMED = 2;

/** What a summary only counts: of each problem of a sync some records, by id, with what happened. No value is told. */
export async function failingNotes(
  db: Db,
  { id, key, feeds, settings }: Sync,
  categories: string[],
): Promise<string[]> {
  const notes: string[] = [];
  for (const category of categories) {
    const anywhere = { from: null, to: null, text: null, after: null };
    const asked = {
      ...anywhere,
      syncs: [{ id, feeds }],
      status: 'failing' as const,
      categories: [category],
      most: MOST_NAMED,
    };
    for (const { sides, problem } of await listRecords(db, asked)) {
      const side = sides.a ? 'a' : 'b';
      const { account, object } = settings[side];
      notes.push(`${key}: ${account}/${object} ${sides[side]?.id}: ${category}: ${problem?.message}`);
    }
  }
  return notes;
}
