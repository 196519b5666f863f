import type { Link } from '../../../src/model/link.ts';
import type { Changes, HistoryInsert } from '../../../src/store/store.ts';
import type { Dice } from '../chance.ts';
import type { Drawn } from './drawn.ts';
import type { Known } from './walk.ts';
import { recordIds, syncsOfWalk } from './world.ts';

/** A commit that the store must take, and how what the walk knows changes with it. */
export function commitOf(
  die: Dice,
  drawn: Drawn,
  known: Known,
  sync: string,
  asked: string,
): { changes: Changes; learn(refused: number[]): void } {
  const links = new Map(known.links.get(sync));
  const batches = known.batches.get(sync) as string[];
  const changes: Changes = {};
  if (die.often(0.25) && batches.length > 0) changes.close = die.often(0.9) ? die.one(batches) : 'never opened';
  if (die.often(0.15)) changes.drop = drawn.some([...links.keys()], 2);
  for (const id of changes.drop ?? []) links.delete(id);
  if (die.often(0.5)) changes.update = updated(die, drawn, links, asked);
  if (die.often(0.5)) changes.insert = inserted(die, drawn, known, links, asked);
  for (const link of changes.insert ?? []) links.set(link.id, link);
  const standing = [...links.values()];
  if (die.often(0.2)) changes.images = { a: null, b: null, [drawn.side()]: { ...drawn.observed(asked), how: 'image' } };
  if (die.often(0.3)) changes.history = drawn.some(standing, 2).map((link) => historyOf(drawn, link));
  if (die.often(0.3)) changes.unwait = drawn.some(standing, 2).map((link) => link.id);
  if (die.often(0.4)) changes.waits = waitsOf(die, drawn, drawn.some(standing, 2));
  if (die.often(0.4)) changes.work = workOf(die, drawn, known, sync);
  const own = known.work.filter((row) => row.sync === sync);
  if (die.often(0.4))
    changes.done = drawn.some(own, 3).map(({ side, record, seq }) => ({ side, record, seq: seq as never }));
  const sent = drawn.some(standing, 3);
  if (die.often(0.3) && sent.length > 0) changes.open = drawn.batch(sent, asked);
  if (die.often(0.1)) changes.tally = { a: counts(die), b: counts(die), linked: 1, conflicts: 0 };
  if (die.often(0.1)) changes.progress = { phase: 'live', version: 1, run: 'run' };
  return {
    changes,
    learn(refused) {
      known.links.set(sync, links);
      if (changes.close !== undefined)
        known.batches.set(
          sync,
          batches.filter((id) => id !== changes.close),
        );
      if (changes.open && refused.length < changes.open.items.length) known.batches.get(sync)?.push(changes.open.id);
    },
  };
}

/** A link keeps its records, or goes over to another that is free on one side. */
function idsOf(die: Dice, links: Map<string, Link>, { ids }: Link): [string | null, string | null] {
  if (die.often(0.7)) return [ids.a, ids.b];
  const side = die.one(['a', 'b'] as const);
  const free = freeOn(links, side);
  const next = { ...ids, [side]: free.length > 0 ? die.one(free) : ids[side] };
  return [next.a, next.b];
}

/** Some links as they may stand next; `links` follows. */
function updated(die: Dice, drawn: Drawn, links: Map<string, Link>, asked: string): Link[] {
  return drawn.some([...links.values()], 2).map((link) => {
    const next = drawn.link(link.id, ...idsOf(die, links, link), asked);
    links.set(link.id, next);
    return next;
  });
}

function inserted(die: Dice, drawn: Drawn, known: Known, links: Map<string, Link>, asked: string): Link[] {
  const made: Link[] = [];
  for (let count = 1 + die.below(2); count > 0; count--) {
    const now = new Map([...links, ...made.map((link): [string, Link] => [link.id, link])]);
    const free = { a: freeOn(now, 'a'), b: freeOn(now, 'b') };
    const a = free.a.length > 0 && die.often(0.85) ? die.one(free.a) : null;
    const b = free.b.length > 0 && (a === null || die.often(0.75)) ? die.one(free.b) : null;
    if (a === null && b === null) continue;
    made.push(drawn.link(known.freeIds.shift() as string, a, b, asked));
  }
  return made;
}

function freeOn(links: Map<string, Link>, side: 'a' | 'b'): string[] {
  const taken = new Set([...links.values()].map((link) => link.ids[side]));
  return recordIds.filter((id) => !taken.has(id));
}

function historyOf(drawn: Drawn, link: Link): HistoryInsert {
  const side = drawn.side();
  return {
    run: 'run',
    link: link.id,
    side,
    op: 'update',
    record: link.ids[side] ?? '1',
    before: drawn.values(),
    after: drawn.values(),
    rule: { email: 'changed in a' },
    edges: {},
  };
}

/** They wait for records of the other sync between the same accounts, and of their own. */
function waitsOf(die: Dice, drawn: Drawn, links: Link[]): Changes['waits'] {
  const objects = Object.values(syncsOfWalk).flatMap(({ a, b }) => [a.object, b.object]);
  return links.flatMap((link) => {
    const side = link.ids.a === null ? 'b' : 'a';
    const record = link.ids[side];
    if (record === null) return [];
    const far = {
      side: drawn.side(),
      object: die.one(objects),
      id: die.one(recordIds),
      ...(die.often(0.5) ? { acrossObject: die.one(objects) } : {}),
    };
    return [{ link: link.id, side, record, far }];
  });
}

function workOf(die: Dice, drawn: Drawn, known: Known, sync: string): NonNullable<Changes['work']> {
  const fresh = drawn.some(recordIds, 2).map((record) => ({ side: drawn.side(), record }));
  const old = drawn.some(
    known.work.filter((row) => row.sync === sync),
    2,
  );
  return [...fresh, ...old].map((row) => ({
    side: row.side,
    record: row.record,
    reason: 'again',
    delaySeconds: die.one([0, 0, 30, 0.5]),
    attempts: die.below(4),
    ...('seq' in row && die.often(0.7) ? { seq: row.seq as never } : {}),
  }));
}

function counts(die: Dice) {
  return { created: die.below(3), updated: die.below(3), archived: 0, deleted: 0 };
}
