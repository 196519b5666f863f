import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { pairFigures, postgresPair } from './postgres-pair.ts';
import { pureSteps } from './pure-steps.ts';
import { recordList } from './record-list.ts';

/** Rows of the pair of tables, and of the two memory runs. */
const ROWS = Number(process.env.BENCH_ROWS ?? 100_000);
const MEMORY_ROWS = [10_000, Number(process.env.BENCH_MEMORY_ROWS ?? 300_000)];
const here = import.meta.dirname;

/** `npm run bench`: prints the figures and writes docs/benchmarks.md. */
async function main(): Promise<void> {
  const peer = bucardo();
  const times = await postgresPair(ROWS);
  const rows = `${ROWS.toLocaleString('en')} rows`;
  const parts: [string, Figure[]][] = [
    ['The pure steps, alone on one core', await pureSteps()],
    [`PostgreSQL ↔ PostgreSQL, ${rows} in two tables`, pairFigures(times, peer)],
    ['Where the time of that first sync goes', times.steps],
    [`The record view over ${rows.replace('rows', 'records')}`, await recordList(ROWS)],
    ['Peak memory of the whole process', memory()],
  ];
  const text = parts.map(([title, figures]) => section(title, figures)).join('\n');
  process.stdout.write(text);
  const machine = `${cpus().length} cores, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`;
  const note = peer
    ? ''
    : '\nBucardo could not be had on this machine (it comes from Debian, as root): its ratios are left out.\n';
  writeFileSync(PAGE, `${HEAD}\nMeasured on ${machine}.\n${note}\n${text}${remarks()}`);
}

/** What a person wrote at the end of the page stays. */
function remarks(): string {
  const text = readFileSync(PAGE, 'utf8');
  const at = text.indexOf(REMARKS);
  return at < 0 ? '' : `\n${text.slice(at)}`;
}

const PAGE = join(here, '../docs/benchmarks.md');
const REMARKS = '## What misses its aim';

const HEAD = `# Benchmarks

Written by \`npm run bench\`. Ratios within one run are what counts: absolute times are those of one machine.
Beside Bucardo (two-way replication of the same two tables, which keeps no mirror, no links and no history) and beside the
floor (the very rows of mirror, keys, links, history and target that a first sync leaves, written by COPY alone).
`;

function section(title: string, figures: Figure[]): string {
  const rows = figures.map(({ name, value, unit, aim }) => `| ${name} | ${shown(value)} ${unit} | ${aim ?? ''} |`);
  return `## ${title}\n\n| figure | value | aim |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

function bucardo(): { first: number; unchanged: number; changed: number } | null {
  if (process.getuid?.() !== 0) return null;
  const folder = join(tmpdir(), 'syncline-bucardo');
  mkdirSync(folder, { recursive: true });
  try {
    const out = execFileSync(join(here, 'bucardo.sh'), [String(ROWS), folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(out.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    process.stderr.write(`Bucardo: ${(error as Error).message}\n`);
    return null;
  }
}

/** Each in a process of its own, started as `bin/syncline` starts one. */
function memory(): Figure[] {
  const flags = readFileSync(join(here, '../bin/syncline'), 'utf8').match(/--[a-z-]+=\d+/g) ?? [];
  return MEMORY_ROWS.map((rows) => {
    const command = [...flags, join(here, 'memory.ts'), String(rows)];
    const out = execFileSync(process.execPath, command, { encoding: 'utf8' });
    return { name: `${rows.toLocaleString('en')} rows`, value: Number(out.trim()), unit: 'MB', aim: 'flat' };
  });
}

await main();
