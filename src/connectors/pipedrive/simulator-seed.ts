import type { Random } from '../../lib/random.ts';
import { chance, type EmailCase, type MadePerson, makeCompany, personNumber, pick } from '../../simulator/people.ts';
import type { Actor, SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { type Account, type Kind, stampOf, tableOf } from './simulator-account.ts';

/** What a company starts with. */
export interface SeedOptions {
  /** People; organizations are a fifth of them, deals a tenth, activities an eighth. */
  persons: number;
  sameStamp: number;
  emailCase: EmailCase;
}

/** People whom other simulators of the same seed know too; the rest are this app's own. */
const knownShare = 0.6;

/** People who stand there twice, and people without an address, beyond the usual. */
const doubleShare = 0.02;
const withoutEmailShare = 0.04;

/** How far back the oldest record goes, and how long before now the latest change was. */
const oldestDays = 730;
const latestMinutes = 60;

const importer: Actor = { kind: 'person', id: '21002' };
const day = 86_400_000;

/**
 * Fills an empty company. Person number n is the same person in every simulator of one seed; what each app knows of the
 * person differs a little, as it does where two teams keep their own lists. No change is told of.
 */
export function seedAccount(account: Account, options: SeedOptions): void {
  const { persons: count } = options;
  if (count === 0) return;
  const random = account.ground.random('seed');
  const companies = Math.ceil(count / 5);
  const organizations = load(account, 'organizations', companies, (n) => organizationValues(random, n));
  const byDomain = new Map(organizations.map(({ id, values }) => [domainIn(values.website), Number(id)]));
  const firstKnown = Math.floor(count * (1 - knownShare));
  const persons = load(account, 'persons', count, (n) => {
    const number = chance(random, doubleShare) && n > 0 ? n - 1 : n;
    const made = personNumber(account.ground.seed, firstKnown + number, companies, options.emailCase);
    return personValues(random, made, byDomain);
  });
  tableOf(account, 'persons').shareStamp(persons, options.sameStamp, 1000);
  const deals = load(account, 'deals', Math.ceil(count / 10), (n) => dealValues(random, n, persons));
  load(account, 'products', Math.min(8, count), (n) => productValues(random, n));
  load(account, 'activities', Math.ceil(count / 8), (n) => activityValues(account, random, n, { persons, deals }));
  load(account, 'notes', Math.ceil(count / 20), () => ({
    content: pick(random, ['<p>Wants a quote for 20 pieces.</p>', '<b>Calls back</b> in May', 'Met at the fair']),
    person_id: Number(pick(random, persons).id),
    user_id: 21001,
  }));
}

function load(account: Account, kind: Kind, count: number, valuesOf: (n: number) => SimValues): SimRecord[] {
  const random = account.ground.random(`stamps of ${kind}`);
  const latest = whole(account.ground.store.stamp() - latestMinutes * 60_000);
  const oldest = latest - oldestDays * day;
  const records = Array.from({ length: count }, (_, n): SimRecord => {
    const createdAt = whole(oldest + ((latest - oldest) * n) / count);
    const updatedAt = whole(createdAt + (latest - createdAt) * random.next());
    const values = Object.fromEntries(
      Object.entries(valuesOf(n)).filter(([, value]) => value !== '' && value !== null),
    );
    const facts = { createdBy: importer, updatedBy: importer, revision: 1, mergedIds: [] };
    return { id: String(n + 1), values, createdAt, updatedAt, ...facts };
  });
  tableOf(account, kind).load(records);
  return records;
}

/** To the second. */
function whole(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

function organizationValues(random: Random, n: number): SimValues {
  const company = makeCompany(random, n);
  const place = { value: `${company.city}, ${company.country}`, locality: company.city, country: company.country };
  return {
    name: company.name,
    website: chance(random, 0.8) ? `https://www.${company.domain}` : '',
    employee_count: chance(random, 0.5) ? company.employees : '',
    address: chance(random, 0.7) ? place : '',
    owner_id: pick(random, [21001, 21002]),
    visible_to: 3,
  };
}

function personValues(random: Random, made: MadePerson, organizations: Map<string, number>): SimValues {
  const [first, last] = [made.firstName.trim(), made.lastName.trim()];
  const email = chance(random, withoutEmailShare) ? '' : made.email;
  const label = pick(random, ['work', 'work', 'mobile', 'home']);
  const phone = chance(random, 0.25) ? '' : made.phone;
  return {
    name: [first, last].filter(Boolean).join(' '),
    first_name: first,
    last_name: last,
    emails: email ? [{ value: email, label: 'work', primary: true }] : '',
    phones: phone ? [{ value: phone, label, primary: true }] : '',
    job_title: chance(random, 0.5) ? made.jobTitle : pick(random, ['', '', 'Buyer', 'Owner']),
    birthday: chance(random, 0.5) ? made.birthday : '',
    org_id: organizations.get(made.email.split('@')[1]?.toLowerCase() ?? '') ?? '',
    owner_id: pick(random, [21001, 21002]),
    visible_to: 3,
  };
}

function dealValues(random: Random, n: number, persons: SimRecord[]): SimValues {
  const person = pick(random, persons);
  const status = pick(random, ['open', 'open', 'open', 'won', 'lost']);
  return {
    title: `${pick(random, ['Kitchen', 'Office', 'Shop', 'Warehouse'])} ${n + 1}`,
    value: Math.round(random.next() * 5_000_000) / 100,
    currency: pick(random, ['EUR', 'USD', 'GBP']),
    status,
    stage_id: 1 + Math.floor(random.next() * 5),
    pipeline_id: 1,
    person_id: Number(person.id),
    org_id: person.values.org_id ?? '',
    owner_id: pick(random, [21001, 21002]),
    visible_to: 3,
  };
}

function productValues(random: Random, n: number): SimValues {
  const price = Math.round(500 + random.next() * 50_000) / 100;
  return {
    name: `${pick(random, ['Chair', 'Desk', 'Lamp', 'Shelf', 'Support hour'])} ${n + 1}`,
    code: `SKU-${String(n + 1).padStart(4, '0')}`,
    prices: [{ price, cost: 0, currency: 'EUR', direct_cost: 0, notes: '' }],
    is_linkable: true,
    owner_id: 21001,
    visible_to: 3,
  };
}

function activityValues(
  account: Account,
  random: Random,
  n: number,
  { persons, deals }: Record<'persons' | 'deals', SimRecord[]>,
): SimValues {
  const person = Number(pick(random, persons).id);
  const due = account.ground.store.stamp() + Math.floor((random.next() - 0.4) * 60) * day;
  return {
    subject: `${pick(random, ['Call', 'Offer', 'Visit'])} ${n + 1}`,
    type: pick(random, ['call', 'meeting', 'task']),
    done: chance(random, 0.5),
    due_date: stampOf(due).slice(0, 10),
    due_time: chance(random, 0.5) ? '10:30' : '',
    participants: [{ person_id: person, primary: true }],
    person_id: person,
    deal_id: chance(random, 0.5) ? Number(pick(random, deals).id) : '',
    owner_id: 21001,
    busy: false,
  };
}

function domainIn(website: unknown): string {
  return String(website ?? '').replace(/^https:\/\/www\./, '');
}
