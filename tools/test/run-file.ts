import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReportLine } from './reporter.ts';

/** A test that failed, or a file that did as a whole. */
export interface TestFailure {
  name: string;
  line: number;
  why: string;
}

/** How the tests of one file ended. */
export interface FileOutcome {
  path: string;
  seconds: number;
  passed: number;
  failures: TestFailure[];
  /** Tests that said why they cannot run on this machine. */
  skipped: { name: string; why: string }[];
}

/** Runs a test file in a process of its own, which is killed when it is not done in time. */
export async function runFile(path: string, limitSeconds: number): Promise<FileOutcome> {
  const start = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'syncline-report-'));
  try {
    const report = join(folder, 'report');
    const { ended, output } = await spawnFile(path, report, limitSeconds);
    return { path, seconds: (performance.now() - start) / 1000, ...outcomeOf(readReport(report), ended, output) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The most of what a file prints that is kept, for the report of its failure. */
const maxOutputCharacters = 20_000;

/** How long the last of an ended process's output may take to arrive. */
const closeSeconds = 2;

function spawnFile(path: string, report: string, limitSeconds: number): Promise<{ ended: string; output: string }> {
  const reporter = fileURLToPath(new URL('reporter.ts', import.meta.url));
  const options = [
    '--disable-warning=ExperimentalWarning',
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${report}`,
  ];
  const child = spawn(process.execPath, [...options, path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-maxOutputCharacters);
    });
  }
  return new Promise((resolve, reject) => {
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limitSeconds * 1000);
    child.on('error', reject);
    child.on('exit', () => {
      clearTimeout(deadline);
      // A server that a killed test left behind may hold the output open for ever.
      setTimeout(() => [child.stdout, child.stderr].map((stream) => stream.destroy()), closeSeconds * 1000).unref();
    });
    child.on('close', (code, signal) =>
      resolve({ ended: late ? `was not done after ${limitSeconds} s` : endOf(code, signal), output }),
    );
  });
}

function endOf(code: number | null, signal: string | null): string {
  if (signal) return `was ended by ${signal}`;
  return code === 0 ? '' : `ended with code ${code}`;
}

function readReport(path: string): ReportLine[] {
  try {
    return readFileSync(path, 'utf8').split('\n').flatMap(parseLine);
  } catch {
    return [];
  }
}

/** A killed process may leave half a line. */
function parseLine(line: string): ReportLine[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

function outcomeOf(lines: ReportLine[], ended: string, output: string): Omit<FileOutcome, 'path' | 'seconds'> {
  const tests = lines.filter((line) => line.end !== 'complete' && line.end !== 'stray');
  const stray = lines.flatMap((line) => (line.end === 'stray' ? [line.why] : []));
  const failures: TestFailure[] = tests.filter(({ end }) => end === 'failed');
  const complete = lines.some(({ end }) => end === 'complete');
  const wrong = wholeFileFault(tests.length, complete, failures.length > 0 ? '' : ended);
  if (wrong) failures.push({ name: `the file ${wrong}`, line: 1, why: [...stray, output.trim()].join('\n') });
  return {
    passed: tests.filter(({ end }) => end === 'passed').length,
    failures,
    skipped: tests.filter(({ end }) => end === 'skipped'),
  };
}

/** What is wrong with the file as a whole, beside its failing tests. */
function wholeFileFault(tests: number, complete: boolean, ended: string): string {
  if (ended) return ended;
  if (!complete) return 'ended before its tests were done';
  return tests === 0 ? 'holds no tests' : '';
}
