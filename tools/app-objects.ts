import pg from 'pg';
import type { Connector, ObjectType } from '../src/connector/contract.ts';
import { openSession } from '../src/connector/open-session.ts';
import type { Session } from '../src/connector/session.ts';
import { simulators } from '../src/connectors/registry.ts';
import { systemClock } from '../src/lib/clock.ts';
import { systemHttp } from '../src/lib/http.ts';
import { silentLog } from '../src/lib/log.ts';
import { systemRandom } from '../src/lib/random.ts';
import type { Field } from '../src/model/field.ts';
import { startTestServer } from '../src/store/test-server.ts';

/** An object type whose fields were asked for. */
export type ResolvedObject = ObjectType & { fields: Field[] };

const ASKED = 'Objects and fields are read from the account; these are the standard ones.';

/** An app's objects: as declared, or as its simulator (or a database with one table) shows them. */
export async function objectsOf(connector: Connector): Promise<{ objects: ResolvedObject[]; note: string }> {
  const start = simulators[connector.app.name];
  if (start) {
    const simulator = await (await start())({ port: 0, clock: systemClock, records: 0, seed: 1, http: systemHttp });
    try {
      const { settings = {}, secrets = {} } = simulator.account;
      const objects = await ask(connector, settings, secrets);
      return { objects, note: Array.isArray(connector.objects) ? '' : ASKED };
    } finally {
      await simulator.stop();
    }
  }
  if (connector.app.name === 'postgres')
    return { objects: await tableObjects(connector), note: 'Every table with a key is an object; this is one.' };
  if (Array.isArray(connector.objects)) return { objects: await ask(connector, {}, {}), note: '' };
  return { objects: [], note: `Objects: ${(connector.app.objects ?? []).join(', ')}.` };
}

async function tableObjects(connector: Connector): Promise<ResolvedObject[]> {
  const server = await startTestServer();
  const database = await server.database();
  try {
    const client = new pg.Client(database.connection);
    await client.connect();
    await client.query('create table public.customers (id serial primary key, email text unique, company integer)');
    await client.end();
    const { host, user, database: name } = database.connection;
    const url = `postgres://${user}@/${name}?host=${encodeURIComponent(host as string)}`;
    const objects = await ask(connector, {}, { url });
    return objects.filter((object) => object.name === 'public.customers');
  } finally {
    await database.close();
    await server.stop();
  }
}

async function ask(
  connector: Connector,
  settings: Record<string, string>,
  secrets: Record<string, string>,
): Promise<ResolvedObject[]> {
  const parts = {
    account: connector.app.name,
    settings,
    secrets,
    http: systemHttp,
    clock: systemClock,
    random: systemRandom,
  };
  const session = openSession(connector, { ...parts, log: silentLog });
  try {
    // Tryton's parties have a country where it knows countries, as after its own set-up.
    await session.remember('countries', async () => new Map([['SE', 1]]));
    const objects = typeof connector.objects === 'function' ? await connector.objects(session) : connector.objects;
    return await Promise.all(objects.map((each) => resolved(each, session)));
  } finally {
    await session.close();
  }
}

async function resolved(object: ObjectType, session: Session): Promise<ResolvedObject> {
  return { ...object, fields: typeof object.fields === 'function' ? await object.fields(session) : object.fields };
}
