import type { Random } from '../../lib/random.ts';
import { ascendingIds, type IdSource } from '../../simulator/ids.ts';
import { chance, type EmailCase, type MadePerson, makeCompany, personNumber, pick } from '../../simulator/people.ts';
import { isoTime } from '../../simulator/sim-clock.ts';
import type { Actor, SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { associateBy } from './simulator-edges.ts';
import { objectOf, type Portal } from './simulator-portal.ts';

/** What an account starts with. */
export interface SeedOptions {
  /** Contacts; companies are a fifth of them, deals a tenth. */
  contacts: number;
  /** So many contacts share one time of their last change, as after an import or a bulk edit. */
  sameStamp: number;
  /** mixed: addresses stored as they were typed, from a time before HubSpot lower-cased them. */
  emailCase: EmailCase;
}

/** How far back the oldest record goes, and how long before now the latest change was. */
const seedTime = { oldestDays: 730, latestMinutes: 60 };

const importer: Actor = { kind: 'person', id: '7100001' };
const day = 86_400_000;

/** Fills an empty account with contacts, companies, deals, products, and what hangs on them. No change is told of. */
export function seedPortal(portal: Portal, options: SeedOptions): void {
  if (options.contacts === 0) return;
  const random = portal.ground.random('seed');
  const plan = { random, ids: seedIds(random), now: portal.ground.store.stamp() };
  const companyCount = Math.ceil(options.contacts / 5);
  const contacts = load(
    portal,
    'contacts',
    made(plan, options.contacts, (n) =>
      contactValues(random, personNumber(portal.ground.seed, n, companyCount, options.emailCase)),
    ),
  );
  const companies = load(
    portal,
    'companies',
    made(plan, companyCount, (n) => companyValues(random, n)),
  );
  const deals = load(
    portal,
    'deals',
    made(plan, Math.ceil(options.contacts / 10), (n) => dealValues(random, n, plan.now)),
  );
  load(
    portal,
    'products',
    made(plan, Math.min(12, options.contacts), (n) => productValues(random, n)),
  );
  const tasks = load(
    portal,
    'tasks',
    made(plan, Math.ceil(options.contacts / 50), (n) => taskValues(random, n, plan.now)),
  );
  objectOf(portal, 'contacts').table.shareStamp(contacts, options.sameStamp, 1);
  relate(portal, random, { contacts, companies, deals, tasks });
  for (const object of portal.objects.values()) object.view.load();
}

interface Plan {
  random: Random;
  ids: IdSource;
  now: number;
}

/** Ids of seeded records lie below those of records that come later. */
function seedIds(random: Random): IdSource {
  return ascendingIds(random, firstSeedId, 3);
}

/** Where seeded ids begin; ids of later records begin at `firstLaterId`. */
const firstSeedId = 101;

/** The first id of a record made after the start, which leaves room for millions of seeded ones. */
export const firstLaterId = 171_591_000_001;

/** Older records have smaller ids; each was changed at some time between its making and an hour ago. */
function made(plan: Plan, count: number, valuesOf: (n: number) => SimValues): SimRecord[] {
  const { random, ids, now } = plan;
  const latest = now - seedTime.latestMinutes * 60_000;
  const oldest = now - seedTime.oldestDays * day;
  return Array.from({ length: count }, (_, n) => {
    const createdAt = Math.floor(oldest + ((latest - oldest) * n) / count);
    const updatedAt = Math.floor(createdAt + (latest - createdAt) * random.next());
    const values = Object.fromEntries(Object.entries(valuesOf(n)).filter(([, value]) => value !== ''));
    const facts = { createdBy: importer, updatedBy: importer, revision: 1, mergedIds: [] };
    return { id: ids(), values, createdAt, updatedAt, ...facts };
  });
}

function load(portal: Portal, object: string, records: SimRecord[]): SimRecord[] {
  portal.objects.get(object)?.table.load(records);
  return records;
}

function relate(
  portal: Portal,
  random: Random,
  all: Record<'contacts' | 'companies' | 'deals' | 'tasks', SimRecord[]>,
): void {
  const end = (object: string, record: SimRecord) => ({ object, id: record.id });
  const companyByDomain = new Map(all.companies.map((record) => [record.values.domain, record]));
  for (const contact of all.contacts) {
    const domain = String(contact.values.email ?? '')
      .toLowerCase()
      .split('@')[1];
    const company = companyByDomain.get(domain);
    if (company) join(portal, end('contacts', contact), end('companies', company));
  }
  for (const deal of all.deals) {
    join(portal, end('deals', deal), end('contacts', pick(random, all.contacts)));
    if (chance(random, 0.8)) join(portal, end('deals', deal), end('companies', pick(random, all.companies)));
  }
  for (const task of all.tasks) join(portal, end('contacts', pick(random, all.contacts)), end('tasks', task));
}

function join(portal: Portal, from: { object: string; id: string }, to: { object: string; id: string }): void {
  associateBy(portal, from, to, [], importer, 'untouched');
}

function contactValues(random: Random, person: MadePerson): SimValues {
  return {
    firstname: person.firstName,
    lastname: person.lastName,
    email: person.email,
    phone: person.phone,
    jobtitle: person.jobTitle,
    company: person.company.name,
    address: person.street,
    city: person.city,
    zip: person.postcode,
    country: person.country,
    date_of_birth: person.birthday,
    message: person.note,
    lifecyclestage: pick(random, ['subscriber', 'lead', 'lead', 'lead', 'opportunity', 'customer']),
    hubspot_owner_id: pick(random, ['', '', '81200001', '81200002']),
  };
}

function companyValues(random: Random, n: number): SimValues {
  const company = makeCompany(random, n);
  return {
    name: company.name,
    domain: company.domain,
    website: chance(random, 0.5) ? `https://www.${company.domain}/` : '',
    phone: company.phone,
    city: company.city,
    country: company.country,
    numberofemployees: String(company.employees),
    industry: pick(random, ['', 'COMPUTER_SOFTWARE', 'CONSTRUCTION', 'FOOD_PRODUCTION', 'RETAIL']),
    lifecyclestage: pick(random, ['lead', 'opportunity', 'customer']),
  };
}

function dealValues(random: Random, n: number, now: number): SimValues {
  return {
    dealname: `${pick(random, ['New order', 'Renewal', 'Pilot', 'Framework contract'])} ${n + 1}`,
    amount: chance(random, 0.1) ? '' : (random.next() * 50_000).toFixed(2),
    deal_currency_code: pick(random, ['EUR', 'USD', 'GBP']),
    pipeline: 'default',
    dealstage: pick(random, ['appointmentscheduled', 'qualifiedtobuy', 'contractsent', 'closedwon', 'closedlost']),
    closedate: isoTime(now + Math.floor((random.next() - 0.5) * 180 * day)),
  };
}

function productValues(random: Random, n: number): SimValues {
  return {
    name: `${pick(random, ['Chair', 'Desk', 'Lamp', 'Shelf', 'Support hour'])} ${n + 1}`,
    hs_sku: `SKU-${String(n + 1).padStart(4, '0')}`,
    price: (5 + random.next() * 500).toFixed(2),
    description: chance(random, 0.5) ? '' : '<p>Made of <b>beech</b>; 5 years’ warranty.</p>',
  };
}

function taskValues(random: Random, n: number, now: number): SimValues {
  return {
    hs_task_subject: `${pick(random, ['Call back', 'Send offer', 'Check invoice'])} #${n + 1}`,
    hs_task_status: pick(random, ['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED']),
    hs_task_priority: pick(random, ['NONE', 'MEDIUM', 'HIGH']),
    hs_timestamp: isoTime(now + Math.floor((random.next() - 0.3) * 30 * day)),
  };
}
