import { newLink } from '../src/engine/decision.ts';
import { hashSide } from '../src/engine/detect.ts';
import { merge } from '../src/engine/merge.ts';
import { plan } from '../src/engine/plan.ts';
import { compileRules } from '../src/model/compile.ts';
import type { Decision, Moment } from '../src/model/decision.ts';
import type { Field, Schema } from '../src/model/field.ts';
import { normaliseSync } from '../src/model/file/normalise.ts';
import type { Link, Pair } from '../src/model/link.ts';
import type { Rules } from '../src/model/rules.ts';
import type { Seen } from '../src/model/seen.ts';
import type { Value, Values } from '../src/model/value.ts';
import type { Figure } from './figure.ts';

/** Pairs per round, as many as a run plans at once, and seconds measured. */
const PAIRS = 1_000;
const SECONDS = 3;
const NAMES = ['email', 'first_name', 'last_name', 'phone', 'city', 'zip', 'title', 'note'];

/** Detect, merge and plan, alone on one core: pairs a second, with one field in eight changed on one side of each pair. */
export async function pureSteps(): Promise<Figure[]> {
  const rules = rulesOf();
  const moment: Moment = { now: 0, lastAsked: 1, salt: 1 };
  const quiet = pairs(rules, moment, 'none');
  const changed = pairs(rules, moment, 'one field');
  return [
    {
      name: 'pairs a second where one field changed',
      value: pace(rules, changed, moment),
      unit: 'pairs/s',
      aim: '≥ 200,000',
    },
    { name: 'pairs a second where nothing changed', value: pace(rules, quiet, moment), unit: 'pairs/s' },
  ];
}

function pace(rules: Rules, work: Pair[], moment: Moment): number {
  const sizes = { create: 1000, update: 1000, archive: 1000, delete: 1000 };
  const round = () => {
    const decisions: Decision[] = work.map((pair) => merge(rules, { pair, fresh: null, drop: [] }, () => null, moment));
    return plan(rules, decisions, { fresh: { a: new Set(), b: new Set() }, sizes: { a: sizes, b: sizes } });
  };
  for (let warm = 0; warm < 5; warm++) round();
  const from = performance.now();
  let rounds = 0;
  while (performance.now() - from < SECONDS * 1000) {
    round();
    rounds++;
  }
  return Math.round((rounds * work.length) / ((performance.now() - from) / 1000));
}

function pairs(rules: Rules, moment: Moment, change: 'none' | 'one field'): Pair[] {
  return Array.from({ length: PAIRS }, (_, index) => {
    const values = valuesOf(index);
    const link = linkOf(rules, index, values, moment);
    const edited =
      change === 'none'
        ? values
        : { ...values, [NAMES[index % NAMES.length] as string]: `changed${index}@example.org` };
    const seen = (id: string, shown: Values): Seen => ({
      id,
      values: shown,
      answered: 1,
      firstSeen: 1,
      changed: 1,
      version: '1',
    });
    return { link, a: seen(`a${index}`, edited), b: seen(`b${index}`, values), work: { a: null, b: null } };
  });
}

function valuesOf(index: number): Values {
  const values: Record<string, Value> = {};
  for (const name of NAMES) values[name] = name === 'email' ? `person${index}@example.org` : `${name} ${index}`;
  return values;
}

function linkOf(rules: Rules, index: number, values: Values, moment: Moment): Link {
  const link: Link = { ...newLink(`${index}`, { a: `a${index}`, b: `b${index}` }), stage: 'active', status: 'in-sync' };
  for (const mapping of rules.mappings) {
    for (const side of ['a', 'b'] as const) {
      const now = mapping.fields[side].map((name) => values[name] as Value);
      link.base[side][mapping.slot] = hashSide(mapping, side, now, values, moment.salt);
    }
  }
  return link;
}

function rulesOf(): Rules {
  const settings = normaliseSync({ a: { account: 'x', object: 'o' }, b: { account: 'y', object: 'o' } });
  const schemas = { a: schema('left'), b: schema('right') };
  const input = {
    sync: '1',
    version: 1,
    settings,
    schemas,
    slots: {},
    users: { a: [], b: [] },
    neighbours: [],
    now: 0,
  };
  const compiled = compileRules({ ...input, conditional: { a: true, b: true } });
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
  return compiled.rules;
}

function schema(app: string): Schema {
  const fields: Field[] = NAMES.map((name) => ({
    name,
    label: name,
    type: name === 'email' ? 'email' : 'text',
    writable: 'always',
  }));
  const can = { create: 'yes', update: 'yes', archive: 'yes', delete: 'yes' } as const;
  return { app, object: 'o', label: 'o', fields, associations: [], keys: ['email'], can };
}
