import type { Schema } from '../model/field.ts';
import { nameOf, namingOf } from '../model/naming.ts';
import type { Values } from '../model/value.ts';
import type { AccountRow } from '../store/account-list.ts';
import { sampleRecords } from '../store/record-samples.ts';
import type { Installation } from './installation.ts';

/** Fields asked for at most where a page is read for its samples: an app may have a thousand. */
const MOST_FIELDS = 200;

/** Records of an object as somebody knows them, and where they were had from. */
export interface RecordSamples {
  source: 'mirror' | 'app';
  items: { id: string; name: string | null; values: Values }[];
}

/** A few real records: from the mirror where there is one, else of one page of the app. */
export async function samplesOf(
  { db, engine }: Installation,
  account: AccountRow,
  schema: Schema,
  most: number,
): Promise<RecordSamples> {
  const naming = namingOf(schema);
  const shown = ({ id, values }: { id: string; values: Values }) => ({ id, name: nameOf(naming, values), values });
  const known = await sampleRecords(db, account.id, schema.object, most);
  if (known.length > 0) return { source: 'mirror', items: known.map(shown) };
  const { session } = await engine.open(account.id);
  const type = await engine.rulebook.objectType(account.id, schema.object);
  const fields = [...schema.fields, ...schema.associations].slice(0, MOST_FIELDS).map(({ name }) => name);
  const page = await type.reads.page(session, { fields });
  return { source: 'app', items: page.records.slice(0, most).map(shown) };
}
