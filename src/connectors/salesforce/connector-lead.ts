import { Failure } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { globalObjects } from './connector-describe.ts';
import { type Draft, openOnes, refuse } from './connector-draft.ts';
import { refusalOf } from './connector-errors.ts';
import { soapPath } from './connector-paths.ts';
import { queryAmong, queryWhole, type Row } from './connector-soql.ts';

/** Leads that one call converts. */
const mostConverted = 100;

/** What stands for the session in a SOAP message until it is sent (connector.ts, `signed`). */
export const sessionPlace = '{session}';

/**
 * Somebody who is to become a contact and is an open lead: Salesforce makes a contact of the lead, so that nobody is there
 * twice. Only REST's SOAP sister can do that.
 */
export async function convertLeads(s: Session, drafts: Draft[]): Promise<void> {
  if (s.settings.convertLeads === 'no' || !(await globalObjects(s)).some((one) => one.name === 'Lead')) return;
  const byEmail = new Map(
    openOnes(drafts).flatMap((draft) => (emailOf(draft) ? [[emailOf(draft), draft] as const] : [])),
  );
  if (byEmail.size === 0) return;
  const fields = ['Email', 'Company', 'IsConverted', 'ConvertedContactId'];
  const leads = await queryAmong(s, 'Lead', fields, 'Email', [...byEmail.keys()], 'IsDeleted = false');
  await refuseConverted(s, leads, byEmail);
  const found = leads.flatMap((lead): [Row, Draft][] => {
    const draft = byEmail.get(String(lead.Email).toLowerCase());
    return lead.IsConverted !== true && draft && !draft.result ? [[lead, draft]] : [];
  });
  // A person who is several leads: the first becomes the contact, the others are for somebody to look at.
  const pairs = found.filter(([, draft], at) => found.findIndex(([, other]) => other === draft) === at);
  await giveAccounts(s, pairs);
  const ready = pairs.filter(([, draft]) => !draft.result);
  for (let at = 0; at < ready.length; at += mostConverted) await convertSome(s, ready.slice(at, at + mostConverted));
}

/** Nobody who is a contact becomes a lead beside it. */
export async function refuseContacts(s: Session, drafts: Draft[]): Promise<void> {
  if (s.settings.convertLeads === 'no' || !(await globalObjects(s)).some((one) => one.name === 'Contact')) return;
  const people = openOnes(drafts).filter((draft) => emailOf(draft) !== '');
  if (people.length === 0) return;
  const emails = [...new Set(people.map(emailOf))];
  const contacts = await queryAmong(s, 'Contact', ['Email'], 'Email', emails, 'IsDeleted = false');
  for (const draft of people) {
    const contact = contacts.find((one) => String(one.Email).toLowerCase() === emailOf(draft));
    const message = `this person is contact ${contact?.Id} in Salesforce already: let the sync of contacts have it`;
    if (contact) refuse(draft, { kind: 'invalid', category: 'duplicate-in-target', field: 'Email', message });
  }
}

function emailOf({ values }: Draft): string {
  return typeof values.Email === 'string' ? values.Email.trim().toLowerCase() : '';
}

/** A lead that was converted before its contact was seen: the contact is the record that is already there. */
async function refuseConverted(s: Session, leads: Row[], byEmail: Map<string, Draft>): Promise<void> {
  const ids = leads.flatMap(({ ConvertedContactId: id }) => (typeof id === 'string' ? [id] : []));
  if (ids.length === 0) return;
  for (const contact of await queryAmong(s, 'Contact', ['Email'], 'Id', ids, 'IsDeleted = false')) {
    const draft = byEmail.get(String(contact.Email).toLowerCase());
    const message = 'Salesforce has made a contact of this person’s lead already';
    if (draft) refuse(draft, { kind: 'duplicate', category: 'duplicate-in-target', existingId: contact.Id, message });
  }
}

/** The contact's account, else one of the name of the lead's company; without either Salesforce would make a nameless one. */
async function giveAccounts(s: Session, pairs: [Row, Draft][]): Promise<void> {
  const bare = pairs.filter(([, draft]) => !draft.body.AccountId);
  const names = [...new Set(bare.map(([lead]) => String(lead.Company ?? '')))].filter(
    (name) => name && name !== nameless,
  );
  const accounts =
    names.length === 0 ? [] : await queryAmong(s, 'Account', ['Name'], 'Name', names, 'IsDeleted = false');
  for (const [lead, draft] of bare) {
    const name = String(lead.Company ?? '');
    const account = accounts.find((one) => String(one.Name).toLowerCase() === name.toLowerCase());
    if (account) draft.body.AccountId = account.Id;
    else if (!names.includes(name)) refuse(draft, noCompany(lead));
  }
}

const nameless = '[not provided]';

async function convertSome(s: Session, pairs: [Row, Draft][]): Promise<void> {
  const status = await convertedStatus(s);
  const asked = pairs.map(([lead, { body }]) => {
    const account = typeof body.AccountId === 'string' ? element('accountId', body.AccountId) : '';
    const rest =
      '<doNotCreateOpportunity>true</doNotCreateOpportunity><overwriteLeadSource>false</overwriteLeadSource><sendNotificationEmail>false</sendNotificationEmail>';
    return `<leadConverts>${account}${element('convertedStatus', status)}${element('leadId', lead.Id)}${rest}</leadConverts>`;
  });
  const reply = await s.request({
    method: 'POST',
    url: soapPath(s),
    headers: { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""', accept: 'text/xml' },
    body: envelope(`<convertLead>${asked.join('')}</convertLead>`),
  });
  const results = reply.text.match(/<result>.*?<\/result>/gs) ?? [];
  if (results.length !== pairs.length)
    throw new Failure('broken', 'Salesforce did not say which leads it converted', { sent: 'unknown' });
  for (const [index, [lead, draft]] of pairs.entries()) takeResult(results[index] ?? '', lead, draft);
}

function takeResult(result: string, lead: Row, draft: Draft): void {
  const id = textOf(result, 'contactId');
  if (textOf(result, 'success') === 'true' && id) {
    draft.id = id;
    return;
  }
  const error = { statusCode: textOf(result, 'statusCode'), message: textOf(result, 'message') };
  const refusal = refusalOf(error, 'create', Object.values(draft.body));
  refuse(draft, {
    ...refusal,
    message: `${refusal.message}: lead ${lead.Id} could not be converted into this contact`,
  });
}

/** The status that a converted lead gets: the org's own. */
function convertedStatus(s: Session): Promise<string> {
  return s.remember('the status of converted leads', async () => {
    const [status] = await queryWhole(s, 'LeadStatus', ['MasterLabel'], 'IsConverted = true');
    return String(status?.MasterLabel ?? 'Closed - Converted');
  });
}

function envelope(body: string): string {
  const session = `<SessionHeader><sessionId>${sessionPlace}</sessionId></SessionHeader>`;
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><soapenv:Header>${session}</soapenv:Header><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
}

function element(name: string, text: string): string {
  return `<${name}>${text.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</${name}>`;
}

function textOf(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
}

function noCompany({ Id: id }: Row) {
  const message = `this person is lead ${id} in Salesforce, and converting a lead needs an account: fill in the lead's company, associate the contact with a company, or convert the lead by hand`;
  return { kind: 'invalid', category: 'required-missing', field: 'AccountId', message } as const;
}
