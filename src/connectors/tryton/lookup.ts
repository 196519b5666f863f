import type { Session } from '../../connector/session.ts';
import { type Domain, type Row, search } from './rpc.ts';

/** Rows looked up for writing others, by what they are called. */
export async function rowsOf(s: Session, model: string, domain: Domain, fields: string[]): Promise<Row[]> {
  return (await search(s, model, domain, fields)).rows;
}
