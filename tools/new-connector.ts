import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registryOf, registryPath } from './registry.ts';

const template = join(import.meta.dirname, 'new-connector');

if (import.meta.main) {
  try {
    const root = join(import.meta.dirname, '..');
    const folder = writeConnector(root, process.argv[2] ?? '');
    writeFileSync(join(root, registryPath), registryOf(root));
    console.log(`${folder} is a working connector to a made-up app; its README.md says what to replace.`);
    console.log(`Its tests: node --test ${folder}/connector.test.ts`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}

/** Writes the folder of a new connector under a repository's root, a working copy of the template; answers its path. */
export function writeConnector(root: string, name: string): string {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Error(
      "give the app's name in lower case, words joined by hyphens: npm run new-connector google-contacts",
    );
  }
  const folder = `src/connectors/${name}`;
  if (existsSync(join(root, folder))) throw new Error(`${folder} is there already; choose another name or remove it`);
  mkdirSync(join(root, folder), { recursive: true });
  for (const file of readdirSync(template)) {
    const text = readFileSync(join(template, file), 'utf8');
    writeFileSync(join(root, folder, file), forApp(text, name));
  }
  return folder;
}

/** The template's paths lead from tools/; its app goes by the name of example, its people have addresses at example.com. */
function forApp(text: string, name: string): string {
  const label = name.replace(
    /(^|-)(\w)/g,
    (_, hyphen: string, letter: string) => (hyphen ? ' ' : '') + letter.toUpperCase(),
  );
  return text
    .replaceAll('../../src/', '../../')
    .replace(/\bexample\b(?!\.com)/g, name)
    .replace(/\bExample\b/g, label);
}
