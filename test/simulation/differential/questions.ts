import type { Dice } from '../chance.ts';
import type { Drawn } from './drawn.ts';
import type { Call } from './two-stores.ts';
import type { Known } from './walk.ts';
import { feedOf, recordIds, specs, syncsOfWalk } from './world.ts';

/** Every question that can be asked about a sync and one of its feeds; answering changes nothing. */
export function questions(die: Dice, drawn: Drawn, known: Known, key: string): Call[] {
  const sync = `#sync:${key}`;
  const side = drawn.side();
  const feed = feedOf(key, side);
  const some = drawn.some(recordIds, 5);
  const most = die.one([1, 3, 50]);
  const after = die.one([null, 'A', 'a']);
  const asked = die.one(known.asked.slice(-6));
  const rules = [specs.map((spec) => ({ a: spec, b: spec })), [{ a: 'name', b: 'name' }]];
  const links = [...(known.links.get(key)?.keys() ?? [])];
  const far = { side: die.one(['a', 'b']), object: die.one(objects), acrossObject: die.one(objects) };
  const part = die.one(['a', 'b', 'links'] as const);
  return [
    { method: 'feed', args: [feed] },
    { method: 'sync', args: [sync] },
    { method: 'syncsOn', args: [feed] },
    { method: 'dirty', args: [feed, most] },
    { method: 'missing', args: [feed, after, most] },
    { method: 'records', args: [feed, [...some, 'unknown']] },
    { method: 'due', args: [sync, most] },
    { method: 'horizon', args: [sync] },
    { method: 'load', args: [sync, { a: some, b: drawn.some(recordIds, 3) }] },
    { method: 'scan', args: [sync, die.one([null, { part, after: part === 'links' ? '0' : '1' }]), most] },
    { method: 'candidates', args: [sync, side, some, rules] },
    { method: 'unkeyed', args: [feed, specs, after, most] },
    { method: 'partners', args: [sync, some.map((id) => ({ ...far, id }))] },
    { method: 'arrivals', args: [sync, side, asked, most] },
    { method: 'barrier', args: [feed] },
    { method: 'openBatches', args: [sync] },
    { method: 'links', args: [sync, drawn.some(links, 4)] },
    { method: 'history', args: [{ sync, most, ...(die.often(0.3) && links[0] ? { link: die.one(links) } : {}) }] },
    { method: 'counts', args: [sync] },
    { method: 'nextWork', args: [sync] },
    { method: 'now', args: [] },
  ];
}

const objects = [...new Set(Object.values(syncsOfWalk).flatMap(({ a, b }) => [a.object, b.object]))];
