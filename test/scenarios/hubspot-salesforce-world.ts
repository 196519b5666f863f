import type { Reads } from '../../src/connector/contract.ts';
import { type OpenSession, openSession } from '../../src/connector/open-session.ts';
import { connectors } from '../../src/connectors/registry.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemHttp } from '../../src/lib/http.ts';
import { silentLog } from '../../src/lib/log.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import type { FileContent } from './installation.ts';

/** How many records there are of each kind. */
export type Sizes = Record<
  'companies' | 'contacts' | 'deals' | 'products' | 'orders' | 'items' | 'tasks' | 'meetings',
  number
>;

/** How many records each app starts with, of each kind. */
export const counts = {
  hubspot: {
    companies: 100,
    contacts: 440,
    deals: 120,
    products: 40,
    orders: 80,
    items: 160,
    tasks: 120,
    meetings: 80,
  },
  salesforce: {
    companies: 60,
    contacts: 340,
    deals: 100,
    products: 20,
    orders: 60,
    items: 120,
    tasks: 100,
    meetings: 60,
  },
};

/** HubSpot's stages and Salesforce's. */
export const stages = {
  appointmentscheduled: 'Prospecting',
  qualifiedtobuy: 'Qualification',
  presentationscheduled: 'Needs Analysis',
  decisionmakerboughtin: 'Value Proposition',
  contractsent: 'Negotiation/Review',
  closedwon: 'Closed Won',
  closedlost: 'Closed Lost',
};

/** Syncs of these kinds between the two apps, with default mappings but for the stages. */
export function fileOf(
  { hubspot, salesforce }: Record<'hubspot' | 'salesforce', ServedSimulator>,
  kinds: string[],
): FileContent {
  const dealstage = { a: 'dealstage', b: 'StageName', options: stages };
  const syncs = kinds.map((kind) => {
    const ends = {
      a: { account: 'crm', object: nodes[kind]?.hubspot.object },
      b: { account: 'sf', object: nodes[kind]?.salesforce.object },
    };
    return [kind, kind === 'deals' ? { ...ends, mappings: ['default', dealstage] } : ends];
  });
  return { accounts: { crm: hubspot.account, sf: salesforce.account }, syncs: Object.fromEntries(syncs) };
}

/** An object as a graph's nodes: what its records are called, and the associations that lead from them. */
export interface Node {
  object: string;
  name: string;
  edges: Record<string, string>;
}

/** Both apps' objects by kind. */
export const nodes: Record<string, { hubspot: Node; salesforce: Node }> = {
  companies: pair(node('companies', 'name'), node('Account', 'Name')),
  contacts: pair(
    node('contacts', 'email', { primary_company: 'companies' }),
    node('Contact', 'Email', { AccountId: 'companies' }),
  ),
  deals: pair(
    node('deals', 'dealname', { primary_company: 'companies', contacts: 'contacts' }),
    node('Opportunity', 'Name', { AccountId: 'companies', Contacts: 'contacts' }),
  ),
  products: pair(node('products', 'name'), node('Product2', 'Name')),
  orders: pair(
    node('orders', 'hs_order_name', { companies: 'companies', contacts: 'contacts' }),
    node('Order', 'Name', { AccountId: 'companies', BillToContactId: 'contacts' }),
  ),
  items: pair(
    node('line_items', 'name', { orders: 'orders', product: 'products' }),
    node('OrderItem', 'Description', { OrderId: 'orders', Product2Id: 'products' }),
  ),
  tasks: pair(
    node('tasks', 'hs_task_subject', { contacts: 'contacts', companies: 'companies', deals: 'deals' }),
    node('Task', 'Subject', {
      'WhoId/Contact': 'contacts',
      'WhatId/Account': 'companies',
      'WhatId/Opportunity': 'deals',
    }),
  ),
  meetings: pair(
    node('meetings', 'hs_meeting_title', { contacts: 'contacts' }),
    node('Event', 'Subject', { 'WhoId/Contact': 'contacts' }),
  ),
};

/** Every record and association of an app by names that both apps share, in order: equal graphs are equal lists. */
export async function graphOf(app: 'hubspot' | 'salesforce', simulator: ServedSimulator): Promise<string[]> {
  const connector = must(connectors.find((one) => one.app.name === app));
  const { settings, secrets } = simulator.account;
  const parts = {
    account: app,
    settings,
    secrets,
    http: systemHttp,
    clock: systemClock,
    random: seededRandom(1),
    log: silentLog,
  };
  const session = openSession(connector, parts);
  const types = typeof connector.objects === 'function' ? await connector.objects(session) : connector.objects;
  const listed = new Map<string, Awaited<ReturnType<typeof listAll>>>();
  for (const [kind, { [app]: one }] of Object.entries(nodes)) {
    const { page } = must(types.find((type) => type.name === one.object)).reads;
    listed.set(kind, await listAll(session, page, [one.name, ...Object.keys(one.edges)]));
  }
  await session.close();
  const nameOf = (kind: string, id: string) => String(listed.get(kind)?.get(id)?.[nodes[kind]?.[app].name ?? ''] ?? id);
  const lines = [...listed].flatMap(([kind, records]) =>
    [...records].flatMap(([id, values]) => {
      const edges = Object.entries(must(nodes[kind])[app].edges).flatMap(([name, far]) =>
        ((values[name] as string[] | null) ?? []).map(
          (to) => `${kind} ${nameOf(kind, id)} → ${far} ${nameOf(far, to)}`,
        ),
      );
      return [`${kind} ${nameOf(kind, id)}`, ...edges];
    }),
  );
  return lines.sort();
}

async function listAll(session: OpenSession, page: Reads['page'], fields: string[]) {
  const records = new Map<string, Record<string, unknown>>();
  let resume: string | undefined;
  do {
    const answer = await page(session, { fields, resume });
    for (const { id, values } of answer.records) records.set(id, values);
    resume = answer.resume;
  } while (resume !== undefined);
  return records;
}

function pair(hubspot: Node, salesforce: Node) {
  return { hubspot, salesforce };
}

function node(object: string, name: string, edges: Record<string, string> = {}): Node {
  return { object, name, edges };
}
