import type { Session } from '../../connector/session.ts';
import type { Facts } from './entity.ts';
import { call, search } from './rpc.ts';

/** What is known of the database, looked up once a session; the persons' category as soon as there is one. */
export async function factsOf(s: Session): Promise<Facts> {
  const facts = await s.remember<Facts>('facts', async () => {
    const { rows } = await search(s, 'company.company', [], ['party']);
    return { personCategory: await personCategory(s), ownParties: new Set(rows.map((row) => Number(row.party))) };
  });
  facts.personCategory ??= await personCategory(s);
  return facts;
}

/** The persons' category, made with the first person. */
export async function needPersonCategory(s: Session, facts: Facts): Promise<number> {
  if (facts.personCategory === undefined) {
    const made = await call<number[]>(s, 'party.category', 'create', [[{ name: nameOf(s) }]], { effect: 'write' });
    facts.personCategory = made.result[0];
  }
  return Number(facts.personCategory);
}

/** Tryton's countries: their ids by ISO code. Empty until somebody loads them there. */
export function countriesOf(s: Session): Promise<Map<string, number>> {
  return s.remember('countries', async () => {
    const { rows } = await search(s, 'country.country', [], ['code']);
    return new Map(rows.map((row) => [String(row.code), row.id]));
  });
}

async function personCategory(s: Session): Promise<number | undefined> {
  const domain = [
    ['name', '=', nameOf(s)],
    ['parent', '=', null],
  ];
  return (await search(s, 'party.category', domain, ['name'], 1)).rows[0]?.id;
}

function nameOf(s: Session): string {
  return s.settings.personCategory ?? 'Person';
}
