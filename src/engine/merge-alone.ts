import type { Decision, Moment, Partners } from '../model/decision.ts';
import { tuple } from '../model/hash.ts';
import type { Link, Pair } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Rules } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Value } from '../model/value.ts';
import { draft, failing, forget, intentOf, stand, waitsOf } from './decision.ts';
import { hashSide } from './detect.ts';
import { claimKeys } from './match.ts';
import { newEdges } from './merge-edges.ts';
import { type FieldWrites, noWrites } from './merge-fields.ts';

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
  if (isHalfSeen(rules, side, me)) return { ...decision, reread: { a: yes(side === 'a'), b: yes(side === 'b') } };
  const { writes, problem } = newFields(rules, side, me, moment);
  if (problem) return stand(decision, failing(link, problem));
  const { edges, missing } = newEdges(rules, side, me, partners);
  decision.waits = waitsOf(link, pair, edges);
  const lacking = rules.required[target].filter(
    (name) => !filled(writes.values[name]) && !edges.writes[target].edges[name],
  );
  const waited = missing.some((name) => lacking.includes(name) || isOnce(rules, target, name));
  if (waited) return stand(decision, { ...link, status: 'waiting', problem: null });
  // A line item of a deal is none of a sync of orders' items.
  if (lacking.some((name) => isUnrelated(rules, target, name)))
    return stand(decision, { ...link, status: 'excluded', problem: null });
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

/** D2: another sync may have made it, and its app showed no more than was written: it is looked at before it is made across. */
function isHalfSeen(rules: Rules, side: Side, me: Seen): boolean {
  if (me.answered > me.firstSeen) return false;
  return rules.mappings.some(({ creates, fields }) => creates[across(side)] && tuple(me.values, fields[side]) === null);
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
    if (!mapping.creates[target]) continue;
    const before = mapping.fields[target].map(() => null);
    if (!values) {
      // D2: what is not shown is not agreed on; what the app fills in meanwhile is its form of empty all the same (F16).
      writes.slots[mapping.slot] = { written: before, before, source: 0 };
      continue;
    }
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
  for (const [name, value] of Object.entries(rules.given[target])) {
    if (filled(writes.values[name])) continue;
    writes.values[name] = value;
    writes.rule[name] = 'route';
  }
  return { writes, problem };
}

/** What a record can only be made with, it is not made without. */
function isOnce(rules: Rules, target: Side, name: string): boolean {
  return rules.associations.some(({ ends, writes }) => ends[target].name === name && !writes[target]);
}

/** An association that is synced, and of which the record has none. */
function isUnrelated(rules: Rules, target: Side, name: string): boolean {
  return rules.associations.some(({ ends, farSync }) => ends[target].name === name && farSync === 'exists');
}

function yes(needed: boolean): 'yes' | 'no' {
  return needed ? 'yes' : 'no';
}

function filled(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

function cannotCreate(side: Side): Problem {
  return {
    category: 'read-only',
    side,
    message: 'this app does not let records of this type be made; sync the other way, or exclude the record',
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
