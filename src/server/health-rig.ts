import type { Http } from '../lib/http.ts';
import { type TestCaller, type TestRig, testRig } from './testing.ts';

/** A person in a simulator. */
export interface Person {
  id: string;
  values: Record<string, string>;
}

/** A simulated HubSpot, looked at and changed past Syncline. */
export interface TestApp {
  /** Those that are not archived. */
  people(): Promise<Person[]>;
  /** An action of the simulator's administration: create, update, delete … */
  act(action: unknown): Promise<void>;
}

/** A server whose one sync, `people`, has kept ten contacts of account `one` the same in account `two`. */
export interface HealthRig {
  rig: TestRig;
  sync: string;
  one: TestApp;
  two: TestApp;
  see: TestCaller;
  manage: TestCaller;
  /** Reads and syncs until nothing is due. */
  quiet(): Promise<void>;
}

/** Makes the rig of tests of health; `settings` are the sync's, beside its ends. */
export async function healthRig(settings: Record<string, unknown> = {}): Promise<HealthRig> {
  const rig = await testRig();
  const one = await rig.simulator('hubspot', { records: 10 });
  const two = await rig.simulator('hubspot', { seed: 2 });
  const people = {
    a: { account: 'one', object: 'contacts' },
    b: { account: 'two', object: 'contacts' },
    require: [],
    ...settings,
  };
  const applied = await rig.apply({ accounts: { one: one.account, two: two.account }, syncs: { people } });
  const sync = applied.syncs.people as string;
  const quiet = async () => void (await rig.syncUntilQuiet(sync));
  await quiet();
  const url = (app: typeof one) => String(app.account.settings?.baseUrl);
  const { http } = rig.installation;
  const manage = rig.as('manage-apps');
  return {
    rig,
    sync,
    one: appAt(url(one), http),
    two: appAt(url(two), http),
    see: rig.as('view-health'),
    manage,
    quiet,
  };
}

function appAt(url: string, http: Http): TestApp {
  const records = `${url}/__sim/records/contacts`;
  return {
    people: async () => {
      const { body } = await http.request({ method: 'GET', url: records });
      const found = JSON.parse(Buffer.from(body).toString()) as { records: (Person & { archivedAt?: string })[] };
      return found.records.filter(({ archivedAt }) => archivedAt === undefined);
    },
    act: async (action) => {
      const { status, body } = await http.request({ method: 'POST', url: records, body: JSON.stringify(action) });
      if (status >= 300) throw new Error(Buffer.from(body).toString());
    },
  };
}
