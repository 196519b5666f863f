import { type Connector, Failure, type ObjectType, type RateLimit } from '../../connector/contract.ts';
import type { HttpRequest, Reply, Session } from '../../connector/session.ts';
import type { User } from '../../model/field.ts';
import { lookupsOf } from './connector-associations.ts';
import { type Describe, describeAll, type GlobalObject, globalObjects } from './connector-describe.ts';
import { classifyReply, explainReply } from './connector-errors.ts';
import { fieldsOf } from './connector-fields.ts';
import { sessionPlace } from './connector-lead.ts';
import type { Described, SfObject } from './connector-object.ts';
import { customObject, standardObjects } from './connector-objects.ts';
import { defaultVersion } from './connector-paths.ts';
import { readsOf } from './connector-reads.ts';
import { queryWhole } from './connector-soql.ts';
import { writesOf } from './connector-writes.ts';

/** Custom objects that are offered. */
const mostCustomObjects = 200;

/** The field by which new records are found again, where the account does not name another. */
const usualMarker = 'Syncline_Id__c';

/** Salesforce: an org's records, by the REST API with sObject Collections, Bulk API 2.0 and, for leads, SOAP. */
export const connector: Connector = {
  app: {
    name: 'salesforce',
    label: 'Salesforce',
    about: 'CRM for sales and service.',
    category: 'crm',
    notices: 'Changes are asked for by their time.',
    objects: standardObjects.map((object) => object.name),
  },
  auth: {
    kind: 'oauth2',
    oauth: {
      authorizeUrl: '{loginUrl}/services/oauth2/authorize',
      tokenUrl: '{loginUrl}/services/oauth2/token',
      scopes: [
        { name: 'api', why: 'read and write records' },
        { name: 'refresh_token', why: 'stay connected' },
      ],
      pkce: 'S256',
      client: 'post',
      settingsFrom: ({ instance_url: url }) => Object.fromEntries(typeof url === 'string' ? [['baseUrl', url]] : []),
    },
    secrets: [{ name: 'token', label: 'Session id or access token', help: 'Instead of signing in.', required: false }],
    apply: signed,
  },
  settings: [
    { name: 'baseUrl', label: "The org's address", help: 'https://example.my.salesforce.com; signing in fills it in.' },
    {
      name: 'loginUrl',
      label: 'Address to sign in at',
      help: 'https://test.salesforce.com for a sandbox.',
      default: 'https://login.salesforce.com',
    },
    { name: 'apiVersion', label: 'API version', default: String(defaultVersion) },
    { name: 'callsPerDay', label: 'Calls a day', help: 'What the org allows; Salesforce tells it with each answer.' },
    { name: 'bulkFrom', label: 'Query jobs from so many records', help: '50,000 where left out.' },
    {
      name: 'convertLeads',
      label: 'Convert leads',
      help: "'no' makes a contact beside the open lead of the same e-mail address.",
      default: 'yes',
    },
    {
      name: 'externalIdField',
      label: 'Field for our own ids',
      help: 'A unique external id field: where an object has it, nothing is ever made twice.',
      default: usualMarker,
    },
  ],
  limits: limits(),
  objects,
  async absent(s, object) {
    const known = (await globalObjects(s)).find((one) => one.name.toLowerCase() === object.toLowerCase());
    if (!known) return "the account's user does not see it: give it the right to read the object";
    return known.name === object ? 'its records cannot be read by time' : `it is called ${known.name}`;
  },
  async whoami(s) {
    const [org] = await queryWhole(s, 'Organization', ['Name', 'IsSandbox'], "Name != ''");
    if (!org) throw new Failure('forbidden', "Salesforce does not show the account's organization");
    return { id: org.Id, label: `${String(org.Name)}${org.IsSandbox === true ? ' (sandbox)' : ''}` };
  },
  users,
  classify: classifyReply,
  explain: explainReply,
};

/** SOAP has its own place for the session. */
function signed(request: HttpRequest, secrets: Record<string, string>): HttpRequest {
  const token = secrets.accessToken ?? secrets.token ?? '';
  const body = typeof request.body === 'string' ? request.body.replace(sessionPlace, token) : request.body;
  return { ...request, body, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** An Enterprise org's figures; what an org's differ by it says in a header. */
function limits(): RateLimit[] {
  return [
    { name: 'calls a day', gauge: 'daily', most: 100_000, setting: 'callsPerDay', observe: usage },
    { name: 'long calls at once', gauge: 'concurrency', most: 25 },
  ];
}

/** `api-usage=18/5000` (some answers add the usage of single apps behind it). */
function usage(reply: Reply): { left: number; most: number } | undefined {
  const [, used, most] = /(?:^|[^-\w])api-usage=(\d+)\/(\d+)/.exec(reply.headers['sforce-limit-info'] ?? '') ?? [];
  return used && most ? { left: Number(most) - Number(used), most: Number(most) } : undefined;
}

/** The standard objects that the user may see, and the org's own, each with its fields and lookups. */
async function objects(s: Session): Promise<ObjectType[]> {
  return s.remember('objects', async () => {
    const all = (await globalObjects(s)).filter(isOffered);
    const chosen = [
      ...standardObjects.filter((object) => all.some((one) => one.name === object.name)),
      ...all.filter((one) => one.custom).map((one) => customObject(one.name, one.labelPlural ?? one.label)),
    ].slice(0, standardObjects.length + mostCustomObjects);
    const offered = new Map(
      all.filter((one) => chosen.some(({ name }) => name === one.name)).map((one) => [one.name, one]),
    );
    const described = await describeAll(
      s,
      chosen.map(({ name }) => name),
    );
    return chosen.flatMap((object) => {
      const describe = described.get(object.name);
      return describe ? [objectTypeOf(learnt(object, describe, offered, s.settings))] : [];
    });
  });
}

/** Settings, shares, histories and other objects that hold no records of people's own are left out. */
function isOffered({
  name,
  custom,
  queryable,
  replicateable,
  customSetting,
  deprecatedAndHidden,
}: GlobalObject): boolean {
  if (!queryable || !replicateable || deprecatedAndHidden || customSetting) return false;
  return custom ? name.endsWith('__c') : standardObjects.some((object) => object.name === name);
}

function learnt(
  object: SfObject,
  describe: Describe,
  offered: Map<string, GlobalObject>,
  settings: Record<string, string>,
): Described {
  const fields = fieldsOf(object, describe);
  const nameField = describe.fields.find((field) => field.nameField)?.name;
  const marker = describe.fields.find((field) => field.name === (settings.externalIdField ?? usualMarker));
  const known = new Map(fields.map((field) => [field.name, field]));
  return {
    ...object,
    keys: object.means ? object.keys.filter((name) => known.has(name)) : [nameField ?? []].flat(),
    associations: [...object.associations, ...lookupsOf(object, describe, offered)],
    describe,
    fields,
    known,
    described: new Map(describe.fields.map((field) => [field.name, field])),
    ...(marker?.unique && marker.externalId && marker.createable ? { marker: marker.name } : {}),
  };
}

function objectTypeOf(object: Described): ObjectType {
  const { name, label, means, keys, fields } = object;
  const associations = object.associations.map(({ kept, ...association }) => association);
  const reads = readsOf(object);
  return { name, label, means, keys, fields, associations, reads, writes: writesOf(object, reads) };
}

/** People who can own records. */
async function users(s: Session): Promise<User[]> {
  const rows = await queryWhole(s, 'User', ['Name', 'Email'], "IsActive = true AND UserType = 'Standard'");
  return rows.map(({ Id, Name, Email }) => ({ id: Id, email: String(Email ?? ''), name: String(Name ?? '') }));
}
