import type { Intent } from '../model/decision.ts';
import { hashValues, tuple } from '../model/hash.ts';
import type { Link, Pair } from '../model/link.ts';
import type { Mapping } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Value } from '../model/value.ts';
import type { HistoryRow } from '../store/store.ts';
import { hashSide, isLive } from './detect.ts';
import type { Run } from './run.ts';

/** A write to be taken back, with the pair it was made on, or (where its record is gone since) only the link it left. */
export interface Back {
  row: HistoryRow;
  pair: Pair | null;
  link: Link | null;
}

/** U1: the write that restores what stood in a record's fields and associations before, where they stand as they were left. */
export function restoreFields(run: Run, side: Side, { row, pair }: Back, field: string | undefined): Intent[] {
  const seen = pair?.[side] ?? null;
  const link = pair?.link;
  if (!link || !seen || !isLive(seen) || link.ids[side] !== row.record) return [];
  const intent = bare(link, seen);
  for (const mapping of run.rules.mappings) {
    const names = mapping.fields[side].filter(
      (name) => row.after[name] !== undefined && (field === undefined || name === field),
    );
    const now = tuple(seen.values, mapping.fields[side]);
    if (names.length === 0 || !now) continue;
    // A clear was written too: null stands for itself.
    const left = mapping.fields[side].map((name, index) =>
      row.after[name] === undefined ? (now[index] as Value) : row.after[name],
    );
    if (!standsAsLeft(run, mapping, side, link, seen, left, now)) continue;
    const written = mapping.fields[side].map((name, index) =>
      names.includes(name) ? (row.before[name] ?? null) : (now[index] as Value),
    );
    if (hashValues(written, 0) === hashValues(now, 0)) continue;
    const other = pair[across(side)];
    // The base across stays: what was edited there and is not synced yet still flows.
    const based = link.base[across(side)][mapping.slot] ?? 0;
    const theirs = other && tuple(other.values, mapping.fields[across(side)]);
    intent.slots[mapping.slot] = {
      written,
      before: now,
      source: based || (theirs ? hashSide(mapping, across(side), theirs, (other as Seen).values, run.moment.salt) : 0),
    };
    mapping.fields[side].forEach((name, index) => {
      if (!names.includes(name) || hashValues([written[index] as Value], 0) === hashValues([now[index] as Value], 0))
        return;
      intent.values[name] = written[index] as Value;
      intent.before[name] = now[index] as Value;
      intent.rule[name] = 'undo';
    });
  }
  if (field === undefined) restoreEdges(run, side, row, seen, pair[across(side)], intent);
  return Object.keys(intent.slots).length + Object.keys(intent.edgeSlots).length > 0 ? [intent] : [];
}

/** Exactly what was written; or the app's form of it, as both sides agreed on it: what looks alike may be a person's edit. */
function standsAsLeft(
  run: Run,
  mapping: Mapping,
  side: Side,
  link: Link,
  seen: Seen,
  left: Value[],
  now: Value[],
): boolean {
  if (hashValues(left, 0) === hashValues(now, 0)) return true;
  const based = link.base[side][mapping.slot] === hashSide(mapping, side, now, seen.values, run.moment.salt);
  return based && mapping.isEcho(side, left, now);
}

function restoreEdges(run: Run, side: Side, row: HistoryRow, seen: Seen, other: Seen | null, intent: Intent): void {
  for (const mapping of run.rules.associations) {
    const { name } = mapping.ends[side];
    const edge = row.edges[name];
    const now = seen.values[name];
    if (!edge || !Array.isArray(now)) continue;
    const ids = now as string[];
    const stands = ids.length === edge.add.length && edge.add.every((id) => ids.includes(id));
    if (mapping.ends[side].many === 'one' && !stands) continue;
    const add = edge.remove.filter((id) => !ids.includes(id));
    const remove = edge.add.filter((id) => ids.includes(id));
    if (add.length + remove.length === 0) continue;
    const theirs = other?.values[mapping.ends[across(side)].name];
    const based = intent.link.edges[across(side)][mapping.slot];
    const source = based ?? (Array.isArray(theirs) ? (theirs as string[]) : []);
    const after = [...ids.filter((id) => !remove.includes(id)), ...add];
    intent.edges[name] = { add, remove };
    intent.edgeSlots[mapping.slot] = { add, remove, after, source };
  }
}

/** An intent of an undo that writes nothing yet. */
export function bare(link: Intent['link'], seen: Seen | null): Intent {
  return {
    link,
    target: seen?.id ?? null,
    source: null,
    values: {},
    edges: {},
    before: {},
    slots: {},
    edgeSlots: {},
    rule: {},
    claims: seen ? [`id:${seen.id}`] : [],
    work: [],
    attempts: 0,
    ...(seen?.version === undefined ? {} : { version: seen.version }),
  };
}
