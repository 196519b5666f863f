import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Connector, ObjectType, RateLimit } from '../src/connector/contract.ts';
import { openSession } from '../src/connector/open-session.ts';
import { connectors, simulators } from '../src/connectors/registry.ts';
import { systemClock } from '../src/lib/clock.ts';
import { systemHttp } from '../src/lib/http.ts';
import { silentLog } from '../src/lib/log.ts';
import { systemRandom } from '../src/lib/random.ts';
import { startTestServer } from '../src/store/test-server.ts';

/** `npm run connectors-doc`: writes docs/connectors.md from what the connectors declare. */
const root = join(import.meta.dirname, '..');
const path = join(root, 'docs/connectors.md');

/** The table of what each connector can do with each object, with how it was verified. */
export async function connectorsDoc(): Promise<string> {
  const parts: string[] = [];
  for (const connector of connectors) parts.push(await section(connector));
  return `${HEAD}\n${parts.join('\n')}`;
}

const HEAD = `# Connectors

Written by \`npm run connectors-doc\` from the connectors themselves. *Changes*: by a cursor (since), or everything listed and
compared. *Gone*: told by the app, or found by comparing. *Batch*: the most records a call takes to create / update.
`;

async function section(connector: Connector): Promise<string> {
  const { app, limits } = connector;
  const { objects, note } = await objectsOf(connector);
  const rows = objects.map((object) => row(object));
  return `## ${app.label}

${app.about} Its changes are noticed so: ${app.notices} Verified by ${verifiedBy(app.name)}. ${note}

${limits.length > 0 ? `Limits kept: ${limits.map(limitText).join(', ')}.` : 'No limits are declared.'}

| object | read | create | update | archive | delete | changes | gone | batch | associations |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

function row({ name, reads, writes, associations }: ObjectType): string {
  const yes = (member: unknown) => (member ? 'yes' : '–');
  const batch = `${writes?.create?.size ?? '–'} / ${writes?.update?.size ?? '–'}`;
  const far = [...new Set((associations ?? []).map((each) => each.to))].join(', ') || '–';
  const cells = [yes(reads), yes(writes?.create), yes(writes?.update), yes(writes?.archive), yes(writes?.delete)];
  return `| ${[`\`${name}\``, ...cells, reads.changes === 'since' ? 'since' : 'compared', reads.deletions, batch, far].join(' | ')} |`;
}

function limitText({ name, most, windowSeconds, gauge }: RateLimit): string {
  if (gauge === 'concurrency') return `${most} ${name}`;
  if (gauge === 'daily') return `${most.toLocaleString('en')} ${name}`;
  return `${most.toLocaleString('en')} ${name} (${windowSeconds ?? 1} s)`;
}

/** An app's objects: as declared, or as its simulator (or a database with one table) shows them. */
async function objectsOf(connector: Connector): Promise<{ objects: ObjectType[]; note: string }> {
  if (Array.isArray(connector.objects)) return { objects: connector.objects, note: '' };
  const start = simulators[connector.app.name];
  if (start) {
    const simulator = await (await start())({ port: 0, clock: systemClock, records: 0, seed: 1, http: systemHttp });
    try {
      const { settings = {}, secrets = {} } = simulator.account;
      const objects = await ask(connector, settings, secrets);
      return { objects, note: 'Objects and fields are read from the account; these are the standard ones.' };
    } finally {
      await simulator.stop();
    }
  }
  if (connector.app.name === 'postgres')
    return { objects: await tableObjects(connector), note: 'Every table with a key is an object; this is one.' };
  return { objects: [], note: `Objects: ${(connector.app.objects ?? []).join(', ')}.` };
}

async function tableObjects(connector: Connector): Promise<ObjectType[]> {
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
): Promise<ObjectType[]> {
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
    return typeof connector.objects === 'function' ? await connector.objects(session) : connector.objects;
  } finally {
    await session.close();
  }
}

/** A simulator is proved by the vendor's own client, which its test imports; anything else was the real thing. */
function verifiedBy(app: string): string {
  const folder = join(root, 'src/connectors', app);
  const files = readdirSync(folder).filter((file) => /^simulator.*\.ts$/.test(file));
  if (files.length === 0) return 'the real software, in the tests';
  const imports = files.flatMap((file) => [
    ...readFileSync(join(folder, file), 'utf8').matchAll(/from '((?!node:|\.)[^']+)'/g),
  ]);
  const clients = new Set(imports.map((match) => packageOf(match[1] ?? '')).filter((name) => !OTHERS.includes(name)));
  const named = [...clients].map((name) => `\`${name}\``).join(', ');
  return `its simulator, which the vendor's own client ${named} drives in the tests`;
}

function packageOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What simulators and their tests import besides a vendor's client. */
const OTHERS = ['fast-check', 'yaml', 'zod'];

if (import.meta.main) {
  writeFileSync(path, await connectorsDoc());
  process.stdout.write('docs/connectors.md is written\n');
}
