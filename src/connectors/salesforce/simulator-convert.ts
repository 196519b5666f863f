import type { Actor, SimRecord } from '../../simulator/sim-record.ts';
import { SalesforceError } from './simulator-error.ts';
import { type Org, objectOf } from './simulator-org.ts';
import { createRecord, liveOr, updateRecord } from './simulator-save.ts';

/** What a conversion is asked to do. */
export interface Conversion {
  leadId: string;
  convertedStatus: string;
  accountId?: string;
  contactId?: string;
  opportunityName?: string;
  makesOpportunity: 'yes' | 'no';
}

/** What came of a conversion. */
export interface Converted {
  leadId: string;
  accountId: string;
  contactId: string;
  opportunityId?: string;
}

/** Makes a lead an account and a contact, or part of those named; the lead itself cannot be changed any more. */
export function convertLead(org: Org, asked: Conversion, actor: Actor): Converted {
  const leads = objectOf(org, 'Lead');
  const lead = liveOr(leads, asked.leadId);
  if (lead.values.IsConverted === true)
    throw new SalesforceError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  const statuses = [...objectOf(org, 'LeadStatus').table.all()];
  const status = statuses.find(({ values }) => values.MasterLabel === asked.convertedStatus);
  if (status?.values.IsConverted !== true)
    throw new SalesforceError('INVALID_STATUS', `invalid convertedStatus: ${asked.convertedStatus}`);
  const account = asked.accountId ? liveOr(objectOf(org, 'Account'), asked.accountId) : madeAccount(org, lead, actor);
  const contact = asked.contactId
    ? filledContact(org, asked.contactId, lead, account.id, actor)
    : createRecord(org, objectOf(org, 'Contact'), { ...contactOf(lead), AccountId: account.id }, actor);
  const opportunityId =
    asked.makesOpportunity === 'yes' ? madeOpportunity(org, lead, account, asked, actor).id : undefined;
  leads.table.update(
    lead.id,
    {
      Status: asked.convertedStatus,
      IsConverted: true,
      ConvertedDate: new Date(org.ground.clock.now()).toISOString().slice(0, 10),
      ConvertedAccountId: account.id,
      ConvertedContactId: contact.id,
      ConvertedOpportunityId: opportunityId,
    },
    actor,
  );
  return { leadId: lead.id, accountId: account.id, contactId: contact.id, opportunityId };
}

function madeAccount(org: Org, { values }: SimRecord, actor: Actor): SimRecord {
  return createRecord(
    org,
    objectOf(org, 'Account'),
    given({
      Name: values.Company,
      Phone: values.Phone,
      Website: values.Website,
      Industry: values.Industry,
      AnnualRevenue: values.AnnualRevenue,
      NumberOfEmployees: values.NumberOfEmployees,
      OwnerId: values.OwnerId,
      ...addressOf(values, 'Billing'),
    }),
    actor,
  );
}

function contactOf({ values }: SimRecord): Record<string, unknown> {
  const alike = [
    'Salutation',
    'FirstName',
    'LastName',
    'Title',
    'Phone',
    'MobilePhone',
    'Fax',
    'Email',
    'LeadSource',
    'Description',
    'OwnerId',
  ];
  return given({ ...Object.fromEntries(alike.map((name) => [name, values[name]])), ...addressOf(values, 'Mailing') });
}

/** An existing contact keeps what it has. */
function filledContact(org: Org, id: string, lead: SimRecord, accountId: string, actor: Actor): SimRecord {
  const contacts = objectOf(org, 'Contact');
  const contact = liveOr(contacts, id);
  const gaps = Object.entries({ ...contactOf(lead), AccountId: accountId }).filter(
    ([name]) => contact.values[name] === undefined,
  );
  return updateRecord(org, contacts, contact.id, Object.fromEntries(gaps), actor);
}

function madeOpportunity(org: Org, lead: SimRecord, account: SimRecord, asked: Conversion, actor: Actor): SimRecord {
  const values = {
    Name: asked.opportunityName ?? `${lead.values.Company}-`,
    AccountId: account.id,
    StageName: 'Prospecting',
    CloseDate: new Date(org.ground.clock.now()).toISOString().slice(0, 10),
  };
  return createRecord(org, objectOf(org, 'Opportunity'), values, actor);
}

function addressOf(values: SimRecord['values'], prefix: string): Record<string, unknown> {
  const parts = ['Street', 'City', 'State', 'PostalCode', 'Country'];
  return Object.fromEntries(parts.map((part) => [`${prefix}${part}`, values[part]]));
}

function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
