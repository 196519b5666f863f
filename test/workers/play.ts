import { systemClock } from '../../src/lib/clock.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { startWorld, type Worker, type World } from './world.ts';

/** How large a play is, and how long one of its workers is stopped. */
export interface PlaySize {
  pairs: number;
  rows: number;
  stoppedSeconds: number;
  /** By people, on either side, each of a field nobody else edits. */
  editsASecond: number;
}

/** What a play came to. */
export interface Played {
  edits: number;
  /** Edits that do not stand on both sides. */
  lost: number;
  /** Records that are there more than once. */
  twice: number;
  /** From the kill until nothing was held by the dead worker, in seconds. */
  takeOverSeconds: number;
}

/** How long each stage may take. */
const PATIENCE_SECONDS = 900;
const LOOK_MILLISECONDS = 200;
/** All tables are compared so rarely: it takes the database's time from those at work. */
const COMPARE_MILLISECONDS = 2_000;

/**
 * A server and two workers keep pairs of tables the same while people edit. One worker is killed in the middle of a batch,
 * one is stopped for a while in the middle of another and woken; then all come to rest. `say` is told what happens.
 */
export async function play(size: PlaySize, say: (line: string) => void): Promise<Played> {
  const world = await startWorld(size.pairs, size.rows);
  try {
    const begun = performance.now();
    await until('the first sync', async () => (await differing(world, size)) === 0, COMPARE_MILLISECONDS);
    say(`${size.pairs} first syncs of ${size.rows} records: ${seconds(begun)} s`);
    const people = edit(world, size);
    const [, killed, stopped] = world.processes as [Worker, Worker, Worker];
    await midBatch(world, killed);
    killed.child.kill('SIGKILL');
    const died = performance.now();
    await until('the take-over', async () => (await held(world, killed)) === 0);
    const takeOverSeconds = seconds(died);
    say(`a worker was killed in the middle of a batch; its syncs went on elsewhere after ${takeOverSeconds} s`);
    await midBatch(world, stopped);
    stopped.child.kill('SIGSTOP');
    const slept = performance.now();
    await systemClock.sleep(size.stoppedSeconds * 1000);
    const stillHeld = await held(world, stopped);
    stopped.child.kill('SIGCONT');
    say(`a worker was stopped for ${seconds(slept)} s and woken; ${stillHeld} leases were still its own`);
    const edits = await people.end();
    const ended = performance.now();
    const isAtRest = async () => (await lost(world, edits)) === 0 && (await differing(world, size)) === 0;
    await until('rest', isAtRest, COMPARE_MILLISECONDS);
    say(`rest, ${seconds(ended)} s after the last edit`);
    return {
      edits: edits.size,
      lost: await lost(world, edits),
      twice: await duplicates(world, size),
      takeOverSeconds,
    };
  } finally {
    await world.stop();
  }
}

/** Waits until this worker has a batch under way. */
async function midBatch({ own }: World, { name }: Worker): Promise<void> {
  const query = `select from syncline.batch b join syncline.sync s on s.id = b.sync where s.worker = $1 and b.sent_at is not null limit 1`;
  await until('a batch under way', async () => (await own.query(query, [name])).rowCount !== 0, 0);
}

async function held({ own }: World, { name }: Worker): Promise<number> {
  const query = `select (select count(*) from syncline.sync where worker = $1) + (select count(*) from syncline.feed where worker = $1) as held`;
  return Number((await own.query<{ held: string }>(query, [name])).rows[0]?.held);
}

/** People at work: each edit sets one field of one row on one side, which nobody edits again. */
function edit({ shop }: World, { pairs, rows, editsASecond }: PlaySize): { end(): Promise<Map<string, string>> } {
  const random = seededRandom(7);
  const edits = new Map<string, string>();
  const free = Array.from({ length: pairs * rows * 2 }, (_, n) => n).sort(() => random.next() - 0.5);
  let working: 'yes' | 'no' = 'yes';
  const loop = async () => {
    for (const n of free) {
      if (working === 'no') return;
      const [pair, row, field] = [
        Math.floor(n / (rows * 2)),
        (Math.floor(n / 2) % rows) + 1,
        n % 2 === 0 ? 'name' : 'city',
      ];
      const side = random.next() < 0.5 ? 'a' : 'b';
      const value = `edit ${n}`;
      const { rowCount } = await shop.query(`update ${side}${pair} set ${field} = $1 where ref = $2`, [
        value,
        `r${row}`,
      ]);
      if (rowCount) edits.set(`${pair} r${row} ${field}`, value);
      await systemClock.sleep(1000 / editsASecond);
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
async function differing({ shop }: World, { pairs }: PlaySize): Promise<number> {
  const half = (one: string, other: string) =>
    `select ref, name, city from ${one} except all select ref, name, city from ${other}`;
  return count(
    shop,
    pairs,
    (n) => `select 1 where exists (${half(`a${n}`, `b${n}`)}) or exists (${half(`b${n}`, `a${n}`)})`,
  );
}

/** Records that are there more than once. */
async function duplicates({ shop }: World, { pairs }: PlaySize): Promise<number> {
  const twice = (table: string) => `select 1 from ${table} group by ref having count(*) > 1`;
  return count(shop, pairs, (n) => `${twice(`a${n}`)} union all ${twice(`b${n}`)}`);
}

/** Asked of all pairs at once: two hundred questions a look would be work of their own. */
async function count(shop: World['shop'], pairs: number, found: (n: number) => string): Promise<number> {
  const all = Array.from({ length: pairs }, (_, n) => `(${found(n)})`).join(' union all ');
  return (await shop.query(all)).rowCount ?? 0;
}

async function until(what: string, holds: () => Promise<boolean>, lookMilliseconds = LOOK_MILLISECONDS): Promise<void> {
  const from = performance.now();
  while (!(await holds())) {
    if (seconds(from) > PATIENCE_SECONDS) throw new Error(`${what} did not come in ${PATIENCE_SECONDS} s`);
    await systemClock.sleep(lookMilliseconds);
  }
}

function seconds(from: number): number {
  return Math.round((performance.now() - from) / 100) / 10;
}
