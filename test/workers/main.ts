import { systemClock } from '../../src/lib/clock.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { startWorld, type Worker, type World } from './world.ts';

const PAIRS = 200;
const ROWS = 20;
/** How long the second worker is stopped. */
const STOPPED_SECONDS = 60;
/** Edits a second by people, on either side, each of a field nobody else edits. */
const EDITS_A_SECOND = 40;
const PATIENCE_SECONDS = 300;

/**
 * `npm run worker-runs`: a server and two workers keep 200 pairs of tables the same while people edit. One worker is
 * killed in the middle of a batch, one is stopped for a minute and woken. At the end nothing is twice and no edit is lost.
 */
async function main(): Promise<void> {
  const world = await startWorld(PAIRS, ROWS);
  try {
    const begun = performance.now();
    await until('the first sync', async () => (await differing(world)) === 0);
    say(`${PAIRS} first syncs of ${ROWS} records: ${seconds(begun)} s`);
    const people = edit(world);
    const [, killed, stopped] = world.processes as [Worker, Worker, Worker];
    await midBatch(world, killed);
    killed.child.kill('SIGKILL');
    const died = performance.now();
    await until('the take-over', async () => (await held(world, killed)) === 0);
    say(`a worker was killed in the middle of a batch; its syncs went on elsewhere after ${seconds(died)} s`);
    await midBatch(world, stopped);
    stopped.child.kill('SIGSTOP');
    const slept = performance.now();
    await systemClock.sleep(STOPPED_SECONDS * 1000);
    const stillHeld = await held(world, stopped);
    stopped.child.kill('SIGCONT');
    say(`a worker was stopped for ${seconds(slept)} s and woken; ${stillHeld} leases were still its own`);
    const edits = await people.end();
    await until('rest', async () => (await lost(world, edits)) === 0 && (await differing(world)) === 0);
    const twice = await duplicates(world);
    say(`${PAIRS} syncs, ${edits.size} edits: ${await lost(world, edits)} lost, ${twice} records twice`);
    if (twice > 0) process.exitCode = 1;
  } finally {
    await world.stop();
  }
}

/** Waits until this worker has a batch under way. */
async function midBatch({ own }: World, { name }: Worker): Promise<void> {
  const query = `select from syncline.batch b join syncline.sync s on s.id = b.sync where s.worker = $1 and b.sent_at is not null limit 1`;
  for (;;) {
    const { rowCount } = await own.query(query, [name]);
    if (rowCount) return;
  }
}

async function held({ own }: World, { name }: Worker): Promise<number> {
  const query = `select (select count(*) from syncline.sync where worker = $1) + (select count(*) from syncline.feed where worker = $1) as held`;
  return Number((await own.query<{ held: string }>(query, [name])).rows[0]?.held);
}

/** People at work: each edit sets one field of one row on one side, which nobody edits again. */
function edit({ shop }: World): { end(): Promise<Map<string, string>> } {
  const random = seededRandom(7);
  const edits = new Map<string, string>();
  const free = Array.from({ length: PAIRS * ROWS * 2 }, (_, n) => n).sort(() => random.next() - 0.5);
  let working: 'yes' | 'no' = 'yes';
  const loop = async () => {
    for (const n of free) {
      if (working === 'no') return;
      const [pair, row, field] = [
        Math.floor(n / (ROWS * 2)),
        (Math.floor(n / 2) % ROWS) + 1,
        n % 2 === 0 ? 'name' : 'city',
      ];
      const side = random.next() < 0.5 ? 'a' : 'b';
      const value = `edit ${n}`;
      const { rowCount } = await shop.query(`update ${side}${pair} set ${field} = $1 where ref = $2`, [
        value,
        `r${row}`,
      ]);
      if (rowCount) edits.set(`${pair} r${row} ${field}`, value);
      await systemClock.sleep(1000 / EDITS_A_SECOND);
    }
  };
  const done = loop();
  return {
    end: async () => {
      working = 'no';
      await done;
      return edits;
    },
  };
}

/** Edits that do not stand on both sides. */
async function lost({ shop }: World, edits: Map<string, string>): Promise<number> {
  let missing = 0;
  const byPair = Map.groupBy(edits, ([place]) => place.split(' ')[0]);
  for (const [pair, some] of byPair) {
    for (const side of ['a', 'b']) {
      const { rows } = await shop.query<Record<string, string>>(`select ref, name, city from ${side}${pair}`);
      const byRef = new Map(rows.map((row) => [row.ref, row]));
      for (const [place, value] of some) {
        const [, ref = '', field = ''] = place.split(' ');
        if (byRef.get(ref)?.[field] !== value) missing++;
      }
    }
  }
  return missing;
}

/** Pairs of tables that do not hold the same. */
async function differing({ shop }: World): Promise<number> {
  let count = 0;
  for (let n = 0; n < PAIRS; n++) {
    const both = (one: string, other: string) =>
      `select ref, name, city from ${one}${n} except all select ref, name, city from ${other}${n}`;
    const { rowCount } = await shop.query(`(${both('a', 'b')}) union all (${both('b', 'a')}) limit 1`);
    if (rowCount) count++;
  }
  return count;
}

/** Records that are there more than once. */
async function duplicates({ shop }: World): Promise<number> {
  let count = 0;
  for (let n = 0; n < PAIRS; n++) {
    for (const side of ['a', 'b']) {
      const { rows } = await shop.query<{ more: string }>(
        `select count(*) - count(distinct ref) as more from ${side}${n}`,
      );
      count += Number(rows[0]?.more);
    }
  }
  return count;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const from = performance.now();
  while (!(await holds())) {
    if (performance.now() - from > PATIENCE_SECONDS * 1000)
      throw new Error(`${what} did not come in ${PATIENCE_SECONDS} s`);
    await systemClock.sleep(200);
  }
}

function seconds(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
