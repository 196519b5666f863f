import { EdgeStore } from '../../simulator/edge-store.ts';
import type { Ground } from '../../simulator/ground.ts';
import { LaggingView } from '../../simulator/lagging-view.ts';
import type { RecordTable } from '../../simulator/record-table.ts';
import { inOrder, lowerCased, trimmed } from '../../simulator/rewrite.ts';
import type { Actor } from '../../simulator/sim-record.ts';
import { type AssociationBook, standardBook } from './simulator-association-book.ts';
import { invalid } from './simulator-error.ts';
import type { Property } from './simulator-property.ts';
import { customObjectProperties, standardProperties } from './simulator-standard-properties.ts';
import { checkValues } from './simulator-values.ts';

/** An object type of the account. */
export interface PortalObject {
  /** Plural, as in paths: `contacts`; for a custom object its `2-…` id. */
  name: string;
  /** `contact`; a custom object's own name. */
  singular: string;
  labels: { singular: string; plural: string };
  /** `0-1`, `2-…`. */
  typeId: string;
  /** Which property holds the time of the last change: contacts have another than all others. */
  modified: string;
  created: string;
  /** Properties that a record shows when nobody asks for any. */
  shown: string[];
  properties: Map<string, Property>;
  archivedProperties: Map<string, Property>;
  /** Properties a new record must have. */
  required: string[];
  primaryProperty: string;
  table: RecordTable;
  /** What search shows. */
  view: LaggingView;
}

/** A pipeline as `/crm/v3/pipelines` shows it, less its time stamps. */
export interface Pipeline {
  id: string;
  label: string;
  displayOrder: number;
  stages: PipelineStage[];
}

/** A stage of a pipeline. */
export interface PipelineStage {
  id: string;
  label: string;
  displayOrder: number;
  metadata: Record<string, string>;
}

/** A person who can own records. */
export interface Owner {
  id: string;
  userId: number;
  email: string;
  firstName: string;
  lastName: string;
  archived: boolean;
}

/** The simulated HubSpot account. */
export interface Portal {
  ground: Ground;
  id: number;
  /** The integration that calls. */
  app: Actor;
  /** When the account was made: the time stamp of its standard definitions. */
  bornAt: number;
  objects: Map<string, PortalObject>;
  pipelines: Map<string, Pipeline[]>;
  owners: Owner[];
  edges: EdgeStore;
  book: AssociationBook;
  /** A correlation id for the next reply. */
  correlationId(): string;
}

/** The account's number; a real one has eight or nine digits. */
export const portalId = 48400100;

/** The number of the app that integrations call with. */
export const appId = 3900417;

/** An account with all standard object types and the custom ones asked for, empty. */
export function makePortal(ground: Ground, customObjects: CustomObject[] = []): Portal {
  const random = ground.random('correlation');
  const portal: Portal = {
    ground,
    id: portalId,
    app: { kind: 'integration', id: String(appId) },
    bornAt: ground.store.stamp(),
    objects: new Map(),
    pipelines: new Map(Object.entries(standardPipelines()).map(([name, pipeline]) => [name, [pipeline]])),
    owners: standardOwners.map((one) => ({ ...one })),
    edges: new EdgeStore(),
    book: standardBook(),
    correlationId: () => random.uuid(),
  };
  for (const facts of standardObjects) {
    addObject(portal, { ...facts, properties: standardProperties[facts.name] ?? [] });
  }
  for (const custom of customObjects) addCustomObject(portal, custom);
  return portal;
}

/** A custom object to be made. */
export interface CustomObject {
  name: string;
  labels: { singular: string; plural: string };
  properties: Property[];
  required: string[];
  primaryProperty: string;
}

/** Adds a custom object type; its id counts up from `2-3900001`. */
export function addCustomObject(portal: Portal, custom: CustomObject): PortalObject {
  const typeId = `2-${3_900_001 + [...portal.objects.keys()].filter((name) => name.startsWith('2-')).length}`;
  return addObject(portal, {
    name: typeId,
    typeId,
    singular: custom.name,
    labels: custom.labels,
    modified: 'hs_lastmodifieddate',
    created: 'hs_createdate',
    shown: [],
    properties: [...customObjectProperties, ...custom.properties],
    required: custom.required,
    primaryProperty: custom.primaryProperty,
  });
}

/** The object type of a name as paths have it: plural, singular, `0-1`, `2-…`, `p48400100_name`. */
export function objectOf(portal: Portal, name: string): PortalObject {
  const wanted = name.toLowerCase();
  for (const object of portal.objects.values()) {
    const names = [object.name, object.singular, object.typeId, `p${portal.id}_${object.singular}`];
    if (names.some((one) => one.toLowerCase() === wanted)) return object;
  }
  throw invalid(`Unable to infer object type from: ${name}`);
}

/** Puts a property into force: new, or in place of the one with its name. */
export function setProperty(object: PortalObject, one: Property): void {
  object.properties.set(one.name, one);
  const isEmail = object.name === 'contacts' && one.name === 'email';
  // E-mail addresses lose the white space around them and become lower case; other texts stay as they are sent.
  const rewrite = isEmail ? inOrder(trimmed, lowerCased) : undefined;
  object.table.setRule(one.name, one.hasUniqueValue ? { unique: true, rewrite } : rewrite ? { rewrite } : undefined);
}

function addObject(
  portal: Portal,
  facts: Omit<PortalObject, 'properties' | 'archivedProperties' | 'table' | 'view'> & { properties: Property[] },
): PortalObject {
  const { ground } = portal;
  const table: RecordTable = ground.store.add(facts.name, {
    defaults: () => defaultsOf(portal, facts.name),
    check: (written, before) => checkValues(portal, object, written, before),
  });
  const parts = { ...ground, object: facts.name, random: ground.random(`lag ${facts.name}`) };
  const view = new LaggingView(parts);
  const object: PortalObject = { ...facts, properties: new Map(), archivedProperties: new Map(), table, view };
  for (const one of facts.properties) setProperty(object, one);
  portal.objects.set(facts.name, object);
  return object;
}

function defaultsOf(portal: Portal, object: string): Record<string, string> {
  if (object === 'contacts' || object === 'companies') return { lifecyclestage: 'lead' };
  const first = portal.pipelines.get(object)?.[0];
  if (!first) return {};
  return { [object === 'deals' ? 'pipeline' : 'hs_pipeline']: first.id };
}

type Facts = Omit<PortalObject, 'properties' | 'archivedProperties' | 'table' | 'view'>;

function standard(singular: string, name: string, typeId: string, parts: Partial<Facts> = {}): Facts {
  const label = singular.replace('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
  return {
    name,
    singular,
    typeId,
    labels: { singular: label, plural: name.replace('_', ' ').replace(/^./, (letter) => letter.toUpperCase()) },
    modified: 'hs_lastmodifieddate',
    created: 'hs_createdate',
    shown: [],
    required: [],
    primaryProperty: 'name',
    ...parts,
  };
}

const activityParts = { required: ['hs_timestamp'], shown: [], primaryProperty: 'hs_timestamp' };

const standardObjects: Facts[] = [
  standard('contact', 'contacts', '0-1', {
    created: 'createdate',
    modified: 'lastmodifieddate',
    shown: ['email', 'firstname', 'lastname'],
    primaryProperty: 'email',
  }),
  standard('company', 'companies', '0-2', { created: 'createdate', shown: ['domain', 'name'] }),
  standard('deal', 'deals', '0-3', {
    created: 'createdate',
    shown: ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline'],
    primaryProperty: 'dealname',
  }),
  standard('product', 'products', '0-7', { created: 'createdate', shown: ['name', 'price', 'description'] }),
  standard('line_item', 'line_items', '0-8', { created: 'createdate', shown: ['quantity', 'amount', 'price'] }),
  standard('invoice', 'invoices', '0-53', { primaryProperty: 'hs_number' }),
  standard('order', 'orders', '0-123', { primaryProperty: 'hs_order_name' }),
  standard('task', 'tasks', '0-27', activityParts),
  standard('call', 'calls', '0-48', activityParts),
  standard('meeting', 'meetings', '0-47', activityParts),
  standard('note', 'notes', '0-46', activityParts),
];

function standardPipelines(): Record<string, Pipeline> {
  const stage = (id: string, label: string, displayOrder: number, probability: string, isClosed = 'false') => ({
    id,
    label,
    displayOrder,
    metadata: { isClosed, probability },
  });
  return {
    deals: {
      id: 'default',
      label: 'Sales Pipeline',
      displayOrder: 0,
      stages: [
        stage('appointmentscheduled', 'Appointment Scheduled', 0, '0.2'),
        stage('qualifiedtobuy', 'Qualified To Buy', 1, '0.4'),
        stage('presentationscheduled', 'Presentation Scheduled', 2, '0.6'),
        stage('decisionmakerboughtin', 'Decision Maker Bought-In', 3, '0.8'),
        stage('contractsent', 'Contract Sent', 4, '0.9'),
        stage('closedwon', 'Closed Won', 5, '1.0', 'true'),
        stage('closedlost', 'Closed Lost', 6, '0.0', 'true'),
      ],
    },
    orders: {
      id: 'orders-default',
      label: 'Order Pipeline',
      displayOrder: 0,
      stages: ['Open', 'Processed', 'Shipped', 'Delivered', 'Cancelled'].map((label, displayOrder) => ({
        id: `order-${label.toLowerCase()}`,
        label,
        displayOrder,
        metadata: { state: label === 'Cancelled' || label === 'Delivered' ? 'CLOSED' : 'OPEN' },
      })),
    },
  };
}

const standardOwners: Owner[] = [
  { id: '81200001', userId: 7100001, email: 'ann.lee@example.com', firstName: 'Ann', lastName: 'Lee', archived: false },
  { id: '81200002', userId: 7100002, email: 'bob.ito@example.com', firstName: 'Bob', lastName: 'Itō', archived: false },
  { id: '81200003', userId: 7100003, email: 'cleo.v@example.com', firstName: 'Cleo', lastName: 'Vogt', archived: true },
];
