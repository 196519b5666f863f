import type { Landed } from '../model/decision.ts';
import type { Link } from '../model/link.ts';
import type { Rules } from '../model/rules.ts';
import type { Side, Value } from '../model/value.ts';
import type { Detected, LandedSlots } from './detect.ts';

/** I22: what is told in the history of updates whose answer was lost, once the records show that they landed. */
export function landedOf(rules: Rules, stored: Link | null, { landed }: Detected): Landed[] {
  const told: Landed[] = [];
  for (const side of SIDES) {
    const slots = landed[side];
    const record = stored?.ids[side] ?? null;
    if (!stored || !slots || record === null || slots.fields.length + slots.edges.length === 0) continue;
    told.push(toldOf(rules, stored, side, record, slots));
  }
  return told;
}

const SIDES = ['a', 'b'] as const;

function toldOf(rules: Rules, link: Link, side: Side, record: string, slots: LandedSlots): Landed {
  const told: Landed = { link: link.id, side, record, before: {}, after: {}, rule: {}, edges: {} };
  const { slots: fields = {}, edges = {}, rule = {} } = link.pending[side] ?? {};
  for (const mapping of rules.mappings) {
    const write = fields[mapping.slot];
    if (!write || !slots.fields.includes(mapping.slot)) continue;
    mapping.fields[side].forEach((name, index) => {
      // M6: fields of a mapping that were not written have no reason.
      if (!rule[name]) return;
      told.before[name] = write.before[index] as Value;
      told.after[name] = write.written[index] as Value;
      told.rule[name] = rule[name];
    });
  }
  for (const { slot, ends } of rules.associations) {
    const edge = edges[slot];
    if (edge && slots.edges.includes(slot)) told.edges[ends[side].name] = { add: edge.add, remove: edge.remove };
  }
  return told;
}
