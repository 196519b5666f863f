import type { Field } from '../model/field.ts';
import { Failure } from './failure.ts';
import type { HttpRequest, Session } from './session.ts';

/** Fields that the app describes at run time: one request, once a session. `field` leaves out what it answers undefined for. */
export function fieldsFrom<Row>(parts: {
  name: string;
  request(s: Session): HttpRequest;
  rows(body: unknown): Row[] | undefined;
  field(row: Row): Field | undefined;
}): (s: Session) => Promise<Field[]> {
  return (s) =>
    s.remember(`fields of ${parts.name}`, async () => {
      const rows = parts.rows((await s.request(parts.request(s))).json());
      if (!Array.isArray(rows)) throw new Failure('broken', `the app did not describe the fields of ${parts.name}`);
      return rows.map(parts.field).filter((field): field is Field => field !== undefined);
    });
}
