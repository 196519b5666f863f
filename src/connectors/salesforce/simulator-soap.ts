import { XMLParser } from 'fast-xml-parser';
import { type Route, route } from '../../simulator/router.ts';
import type { SimReply } from '../../simulator/sim-reply.ts';
import { convertLead } from './simulator-convert.ts';
import { SalesforceError } from './simulator-error.ts';
import { to18 } from './simulator-ids.ts';
import { type Org, objectOf } from './simulator-org.ts';
import { mergeRecords } from './simulator-save.ts';

/** Leads that one call converts. */
const mostConverted = 100;

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, ignoreAttributes: true });

/** An element of a message: texts and elements by name, several as a list. */
type Element = { [name: string]: string | Element | (string | Element)[] | undefined };

/** The partner SOAP API, as far as REST has no such call: lead conversion and merge. `knows` tells a good session. */
export function soapRoutes(org: Org, knows: (session: string) => boolean): Route[] {
  return [
    route('POST', '/services/Soap/u/{version}', ({ request }) => {
      const envelope = child(parser.parse(request.body) as Element, 'Envelope');
      const session = text(child(child(envelope, 'Header'), 'SessionHeader'), 'sessionId');
      if (!knows(session))
        return fault('INVALID_SESSION_ID', 'Invalid Session ID found in SessionHeader: Illegal Session');
      const body = child(envelope, 'Body');
      if ('convertLead' in body)
        return answered('convertLead', conversions(org, list(child(body, 'convertLead'), 'leadConverts')));
      if ('merge' in body) return answered('merge', merges(org, list(child(body, 'merge'), 'mergeRequests')));
      return fault('INVALID_OPERATION', 'the simulated org knows convertLead and merge only');
    }),
  ];
}

function conversions(org: Org, asked: Element[]): string[] {
  if (asked.length > mostConverted) throw new SalesforceError('EXCEEDED_ID_LIMIT', 'too many leads');
  return asked.map((one) =>
    result({ leadId: text(one, 'leadId') }, () => {
      const converted = convertLead(
        org,
        {
          leadId: text(one, 'leadId'),
          convertedStatus: text(one, 'convertedStatus'),
          accountId: text(one, 'accountId') || undefined,
          contactId: text(one, 'contactId') || undefined,
          opportunityName: text(one, 'opportunityName') || undefined,
          makesOpportunity: text(one, 'doNotCreateOpportunity') === 'true' ? 'no' : 'yes',
        },
        org.api,
      );
      return { ...converted };
    }),
  );
}

function merges(org: Org, asked: Element[]): string[] {
  return asked.map((one) => {
    const master = child(one, 'masterRecord');
    const id = to18(text(master, 'Id'));
    return result({ id }, () => {
      const object = objectOf(org, text(master, 'type'));
      const others = [one.recordToMergeIds ?? []].flat().map((other) => to18(String(other)));
      for (const other of others) mergeRecords(org, object, id, other, org.api);
      return { id, mergedRecordIds: others };
    });
  });
}

/** One outcome, as elements. */
function result(failed: Record<string, string>, work: () => Record<string, string | string[] | undefined>): string {
  try {
    return `${elements(work())}<success>true</success>`;
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    const { code, message } = error;
    return `${elements(failed)}<success>false</success><errors>${elements({ message, statusCode: code })}</errors>`;
  }
}

function answered(method: string, results: string[]): SimReply {
  const inner = results.map((one) => `<result>${one}</result>`).join('');
  return xml(200, `<${method}Response>${inner}</${method}Response>`);
}

function fault(code: string, message: string): SimReply {
  const faultcode = `sf:${code}`;
  return xml(500, `<soapenv:Fault>${elements({ faultcode, faultstring: `${code}: ${message}` })}</soapenv:Fault>`);
}

function xml(status: number, inner: string): SimReply {
  const spaces = 'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"';
  const body = `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ${spaces}><soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`;
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8' }, body };
}

function elements(values: Record<string, string | string[] | undefined>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => [value ?? []].flat().map((one) => `<${name}>${escaped(one)}</${name}>`))
    .join('');
}

function escaped(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function child(element: Element, name: string): Element {
  const found = element[name];
  return typeof found === 'object' && !Array.isArray(found) ? found : {};
}

function list(element: Element, name: string): Element[] {
  return [element[name] ?? []].flat().filter((one): one is Element => typeof one === 'object');
}

function text(element: Element, name: string): string {
  const found = element[name];
  return typeof found === 'string' ? found.trim() : '';
}
