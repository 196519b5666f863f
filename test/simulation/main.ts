import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { historyNamed, keepBroken, keepShrunk, keptHistories } from './kept.ts';
import { addPlayed, type Played, type Portion, playMany, playOne } from './play-many.ts';
import { playPlanted } from './play-planted.ts';
import { trace } from './trace.ts';

/** What every continuous-integration run plays. */
const CI = { memory: 4_800, postgres: 200 };
/** What must have been met by so many histories, or the suite has become blind. */
const MUST_MEET = [
  'crash crash-after',
  'crash crash-before',
  'write unknown-after',
  'write unknown-before',
  'throttled',
  'conflict won by the default app',
  'conflict won by the other',
  'user merge',
  'user restore',
  'removal sent',
  'cursor reset',
  'run paused',
  'edit flowed',
  'edges compared',
];
/** So many broken histories are printed and kept: they are played first from then on. */
const MOST_PRINTED = 10;
const REPORT_MILLISECONDS = 30_000;

/** `npm run simulation`: plays kept seeds first, then drawn histories on both cores; exits 1 on a violation. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      histories: { type: 'string' },
      postgres: { type: 'string' },
      seed: { type: 'string', default: '1' },
      ci: { type: 'boolean', default: false },
      planted: { type: 'boolean', default: false },
      trace: { type: 'string' },
      keep: { type: 'string' },
      portion: { type: 'string' },
    },
  });
  if (values.portion) return portionOfParent(JSON.parse(values.portion) as Portion);
  if (values.trace) return (await trace(historyNamed(values.trace), print)).violation ? 1 : 0;
  if (values.keep) return keep(values.keep);
  if (values.planted) return Math.min(1, await playPlanted(print));
  const memory = Number(values.histories ?? (values.ci ? CI.memory : 1_000));
  const postgres = Number(values.postgres ?? (values.ci ? CI.postgres : 0));
  const first = Number(values.seed);
  const began = performance.now();
  const sum = await playKept();
  const kept = sum.histories;
  await playDrawn(sum, first, memory, postgres);
  const seconds = (performance.now() - began) / 1000;
  for (const { seed, message } of sum.broken.slice(0, MOST_PRINTED)) print(`seed ${seed}: ${message}`);
  const blind =
    memory >= 500 ? MUST_MEET.filter((name) => !Object.keys(sum.met).some((met) => met.includes(name))) : [];
  print(metText(sum));
  if (blind.length > 0) print(`never met, so nothing is proved about it: ${blind.join(', ')}`);
  print(
    `${kept} kept seeds, ${memory} in memory, ${postgres} on PostgreSQL, ${sum.steps} steps, ${seconds.toFixed(0)} s`,
  );
  print(`${sum.histories} histories, ${sum.broken.length} violations`);
  return sum.broken.length + blind.length > 0 ? 1 : 0;
}

/** `--keep SEED`: the history is made small and kept as a file. */
async function keep(name: string): Promise<number> {
  const path = await keepShrunk(name);
  print(path === null ? `seed ${name} breaks nothing: nothing is kept` : `kept as ${path}`);
  return path === null ? 1 : 0;
}

/** Histories that broke something once. */
async function playKept(): Promise<Played> {
  const sum: Played = { histories: 0, steps: 0, broken: [], met: {} };
  for (const { history } of keptHistories()) await playOne(history, history.seed, null, sum);
  return sum;
}

/** As many processes as there are cores, each with its share of the seeds. */
async function playDrawn(sum: Played, first: number, memory: number, postgres: number): Promise<void> {
  const cores = Math.max(1, availableParallelism());
  const jobs: Promise<Played>[] = [];
  const share = (count: number, index: number) => Math.floor(count / cores) + (index < count % cores ? 1 : 0);
  for (let index = 0; index < cores; index++) {
    const portions: Portion[] = [
      { first: first + index, stride: cores, count: share(memory, index), store: 'memory' },
      { first: first + 1_000_000 + index, stride: cores, count: share(postgres, index), store: 'postgres' },
    ];
    jobs.push(inTurn(portions.filter(({ count }) => count > 0)));
  }
  for (const played of await Promise.all(jobs)) addPlayed(sum, played);
}

async function inTurn(portions: Portion[]): Promise<Played> {
  const sum: Played = { histories: 0, steps: 0, broken: [], met: {} };
  for (const portion of portions) addPlayed(sum, await elsewhere(portion));
  return sum;
}

function elsewhere(portion: Portion): Promise<Played> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--portion', JSON.stringify(portion)]);
    let played: Played | null = null;
    child.on('message', (message) => {
      played = message as Played;
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      played && code === 0 ? resolve(played) : reject(new Error(`a player of histories ended with ${code}`)),
    );
  });
}

async function portionOfParent(portion: Portion): Promise<number> {
  let told = performance.now();
  let known = 0;
  const played = await playMany(portion, (sum) => {
    for (const { seed, message, history } of sum.broken.slice(known, MOST_PRINTED)) {
      print(`seed ${seed}: ${message}`);
      keepBroken(history);
    }
    known = sum.broken.length;
    if (performance.now() - told < REPORT_MILLISECONDS) return;
    told = performance.now();
    print(`${portion.store}: ${sum.histories} of ${portion.count}, ${sum.broken.length} violations`);
  });
  await new Promise<void>((resolve) => (process as unknown as ChildProcess).send?.(played, () => resolve()));
  process.disconnect();
  return 0;
}

function metText({ met }: Played): string {
  const parts = Object.entries(met).sort(([one], [other]) => (one < other ? -1 : 1));
  return `met: ${parts.map(([name, count]) => `${name} ${count}`).join(', ')}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
