import type { Intent } from '../model/decision.ts';
import { tuple } from '../model/hash.ts';
import { type EdgeSlot, type Link, leftOpen, openBeside, type Pending, putBase } from '../model/link.ts';
import { across, type Value, type Values } from '../model/value.ts';
import type { Batch } from '../store/store.ts';
import { hashSide } from './detect.ts';
import type { Run } from './run.ts';

/** A write that the app has done. */
export interface Landed {
  run: Run;
  batch: Batch;
  intent: Intent;
  /** What the app showed of the record as it answered, and its version then. */
  image: Values | undefined;
  version: string | undefined;
  /** The record as it was known before. */
  known: Values;
  /** Only what is asked for after this number tells what the app stored of the rest. */
  settledAfter: number;
}

/** D1: the base is what the app then showed; without an image the write stays pending until it is seen. */
export function agreed(link: Link, landed: Landed): Link {
  const { run, batch, intent, image, version, known, settledAfter } = landed;
  const { side, op, sentAt } = batch;
  const other = across(side);
  const { salt } = run.moment;
  const base = { a: link.base.a.slice(), b: link.base.b.slice() };
  const older = op === 'create' ? null : link.pending[side];
  const slots = leftOpen(older);
  for (const mapping of run.rules.mappings) {
    const slot = intent.slots[mapping.slot];
    if (!slot) continue;
    const shown = image ? tuple(image, mapping.fields[side]) : null;
    if (!shown) {
      slots[mapping.slot] = slot;
      continue;
    }
    delete slots[mapping.slot];
    putBase(base[side], mapping.slot, hashSide(mapping, side, shown, { ...known, ...image }, salt));
    putBase(base[other], mapping.slot, slot.source);
  }
  const kind =
    op === 'create' ? { op, version } : { op: 'update' as const, ...(older?.rule ? { rule: older.rule } : {}) };
  const rest: Pending = { ...kind, state: 'accepted', asked: settledAfter, sentAt: sentAt ?? 0, slots, edges: {} };
  const pending = Object.keys(slots).length > 0 ? rest : null;
  const held = link.held === 'new' ? null : link.held;
  const mate = openBeside(link.pending[other], intent.slots);
  const edges = agreedEdges(link, landed);
  return { ...link, held, stage: 'active', base, edges, pending: { a: mate, b: mate, [side]: pending } };
}

/** A write whose outcome is not known: only what is asked for after `asked` tells. */
export function unanswered(link: Link, { op, side, sentAt }: Batch, intent: Intent, asked: number): Pending {
  const sent = { state: 'sent' as const, asked, sentAt: sentAt ?? 0, edges: intent.edgeSlots };
  const { slots, token } = intent;
  if (op === 'create') return { op, ...sent, slots, ...(token === undefined ? {} : { token }) };
  const older = link.pending[side];
  const rule = { ...older?.rule, ...intent.rule };
  return { op: 'update', ...sent, slots: { ...leftOpen(older), ...slots }, rule };
}

/**
 * D1: an app may take fewer than it was sent (one lookup for several kinds): what it was given and does not show was not agreed.
 * What else it no longer shows went before, and is still to be told across.
 */
function agreedEdges(link: Link, { run, batch: { side }, intent, image }: Landed): Link['edges'] {
  const edges = { a: { ...link.edges.a }, b: { ...link.edges.b } };
  for (const { slot, ends } of run.rules.associations) {
    const edge = intent.edgeSlots[slot];
    if (!edge) continue;
    const shown = image?.[ends[side].name];
    edges[side][slot] = Array.isArray(shown)
      ? edge.after.filter((id) => (shown as unknown[]).includes(id) || !edge.add.includes(id))
      : edge.after;
    edges[across(side)][slot] = edge.source;
  }
  return edges;
}

/**
 * Does what was written move something else too: what the app gives a new record by itself, what a transform reads, a far
 * record that the app puts in the place of the one it was given (A2), or associations that the record has changed itself?
 */
export function leavesMore({ run, batch: { side, op }, intent, image = {}, known }: Landed): boolean {
  const { mappings, associations } = run.rules;
  if (Object.values(intent.edgeSlots).some((edge) => edge.further)) return true;
  if (
    associations.some(({ slot, ends }) =>
      isSwapped(intent.edgeSlots[slot], image[ends[side].name], known[ends[side].name]),
    )
  )
    return true;
  const isMoved = (name: string) =>
    op === 'create' ? (image[name] ?? null) !== null : intent.values[name] !== undefined;
  return mappings.some(({ slot, writes, fields, reads }) => {
    if (intent.slots[slot] || !writes[across(side)]) return false;
    return [...fields[side], ...(reads?.[side] ?? [])].some(isMoved);
  });
}

/** Does the app show a far record that was not there and was not given to it? */
function isSwapped(edge: EdgeSlot | undefined, shown: Value | undefined, known: Value | undefined): boolean {
  if (!edge || !Array.isArray(shown)) return false;
  const expected = new Set([...edge.after, ...(Array.isArray(known) ? (known as string[]) : [])]);
  return (shown as string[]).some((id) => !expected.has(id));
}

/** What the record shows of an association that was written: more than what both sides agreed on, where a far record still waits for its partner. */
export function withEdges(known: Value | undefined, { add, remove, after }: EdgeSlot): string[] {
  if (!Array.isArray(known)) return after;
  const kept = (known as string[]).filter((id) => !remove.includes(id) && !add.includes(id));
  return [...kept, ...add];
}
