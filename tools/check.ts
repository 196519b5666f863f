import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const projects = ['tsconfig.json', 'src/web/tsconfig.json'].filter((path) => existsSync(`${root}${path}`));

/** What is held against the repository's text, by name: a program with its arguments. */
const checks: Record<string, string[]> = {
  ...Object.fromEntries(
    projects.map((path) => [
      path === 'tsconfig.json' ? 'types' : `types of ${path}`,
      [process.execPath, 'node_modules/typescript/lib/tsc.js', '--noEmit', '--pretty', '-p', path],
    ]),
  ),
  biome: ['tools/biome', 'check', '--error-on-warnings', '--colors=off'],
  tidy: [process.execPath, 'tools/tidy.ts'],
};

/** How a check ended. */
export interface CheckOutcome {
  name: string;
  passed: boolean;
}

/** Runs all checks at once and prints one line each, with the tool's own words where it complains. */
export async function check(): Promise<CheckOutcome[]> {
  return Promise.all(Object.entries(checks).map(([name, command]) => runCheck(name, command)));
}

async function runCheck(name: string, [program = '', ...words]: string[]): Promise<CheckOutcome> {
  const start = performance.now();
  const { passed, output } = await runToEnd(program, words);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${styleText(passed ? 'green' : 'red', passed ? 'ok  ' : 'FAIL')}  ${name}  ${seconds} s`);
  if (!passed) console.log(output.trim());
  return { name, passed };
}

function runToEnd(program: string, words: string[]): Promise<{ passed: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ passed: code === 0, output }));
  });
}

if (import.meta.main) {
  const outcomes = await check();
  process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;
}
