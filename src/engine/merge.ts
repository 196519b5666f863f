import type { Decision, Moment, Op, Partners } from '../model/decision.ts';
import { type Link, type Pair, putBase, type Status } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Rules } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Two } from '../model/value.ts';
import { draft, failing, forget, intentOf, stand, waitsOf } from './decision.ts';
import { detect, editedSince, type FieldChange } from './detect.ts';
import { type EdgeMerge, mergeEdges, noEdgeMerge } from './merge-edges.ts';
import { type FieldMerge, type FieldWrites, FREEZE_SECONDS, mergeFields, noFields, noWrites } from './merge-fields.ts';
import { landedOf } from './merge-landed.ts';

/** What a pair was found to be before it is merged: its link, or what matching said of a record that has none. */
export interface Meeting {
  pair: Pair;
  /** The row to be kept where the pair has none yet, or only rows of its single records. */
  fresh: Link | null;
  drop: string[];
}

/** Decides one pair of records that are known to belong together (linked, or matched just now). */
export function merge(rules: Rules, meeting: Meeting, partners: Partners, moment: Moment): Decision {
  const { pair } = meeting;
  const stored = pair.link;
  const start = meeting.fresh ?? stored;
  const detected = detect(rules, start === stored ? pair : { ...pair, link: start }, moment.salt);
  const link = detected.link as Link;
  const decision = draft(
    pair,
    link,
    stored && stored.ids.a === link.ids.a && stored.ids.b === link.ids.b ? 'none' : 'insert',
  );
  if (stored && decision.change === 'insert') decision.change = 'update';
  if (detected.settled === 'yes' && decision.change === 'none') decision.change = 'update';
  decision.drop = meeting.drop;
  decision.landed = landedOf(rules, stored, detected);
  if (detected.unsettled.a || detected.unsettled.b) {
    decision.reread = { a: yes(detected.unsettled.a), b: yes(detected.unsettled.b) };
    return decision;
  }
  if (meeting.fresh && detected.live.a && detected.live.b) {
    decision.reread = { a: yes(mayBeGone(pair, 'a')), b: yes(mayBeGone(pair, 'b')) };
    if (decision.reread.a === 'yes' || decision.reread.b === 'yes') return decision;
  }
  if (!detected.live.a || !detected.live.b) return mergeGone(rules, decision, link, detected.live, moment);
  const scope = scopeOf(rules, pair, stored);
  // A pair that another sync of a route has, and this one never had, is none of its excluded ones.
  if (scope === 'elsewhere' && link.stage === 'open') return forget(decision);
  if (scope !== 'in') return stand(decision, { ...link, status: 'excluded', problem: null });
  const a = pair.a as Seen;
  const b = pair.b as Seen;
  const fields = detected.fields.length === 0 ? null : mergeFields(rules, link, a, b, detected.fields, moment);
  const edges = rules.associations.length === 0 ? null : mergeEdges(rules, link, a, b, partners);
  if (!fields && !edges && link.stage === 'active' && link.status === 'in-sync') return decision;
  if (fields && stored?.stage === 'active') {
    const isDue = (side: Side) => yes(mayHaveGone(rules, pair, side, detected.fields, fields));
    decision.reread = { a: isDue('a'), b: isDue('b') };
    if (decision.reread.a === 'yes' || decision.reread.b === 'yes') return decision;
  }
  return mergeLive(rules, decision, link, fields ?? noFields(link), edges ?? noEdgeMerge());
}

/**
 * A record that may have gone before its mate came is looked at before the two are paired: or what is left of it would be
 * written over the newcomer, and its deletion, noticed later, would take the newcomer away (G2).
 */
function mayBeGone(pair: Pair, side: Side): boolean {
  return (pair[side] as Seen).answered < (pair[across(side)] as Seen).firstSeen;
}

/**
 * G2: an edit that is agreed upon without a write is as good as forgotten, should its partner turn out to be gone for longer: where
 * that would remove the record, the partner is looked at first.
 */
function mayHaveGone(rules: Rules, pair: Pair, side: Side, moved: FieldChange[], { rebases }: FieldMerge): boolean {
  const other = across(side);
  const unseen = (pair[side] as Seen).answered < (pair[other] as Seen).changed;
  if (!unseen || !rules.writes[other] || rules.deletions[side] === 'ignore') return false;
  const agreed = new Set(rebases.map(({ slot }) => slot));
  return moved.some(({ mapping, states }) => agreed.has(mapping.slot) && states[other] !== 'same');
}

/** Both records are there: bases move, writes go out, what is missing is waited for. */
function mergeLive(rules: Rules, decision: Decision, link: Link, fields: FieldMerge, edges: EdgeMerge): Decision {
  const { pair } = decision;
  const next = rebased(link, fields.rebases, edges);
  const problem = fields.problems[0] ?? null;
  const status: Status = problem ? 'failing' : edges.waits.length > 0 ? 'waiting' : 'in-sync';
  decision.waits = waitsOf(link, pair, edges);
  decision.conflicts = fields.conflicts + edges.conflicts;
  decision.empties = fields.empties;
  stand(decision, { ...next, stage: 'active', status, problem, flips: fields.flips });
  if (problem?.category === 'looping') decision.laterSeconds = FREEZE_SECONDS;
  if (problem?.category === 'unmapped-stage') return decision;
  for (const side of ['a', 'b'] as const) addUpdate(rules, decision, side, fields.writes[side], edges);
  return decision;
}

/** F1: a pair is in scope if either direction's source is; once in sync it stays so unless leaving excludes it. */
function scopeOf(rules: Rules, pair: Pair, stored: Link | null): 'in' | 'out' | 'elsewhere' {
  const a = rules.writes.b ? rules.starts('a', (pair.a as Seen).values).is : null;
  if (a === 'in') return 'in';
  const b = rules.writes.a ? rules.starts('b', (pair.b as Seen).values).is : null;
  if (b === 'in') return 'in';
  if (a === 'elsewhere' || b === 'elsewhere') return 'elsewhere';
  const started = stored !== null && stored.stage === 'active' && stored.status !== 'excluded';
  return started && rules.leaving === 'keep' ? 'in' : 'out';
}

/** One record, or both, are gone. G1, G2, and the deletion policy. */
function mergeGone(rules: Rules, decision: Decision, link: Link, live: Two<boolean>, moment: Moment): Decision {
  if (!live.a && !live.b) return forget(decision);
  const lost: Side = live.a ? 'b' : 'a';
  const kept = across(lost);
  const seen = decision.pair[kept] as Seen;
  // What is left of the pair belongs to another sync of a route.
  if (rules.writes[lost] && rules.starts(kept, seen.values).is === 'elsewhere') return forget(decision);
  // It lives on as a record of another type: this pair is over, and the row keeps another one from being made.
  if (decision.pair[lost]?.gone === 'moved')
    return stand(decision, { ...link, stage: 'gone', status: 'excluded', problem: null });
  const policy = rules.writes[kept] ? rules.deletions[lost] : 'ignore';
  const neverAgreed = link.stage === 'open';
  if (neverAgreed) return forget(decision);
  const gone = { ...link, stage: 'gone' as const };
  // G3: what left the filter is left alone, whatever becomes of its partner; what is back in it by now is told of, never removed.
  const isBack = rules.writes[lost] && rules.starts(kept, seen.values).is === 'in';
  if (link.status === 'excluded') return stand(decision, isBack ? failing(gone, deleted(lost)) : gone);
  if (policy === 'ignore') return stand(decision, failing(gone, deleted(lost)));
  if (editedSince(rules, link, kept, seen, moment.salt)) return stand(decision, failing(gone, editedAfter(lost)));
  const op: Op = policy === 'delete' && rules.can[kept].delete ? 'delete' : 'archive';
  if (!rules.can[kept][op]) return stand(decision, failing(gone, cannotRemove(kept)));
  stand(decision, gone);
  const intent = intentOf(decision, gone, null, seen.id, noWrites(), noEdgeMerge(), kept);
  if (seen.version !== undefined) intent.version = seen.version;
  intent.before = seen.values;
  decision.writes[kept] = { op, intent };
  return decision;
}

function addUpdate(rules: Rules, decision: Decision, side: Side, fields: FieldWrites, edges: EdgeMerge): void {
  const target = decision.pair[side] as Seen;
  const nothing = Object.keys(fields.slots).length === 0 && Object.keys(edges.writes[side].slots).length === 0;
  if (nothing) return;
  if (!rules.can[side].update) {
    const problem: Problem = {
      category: 'read-only',
      side,
      message: 'this app does not let records of this type be changed; sync one way, or exclude the record',
    };
    stand(decision, failing(decision.link as Link, problem));
    return;
  }
  const source = (decision.pair[across(side)] as Seen).id;
  const intent = intentOf(decision, decision.link as Link, source, target.id, fields, edges, side);
  if (target.version !== undefined) intent.version = target.version;
  intent.claims = [`id:${target.id}`];
  decision.writes[side] = { op: 'update', intent };
}

function rebased(link: Link, fields: { slot: number; hashes: Two<number> }[], edges: EdgeMerge): Link {
  if (fields.length === 0 && edges.rebases.length === 0) return link;
  const base = { a: link.base.a.slice(), b: link.base.b.slice() };
  for (const { slot, hashes } of fields) {
    putBase(base.a, slot, hashes.a);
    putBase(base.b, slot, hashes.b);
  }
  if (edges.rebases.length === 0) return { ...link, base };
  const sets = { a: { ...link.edges.a }, b: { ...link.edges.b } };
  for (const each of edges.rebases) {
    sets.a[each.slot] = each.sets.a;
    sets.b[each.slot] = each.sets.b;
  }
  return { ...link, base: fields.length === 0 ? link.base : base, edges: sets };
}

function yes(needed: boolean): 'yes' | 'no' {
  return needed ? 'yes' : 'no';
}

function deleted(side: Side): Problem {
  return {
    category: side === 'a' ? 'deleted-in-a' : 'deleted-in-b',
    side,
    message: 'the record was deleted in this app; re-create it there, or unlink it',
  };
}

function editedAfter(side: Side): Problem {
  return {
    ...deleted(side),
    message:
      'the record was deleted in this app, but edited in the other one since, so it was kept there; re-create it, or delete it by hand',
  };
}

function cannotRemove(side: Side): Problem {
  return {
    category: 'read-only',
    side,
    message: 'this app does not let records of this type be archived or deleted; remove it by hand',
  };
}
