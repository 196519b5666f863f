import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { check } from './check.ts';
import { type FileOutcome, runFile } from './test/run-file.ts';

/** How long the tests of one file may take together. */
const fileLimitSeconds = 600;

/** What is counted of a stage. */
interface Tally {
  passed: number;
  /** Names of what failed. */
  failed: string[];
  /** Why tests were not run, with their file and number. */
  skipped: string[];
}

/** The stages in their order; `--only` picks some of them. */
const stages: Record<string, () => Promise<Tally>> = {
  check: checkStage,
  unit: () => runFiles(testFiles().filter((path) => !/^test\/(partners|scenarios|browser)\//.test(path))),
  partners: () => runFiles(testFiles().filter((path) => /^test\/(partners|scenarios)\//.test(path))),
  simulation: simulationStage,
  browser: () => runFiles(testFiles().filter((path) => /^test\/browser\//.test(path))),
};

const usage = `npm test -- [--only ${Object.keys(stages).join('|')}|FILE …]`;

async function main(words: string[]): Promise<number> {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  process.env.NODE_COMPILE_CACHE ??= '.cache/compile';
  const total: Tally = { passed: 0, failed: [], skipped: [] };
  for (const [name, stage] of Object.entries(chosenStages(words))) {
    const start = performance.now();
    console.log(styleText('bold', `── ${name}`));
    const tally = await stage();
    total.passed += tally.passed;
    total.failed.push(...tally.failed);
    total.skipped.push(...tally.skipped);
    console.log(`   ${tally.passed} passed, ${tally.failed.length} failed in ${secondsSince(start)} s`);
  }
  for (const reason of total.skipped) console.log(`not run: ${reason}`);
  for (const name of total.failed) console.log(styleText('red', `failed: ${name}`));
  console.log(`${total.passed} passed, ${total.failed.length} failed`);
  return total.failed.length > 0 || total.passed === 0 ? 1 : 0;
}

function chosenStages(words: string[]): typeof stages {
  if (words.length === 0) return stages;
  const [option, ...chosen] = words;
  if (option !== '--only' || chosen.length === 0) throw new Error(`usage: ${usage}`);
  const files = chosen.filter((word) => !Object.hasOwn(stages, word));
  const picked = Object.entries(stages).filter(([name]) => chosen.includes(name));
  if (files.length > 0) picked.push(['files', () => runFiles(files.flatMap(matching))]);
  return Object.fromEntries(picked);
}

function matching(word: string): string[] {
  const files = globSync(word);
  if (files.length === 0) throw new Error(`no stage and no test file is called '${word}'; usage: ${usage}`);
  return files;
}

function testFiles(): string[] {
  return globSync('{src,tools,test}/**/*.test.{ts,tsx}').sort();
}

async function checkStage(): Promise<Tally> {
  const outcomes = await check();
  const failed = outcomes.filter(({ passed }) => !passed).map(({ name }) => `check: ${name}`);
  return { passed: outcomes.length - failed.length, failed, skipped: [] };
}

/** The simulation prints its own lines and counts as one test. */
async function simulationStage(): Promise<Tally> {
  const program = 'test/simulation/main.ts';
  if (!existsSync(program)) return { passed: 0, failed: [], skipped: [] };
  const child = spawn(process.execPath, [...process.execArgv, program, '--ci'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise((resolve) => child.on('error', resolve).on('exit', resolve));
  return code === 0 ? { passed: 1, failed: [], skipped: [] } : { passed: 0, failed: ['simulation'], skipped: [] };
}

async function runFiles(paths: string[]): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: [], skipped: [] };
  const waiting = [...paths];
  const work = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const outcome = await runFile(path, fileLimitSeconds);
      print(outcome);
      tally.passed += outcome.passed;
      tally.failed.push(...outcome.failures.map(({ name, line }) => `${path}:${line} ${name}`));
      tally.skipped.push(...reasons(outcome));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return tally;
}

/** One line for each reason: a whole suite may be left out for the same one. */
function reasons({ path, skipped }: FileOutcome): string[] {
  const whys = Map.groupBy(skipped, ({ why }) => why);
  return [...whys].map(([why, tests]) => `${path}: ${tests.length} because ${why}`);
}

function print({ path, seconds, passed, failures, skipped }: FileOutcome) {
  const mark = failures.length > 0 ? styleText('red', 'FAIL') : styleText('green', 'ok  ');
  const unrun = skipped.length > 0 ? `, ${skipped.length} not run` : '';
  console.log(`${mark}  ${path}  ${passed} passed${unrun}  ${seconds.toFixed(1)} s`);
  for (const { name, line, why } of failures) {
    console.log(`      ${path}:${line} ${styleText('red', name)}\n${why.replace(/^/gm, '        ')}`);
  }
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  return 2;
});
