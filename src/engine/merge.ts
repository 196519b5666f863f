import type { Decision, Intent, Moment, Op, Partners, Wait } from '../model/decision.ts';
import { tuple } from '../model/hash.ts';
import { type Link, type Pair, putBase, type Status } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Rules } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Two, type Value } from '../model/value.ts';
import { detect, editedSince, hashSide } from './detect.ts';
import { claimKeys } from './match.ts';
import { type EdgeMerge, mergeEdges, newEdges } from './merge-edges.ts';
import { type FieldWrites, mergeFields, noWrites } from './merge-fields.ts';

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
  const start = stored ?? meeting.fresh;
  const detected = detect(rules, { ...pair, link: start }, moment.salt);
  const link = detected.link as Link;
  const decision = draft(
    pair,
    link,
    stored && stored.ids.a === link.ids.a && stored.ids.b === link.ids.b ? 'none' : 'insert',
  );
  if (stored && decision.change === 'insert') decision.change = 'update';
  if (detected.settled === 'yes' && decision.change === 'none') decision.change = 'update';
  decision.drop = meeting.drop;
  if (detected.unsettled.a || detected.unsettled.b) {
    decision.reread = { a: yes(detected.unsettled.a), b: yes(detected.unsettled.b) };
    return decision;
  }
  if (!detected.live.a || !detected.live.b) return mergeGone(rules, decision, link, detected.live, moment);
  if (!inScope(rules, pair, stored)) return stand(decision, { ...link, status: 'excluded', problem: null });
  const a = pair.a as Seen;
  const b = pair.b as Seen;
  const fields = mergeFields(rules, link, a, b, detected.fields, moment);
  const edges = mergeEdges(rules, link, a, b, partners);
  const next = rebased(link, fields.rebases, edges);
  const problem = fields.problems[0] ?? null;
  const status: Status = problem ? 'failing' : edges.waits.length > 0 ? 'waiting' : 'in-sync';
  decision.waits = waitsOf(link, pair, edges);
  decision.conflicts = fields.conflicts + edges.conflicts;
  decision.empties = fields.empties;
  stand(decision, { ...next, stage: 'active', status, problem, flips: fields.flips });
  if (problem?.category === 'unmapped-stage') return decision;
  for (const side of ['a', 'b'] as const) addUpdate(rules, decision, side, fields.writes[side], edges);
  if (decision.writes.a || decision.writes.b) return decision;
  return decision;
}

/** Decides a record that has no partner: to be made across, or why not. */
export function mergeAlone(
  rules: Rules,
  pair: Pair,
  side: Side,
  link: Link,
  partners: Partners,
  moment: Moment,
): Decision {
  const me = pair[side] as Seen;
  const target = across(side);
  const decision = draft(pair, link, pair.link ? 'none' : 'insert');
  const scope = rules.starts(side, me.values);
  if (!rules.writes[target] || scope.is === 'elsewhere') return forget(decision);
  if (scope.is === 'out') return stand(decision, { ...link, status: 'excluded', problem: null });
  if (!rules.can[target].create) return stand(decision, failing(link, cannotCreate(target)));
  const { writes, problem } = newFields(rules, side, me, moment);
  if (problem) return stand(decision, failing(link, problem));
  const { edges, missing } = newEdges(rules, side, me, partners);
  decision.waits = waitsOf(link, pair, edges);
  const lacking = rules.required[target].filter(
    (name) => !filled(writes.values[name]) && !edges.writes[target].edges[name],
  );
  const waited = lacking.find((name) => missing.includes(name));
  if (waited) return stand(decision, { ...link, status: 'waiting', problem: null });
  if (lacking.length > 0) return stand(decision, failing(link, lacks(target, lacking[0] as string)));
  const made = {
    ...link,
    problem: null,
    status: decision.waits.length > 0 ? ('waiting' as const) : ('in-sync' as const),
  };
  stand(decision, made);
  const intent = intentOf(decision, made, me.id, null, writes, edges, target);
  for (const [name, edge] of Object.entries(intent.edges)) intent.values[name] = edge.add;
  intent.claims = claimKeys(rules, side, me.values);
  decision.writes[target] = { op: 'create', intent };
  return decision;
}

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

/** F1: a pair is in scope if either direction's source is; once in sync it stays so unless leaving excludes it. */
function inScope(rules: Rules, pair: Pair, stored: Link | null): boolean {
  const scopes = (['a', 'b'] as const)
    .filter((side) => rules.writes[across(side)])
    .map((side) => rules.starts(side, (pair[side] as Seen).values).is);
  if (scopes.includes('in')) return true;
  const started = stored !== null && stored.stage === 'active' && stored.status !== 'excluded';
  return started && rules.leaving === 'keep' && !scopes.includes('elsewhere');
}

/** One record, or both, are gone. G1, G2, and the deletion policy. */
function mergeGone(rules: Rules, decision: Decision, link: Link, live: Two<boolean>, moment: Moment): Decision {
  if (!live.a && !live.b) return forget(decision);
  const lost: Side = live.a ? 'b' : 'a';
  const kept = across(lost);
  const seen = decision.pair[kept] as Seen;
  const policy = rules.writes[kept] ? rules.deletions[lost] : 'ignore';
  const neverAgreed = link.stage === 'open';
  if (neverAgreed) return forget(decision);
  const gone = { ...link, stage: 'gone' as const };
  if (policy === 'ignore') return stand(decision, failing(gone, deleted(lost)));
  if (editedSince(rules, link, kept, seen, moment.salt)) return stand(decision, failing(gone, editedAfter(lost)));
  const op: Op = policy === 'delete' && rules.can[kept].delete ? 'delete' : 'archive';
  if (!rules.can[kept][op]) return stand(decision, failing(gone, cannotRemove(kept)));
  stand(decision, gone);
  const nothing = { edges: { writes: { a: { edges: {}, slots: {} }, b: { edges: {}, slots: {} } } } };
  const intent = intentOf(decision, gone, null, seen.id, noWrites(), nothing.edges, kept);
  if (seen.version !== undefined) intent.version = seen.version;
  intent.before = seen.values;
  decision.writes[kept] = { op, intent };
  return decision;
}

function newFields(
  rules: Rules,
  from: Side,
  me: Seen,
  moment: Moment,
): { writes: FieldWrites; problem: Problem | null } {
  const writes = noWrites();
  const target = across(from);
  let problem: Problem | null = null;
  for (const mapping of rules.mappings) {
    const values = tuple(me.values, mapping.fields[from]);
    if (!values || !mapping.creates[target]) continue;
    const before = mapping.fields[target].map(() => null);
    const source = hashSide(mapping, from, values, me.values, moment.salt);
    if (mapping.isEmpty(from, values)) {
      // What the app fills in by itself is its form of empty, not a change to carry back.
      writes.slots[mapping.slot] = { written: before, before, source };
      continue;
    }
    const converted = mapping.convert(from, values, me.values);
    if ('problem' in converted) {
      const found: Problem = {
        category: converted.problem,
        side: target,
        field: converted.field,
        message: `${mapping.name}: ${converted.message}`,
      };
      if (!problem || found.category === 'unmapped-stage') problem = found;
      continue;
    }
    mapping.fields[target].forEach((name, index) => {
      writes.values[name] = converted.values[index] as Value;
      writes.rule[name] = `changed in ${from}`;
    });
    writes.slots[mapping.slot] = { written: converted.values, before, source };
  }
  return { writes, problem };
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

function intentOf(
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

function waitsOf(link: Link, pair: Pair, edges: EdgeMerge): Wait[] {
  return edges.waits.map((far) => {
    const own = pair[far.side] ? far.side : across(far.side);
    return { link: link.id, side: own, record: (pair[own] as Seen).id, far };
  });
}

function filled(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
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

function cannotCreate(side: Side): Problem {
  return {
    category: 'read-only',
    side,
    message: 'this app does not let records of this type be made; sync the other way, or exclude the record',
  };
}

function cannotRemove(side: Side): Problem {
  return {
    category: 'read-only',
    side,
    message: 'this app does not let records of this type be archived or deleted; remove it by hand',
  };
}

function lacks(side: Side, field: string): Problem {
  return {
    category: 'required-missing',
    side,
    field,
    message: `${field} must have a value before the record can be made; fill it in, map it, or give it a default by a transform`,
  };
}
