// Written by `npm run registry` from the folders beside it.
import type { Connector } from '../connector/contract.ts';
import type { StartSimulator } from '../simulator/run.ts';
import { connector as carddav } from './carddav/connector.ts';
import { connector as googleContacts } from './google-contacts/connector.ts';
import { connector as hubspot } from './hubspot/connector.ts';
import { connector as pipedrive } from './pipedrive/connector.ts';
import { connector as postgres } from './postgres/connector.ts';
import { connector as salesforce } from './salesforce/connector.ts';
import { connector as stripe } from './stripe/connector.ts';
import { connector as tryton } from './tryton/connector.ts';
import { connector as xero } from './xero/connector.ts';

/** Every connector, by the name of its app. */
export const connectors: Connector[] = [
  carddav,
  googleContacts,
  hubspot,
  pipedrive,
  postgres,
  salesforce,
  stripe,
  tryton,
  xero,
];

/** What starts an app's simulator, loaded only when it is asked for. Apps that can be had for real have none. */
export const simulators: Record<string, () => Promise<StartSimulator>> = {
  'google-contacts': async () => (await import('./google-contacts/simulator.ts')).startSimulator,
  hubspot: async () => (await import('./hubspot/simulator.ts')).startSimulator,
  pipedrive: async () => (await import('./pipedrive/simulator.ts')).startSimulator,
  salesforce: async () => (await import('./salesforce/simulator.ts')).startSimulator,
  stripe: async () => (await import('./stripe/simulator.ts')).startSimulator,
  xero: async () => (await import('./xero/simulator.ts')).startSimulator,
};
