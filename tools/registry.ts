import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the registry stands, from the repository's root. */
export const registryPath = 'src/connectors/registry.ts';

/** The formatter's. */
const lineWidth = 120;

const root = join(import.meta.dirname, '..');

if (import.meta.main) {
  const text = registryOf(root);
  const isStale = text !== readFileSync(join(root, registryPath), { encoding: 'utf8', flag: 'a+' });
  if (isStale) writeFileSync(join(root, registryPath), text);
  console.log(`${registryPath} ${isStale ? 'is written anew' : 'is as the folders are'}`);
}

/** The registry's text, from the folders under src/connectors: one for each app. */
export function registryOf(root: string): string {
  const folder = join(root, 'src/connectors');
  const entries = readdirSync(folder, { withFileTypes: true });
  const apps = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const having = (file: string) => apps.filter((app) => existsSync(join(folder, app, file))).sort();
  return registryText(having('connector.ts'), having('simulator.ts'));
}

function registryText(apps: string[], simulated: string[]): string {
  const imports = apps.map((app) => `import { connector as ${nameOf(app)} } from './${app}/connector.ts';`);
  const list = listOf('export const connectors: Connector[] = [', apps.map(nameOf));
  const starts = simulated.map(
    (app) => `  ${keyOf(app)}: async () => (await import('./${app}/simulator.ts')).startSimulator,`,
  );
  return `// Written by \`npm run registry\` from the folders beside it.
import type { Connector } from '../connector/contract.ts';
import type { StartSimulator } from '../simulator/run.ts';
${imports.join('\n')}

/** Every connector, by the name of its app. */
${list}

/** What starts an app's simulator, loaded only when it is asked for. Apps that can be had for real have none. */
export const simulators: Record<string, () => Promise<StartSimulator>> = {
${starts.join('\n')}
};
`;
}

/** On one line where it fits, as the formatter has it. */
function listOf(head: string, names: string[]): string {
  const line = `${head}${names.join(', ')}];`;
  return line.length <= lineWidth ? line : `${head}\n${names.map((name) => `  ${name},\n`).join('')}];`;
}

function nameOf(app: string): string {
  return app.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function keyOf(app: string): string {
  return /^\w+$/.test(app) ? app : `'${app}'`;
}
