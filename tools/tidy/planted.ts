import assert from 'node:assert/strict';
import { tidy } from '../tidy.ts';
import type { Texts } from './sources.ts';

/** A repository of one file. */
export const one = (path: string, text: string): Texts => ({ [path]: text });

/** So many lines of code. */
export const lines = (count: number) => 'void 0;\n'.repeat(count);

/** Each of these repositories breaks a rule: `pattern` is found in what is said of it. */
export function complains(pattern: string, planted: Texts[]) {
  for (const texts of planted) assert.match(told(texts), new RegExp(pattern), `no word about ${JSON.stringify(texts)}`);
}

/** Each of these repositories is in order: nothing is said. */
export function isQuiet(clean: Texts[]) {
  for (const texts of clean) assert.equal(told(texts), '', `a false alarm about ${JSON.stringify(texts)}`);
}

/** The same with all parts of the connector's folder, where those are not the matter. */
export function withFolder(texts: Texts): Texts {
  const folder = /^src\/connectors\/[^/]+\//.exec(Object.keys(texts)[0] ?? '')?.[0];
  const parts = folder ? ['connector.ts', 'connector.test.ts', 'simulator.ts', 'README.md', 'icon.svg'] : [];
  return { ...Object.fromEntries(parts.map((part) => [`${folder}${part}`, ''])), ...texts };
}

function told(texts: Texts): string {
  const say = ({ path, line, message }: { path: string; line: number; message: string }) =>
    `${path}:${line} ${message}`;
  return tidy({ ...around(texts), ...texts })
    .map(say)
    .join('\n');
}

/** What uses every export and links every document, where that is not the matter. */
function around(texts: Texts): Texts {
  const paths = Object.keys(texts);
  const sources = paths.filter((path) => /\.tsx?$/.test(path));
  const documents = paths.filter((path) => path.endsWith('.md'));
  return {
    'test/user.ts': sources.map((path, at) => `import * as part${at} from '../${path}'; void part${at};`).join('\n'),
    'README.md': documents.map((path) => `[document](${path})`).join('\n'),
  };
}
