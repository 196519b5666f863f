import type { Random } from '../../lib/random.ts';
import { chance, type EmailCase, makeCompany, makePerson, pick } from '../../simulator/people.ts';
import type { Actor, SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { idSource, to18 } from './simulator-ids.ts';
import { adminUserId, apiUserId, type Org, objectOf, orgId } from './simulator-org.ts';
import { leadStatuses } from './simulator-standard-objects.ts';
import { momentText } from './simulator-values.ts';

/** What the seeding is asked for. */
export interface SeedOptions {
  contacts: number;
  sameStamp: number;
  emailCase: EmailCase;
}

const day = 86_400_000;

/** Seeded records were last changed between three years and an hour ago. */
const seedTime = { oldestDays: 1000, latestMinutes: 60 };

/** Ids of records that come after the start begin here, above all seeded ones. */
export const firstLaterCount = 10_000_000;

const importer: Actor = { kind: 'person', id: adminUserId };

/** What no org is without: itself, its users, its price book and its lead stages. */
export function foundOrg(org: Org): void {
  const add = (object: string, id: string, values: SimValues) =>
    load(org, object, [recordOf(id, values, org.ground.store.stamp())]);
  add('Organization', orgId, {
    Name: 'Simulated Inc.',
    InstanceName: 'SIM1',
    IsSandbox: false,
    OrganizationType: 'Enterprise Edition',
  });
  const users = [
    [apiUserId, 'Integration', 'User', 'integration@example.com'],
    [adminUserId, 'Ann', 'Lee', 'ann.lee@example.com'],
    [to18('005gK0000000003'), 'Bob', 'Itō', 'bob.ito@example.com'],
  ] as const;
  for (const [id, FirstName, LastName, Email] of users)
    add('User', id, { FirstName, LastName, Email, Username: Email, IsActive: true, UserType: 'Standard' });
  add('Pricebook2', to18('01sgK0000000001'), { Name: 'Standard Price Book', IsActive: true, IsStandard: true });
  for (const [at, status] of leadStatuses.entries()) {
    const MasterLabel = status.replace('*', '');
    const facts = {
      MasterLabel,
      ApiName: MasterLabel,
      IsDefault: at === 0,
      IsConverted: MasterLabel === 'Closed - Converted',
    };
    add('LeadStatus', to18(`01JgK000000000${at + 1}`), facts);
  }
}

/** Fills an org with accounts, contacts, leads, deals, products, orders and activities. No change is told of. */
export function seedOrg(org: Org, { contacts: count, sameStamp, emailCase }: SeedOptions): void {
  if (count === 0) return;
  const plan: Plan = { org, random: org.ground.random('seed'), now: org.ground.store.stamp() };
  const { random } = plan;
  const companies = Math.ceil(count / 5);
  const accounts = made(plan, 'Account', companies, (n) => accountValues(random, n));
  const contacts = made(plan, 'Contact', count, (n) => contactValues(random, n, companies, accounts, emailCase));
  objectOf(org, 'Contact').table.shareStamp(contacts, sameStamp, 1000);
  made(plan, 'Lead', Math.ceil(count / 5), (n) => leadValues(random, count + n, companies, emailCase));
  const deals = made(plan, 'Opportunity', Math.ceil(count / 10), (n) => dealValues(random, n, accounts, plan.now));
  const products = made(plan, 'Product2', Math.min(12, count), (n) => productValues(random, n));
  const book = objectOf(org, 'Pricebook2').table.all().next().value as SimRecord;
  made(plan, 'PricebookEntry', products.length, (n) => ({
    Pricebook2Id: book.id,
    Product2Id: products[n]?.id,
    UnitPrice: Math.round(random.next() * 50_000) / 100,
    IsActive: true,
  }));
  made(plan, 'Task', Math.ceil(count / 50), (n) => taskValues(random, n, contacts, deals, plan.now));
}

interface Plan {
  org: Org;
  random: Random;
  now: number;
}

/** Older records have smaller ids. */
function made(plan: Plan, name: string, count: number, valuesOf: (n: number) => SimValues): SimRecord[] {
  const { org, random, now } = plan;
  const object = objectOf(org, name);
  const ids = idSource(object.keyPrefix, () => random.next(), 100);
  const latest = now - seedTime.latestMinutes * 60_000;
  const oldest = now - seedTime.oldestDays * day;
  const usual: Record<string, unknown> = {};
  if (object.fields.has('CurrencyIsoCode')) usual.CurrencyIsoCode = org.corporateCurrency;
  if (object.fields.has('OwnerId')) usual.OwnerId = adminUserId;
  const records = Array.from({ length: count }, (_, n) => {
    const createdAt = wholeSecond(oldest + ((latest - oldest) * n) / count);
    const updatedAt = wholeSecond(createdAt + (latest - createdAt) * random.next());
    return { ...recordOf(ids(), { ...usual, ...valuesOf(n) }, createdAt), updatedAt };
  });
  load(org, name, records);
  return records;
}

function recordOf(id: string, values: SimValues, createdAt: number): SimRecord {
  const kept = Object.entries(values).filter(([, value]) => value !== '' && value !== undefined);
  const facts = {
    createdAt,
    updatedAt: createdAt,
    createdBy: importer,
    updatedBy: importer,
    revision: 1,
    mergedIds: [],
  };
  return {
    id,
    values: Object.fromEntries(kept.map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value])),
    ...facts,
  };
}

function load(org: Org, object: string, records: SimRecord[]): void {
  objectOf(org, object).table.load(records);
}

function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

function accountValues(random: Random, n: number): SimValues {
  const company = makeCompany(random, n);
  return {
    Name: company.name,
    Website: `https://www.${company.domain}`,
    Phone: company.phone,
    BillingCity: company.city,
    BillingCountry: company.country,
    NumberOfEmployees: company.employees,
    Industry: pick(random, ['', 'Construction', 'Food & Beverage', 'Retail', 'Technology']),
  };
}

function contactValues(
  random: Random,
  n: number,
  companies: number,
  accounts: SimRecord[],
  emailCase: EmailCase,
): SimValues {
  const { company, ...person } = makePerson(random, n, companies, emailCase);
  const account = accounts.find(({ values }) => values.Website === `https://www.${company.domain}`);
  return {
    ...personValues(person),
    AccountId: account?.id,
    MailingStreet: person.street,
    MailingCity: person.city,
    MailingPostalCode: person.postcode,
    MailingCountry: person.country,
    Birthdate: person.birthday,
    Description: person.note,
  };
}

function leadValues(random: Random, n: number, companies: number, emailCase: EmailCase): SimValues {
  const { company, ...person } = makePerson(random, n, companies, emailCase);
  return {
    ...personValues(person),
    Company: company.name,
    Street: person.street,
    City: person.city,
    PostalCode: person.postcode,
    Country: person.country,
    Status: pick(random, ['Open - Not Contacted', 'Working - Contacted']),
    LeadSource: pick(random, ['', 'Web', 'Partner Referral']),
  };
}

function personValues(person: Omit<ReturnType<typeof makePerson>, 'company'>): SimValues {
  return {
    FirstName: person.firstName,
    LastName: person.lastName,
    Email: person.email,
    Phone: person.phone,
    Title: person.jobTitle,
  };
}

function dealValues(random: Random, n: number, accounts: SimRecord[], now: number): SimValues {
  return {
    Name: `${pick(random, ['New order', 'Renewal', 'Pilot', 'Framework contract'])} ${n + 1}`,
    AccountId: pick(random, accounts).id,
    StageName: pick(random, ['Prospecting', 'Qualification', 'Negotiation/Review', 'Closed Won', 'Closed Lost']),
    Amount: chance(random, 0.1) ? undefined : Math.round(random.next() * 5_000_000) / 100,
    CloseDate: new Date(now + Math.floor((random.next() - 0.5) * 180 * day)).toISOString().slice(0, 10),
  };
}

function productValues(random: Random, n: number): SimValues {
  return {
    Name: `${pick(random, ['Chair', 'Desk', 'Lamp', 'Shelf', 'Support hour'])} ${n + 1}`,
    ProductCode: `SKU-${String(n + 1).padStart(4, '0')}`,
    IsActive: true,
  };
}

function taskValues(random: Random, n: number, contacts: SimRecord[], deals: SimRecord[], now: number): SimValues {
  const due = now + Math.floor((random.next() - 0.3) * 30 * day);
  return {
    Subject: `${pick(random, ['Call back', 'Send offer', 'Check invoice'])} #${n + 1}`,
    Status: pick(random, ['Not Started', 'In Progress', 'Completed']),
    Priority: pick(random, ['High', 'Normal', 'Low']),
    TaskSubtype: 'Task',
    ActivityDate: momentText(due).slice(0, 10),
    WhoId: pick(random, contacts).id,
    WhatId: chance(random, 0.5) ? pick(random, deals).id : undefined,
  };
}
