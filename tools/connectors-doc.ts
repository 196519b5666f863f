import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connector, ObjectType, RateLimit } from '../src/connector/contract.ts';
import { connectors } from '../src/connectors/registry.ts';
import { schemaOf } from '../src/engine/rulebook.ts';
import type { Schema } from '../src/model/field.ts';
import { objectsOf, type ResolvedObject } from './app-objects.ts';

/** `npm run connectors-doc`: writes docs/connectors.md, and the catalogue's objects, from what the connectors declare. */
const root = join(import.meta.dirname, '..');
/** Where the table stands, and the objects. */
export const path = join(root, 'docs/connectors.md');
export const objectsPath = join(root, 'src/server/standard-objects.json');

/** The table of what each connector can do with each object, with how it was verified; and the objects themselves. */
export async function connectorsDoc(): Promise<{ doc: string; standard: Record<string, Schema[]> }> {
  const parts: string[] = [];
  const standard: Record<string, Schema[]> = {};
  for (const connector of connectors) {
    const { objects, note } = await objectsOf(connector);
    parts.push(section(connector, objects, note));
    if (connector.app.name !== 'postgres')
      standard[connector.app.name] = objects.map((each) => catalogued(connector.app.name, each));
  }
  return { doc: `${HEAD}\n${parts.join('\n')}`, standard };
}

/** What the catalogue shows of an object type: of its fields, those that default mappings join on. */
function catalogued(app: string, object: ResolvedObject): Schema {
  const fields = object.fields.flatMap(({ name, label, type, writable, means, of }) =>
    means ? [{ name, label, type, writable, means, ...(of ? { of } : {}) }] : [],
  );
  return schemaOf(app, object, fields);
}

const HEAD = `# Connectors

Written by \`npm run connectors-doc\` from the connectors themselves. *Changes*: by a cursor (since), or everything listed and
compared. *Gone*: told by the app, or found by comparing. *Batch*: the most records a call takes to create / update.
`;

function section({ app, limits }: Connector, objects: ObjectType[], note: string): string {
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
  const { doc, standard } = await connectorsDoc();
  writeFileSync(path, doc);
  writeFileSync(objectsPath, JSON.stringify(standard, null, 2));
  execFileSync(join(root, 'tools/biome'), ['format', '--write', objectsPath], { stdio: 'ignore' });
  process.stdout.write('docs/connectors.md and src/server/standard-objects.json are written\n');
}
