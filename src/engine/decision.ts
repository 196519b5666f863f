import type { Decision, Intent, Wait } from '../model/decision.ts';
import type { Link, Pair } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Two } from '../model/value.ts';
import type { EdgeMerge } from './merge-edges.ts';
import type { FieldWrites } from './merge-fields.ts';

/** A row that stands for a record or pair that the sync has not known before. */
export function newLink(id: string, ids: Two<string | null>): Link {
  return {
    id,
    ids,
    generation: 0,
    stage: 'open',
    status: 'waiting',
    problem: null,
    base: { a: [], b: [] },
    edges: { a: {}, b: {} },
    pending: { a: null, b: null },
    flips: {},
    held: null,
  };
}

/** The generation of a link in the place of these: one more than that of a pair that has lost a record. */
export function nextGeneration(rows: Link[]): number {
  return Math.max(0, ...rows.map(({ generation, stage }) => generation + (stage === 'gone' ? 1 : 0)));
}

/** A decision that leaves everything as it is. */
export function draft(pair: Pair, link: Link | null, change: Decision['change']): Decision {
  return {
    pair,
    link,
    change,
    drop: [],
    writes: { a: null, b: null },
    waits: [],
    reread: { a: 'no', b: 'no' },
    conflicts: 0,
    empties: 0,
    laterSeconds: null,
    landed: [],
  };
}

/** The link is to stand like this; noticed as a change only where it differs in what people and counts see, or in bases. */
export function stand(decision: Decision, link: Link): Decision {
  const stored = decision.pair.link;
  const moved =
    !stored ||
    stored.status !== link.status ||
    stored.stage !== link.stage ||
    stored.generation !== link.generation ||
    stored.problem?.message !== link.problem?.message ||
    stored.problem?.category !== link.problem?.category ||
    stored.problem?.others?.join() !== link.problem?.others?.join() ||
    stored.base !== link.base ||
    stored.edges !== link.edges ||
    stored.pending !== link.pending ||
    stored.held !== link.held ||
    stored.ids.a !== link.ids.a ||
    stored.ids.b !== link.ids.b;
  decision.link = link;
  if (moved && decision.change === 'none') decision.change = 'update';
  return decision;
}

/** No row is to be kept of this record. */
export function forget(decision: Decision): Decision {
  if (decision.pair.link) decision.drop.push(decision.pair.link.id);
  decision.link = null;
  decision.change = 'none';
  return decision;
}

/** The link fails with this problem. */
export function failing(link: Link, problem: Problem): Link {
  return { ...link, status: 'failing', problem };
}

/** The intent of writing these fields and associations of the pair on `side`. */
export function intentOf(
  decision: Decision,
  link: Link,
  source: string | null,
  target: string | null,
  fields: FieldWrites,
  edges: { writes: EdgeMerge['writes'] },
  side: Side,
): Intent {
  const { work } = decision.pair;
  return {
    link,
    target,
    source,
    values: { ...fields.values },
    edges: edges.writes[side].edges,
    before: fields.before,
    slots: fields.slots,
    edgeSlots: edges.writes[side].slots,
    rule: fields.rule,
    claims: target === null ? [] : [`id:${target}`],
    work: (['a', 'b'] as const).flatMap((each) => {
      const row = work[each];
      return row ? [{ side: each, record: row.record, seq: row.seq }] : [];
    }),
    attempts: Math.max(work.a?.attempts ?? 0, work.b?.attempts ?? 0),
  };
}

/** The far records that the link waits for. */
export function waitsOf(link: Link, pair: Pair, edges: EdgeMerge): Wait[] {
  return edges.waits.map((far) => {
    const own = pair[far.side] ? far.side : across(far.side);
    return { link: link.id, side: own, record: (pair[own] as Seen).id, far };
  });
}
