import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
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
  const pair = pairFigures(await postgresPair(ROWS), peer);
  const parts: [string, Figure[]][] = [
    ['The pure steps, alone on one core', await pureSteps()],
    [`PostgreSQL ↔ PostgreSQL, ${ROWS.toLocaleString('en')} rows in two tables`, pair],
    [`The record view over ${ROWS.toLocaleString('en')} records`, await recordList(ROWS)],
    ['Peak memory of the whole process', memory()],
  ];
  const text = parts.map(([title, figures]) => section(title, figures)).join('\n');
  process.stdout.write(text);
  const machine = `${cpus().length} cores, Node ${process.versions.node}`;
  const note = peer
    ? ''
    : '\nBucardo could not be had on this machine (it comes from Debian, as root): its ratios are left out.\n';
  writeFileSync(join(here, '../docs/benchmarks.md'), `${HEAD}\nMeasured on ${machine}.\n${note}\n${text}`);
}

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

function memory(): Figure[] {
  return MEMORY_ROWS.map((rows) => {
    const out = execFileSync(process.execPath, [join(here, 'memory.ts'), String(rows)], { encoding: 'utf8' });
    return { name: `${rows.toLocaleString('en')} rows`, value: Number(out.trim()), unit: 'MB', aim: 'flat' };
  });
}

await main();
