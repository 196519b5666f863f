import type { MappingSettings, SyncSettings } from '../../src/model/settings.ts';
import { type Dice, dice } from './chance.ts';
import { drawActions } from './draw-actions.ts';
import { choices, type Kind, normaliserOrder, normalisersOf, spelled } from './kinds.ts';
import type { AppKnobs, FieldKnobs, History, ObjectKnobs, SyncKnobs, WorldKnobs } from './knobs.ts';
import type { Traits } from './profiles.ts';

/** What people know of a record, whatever app they look at; some of it is in every history. */
const catalogue: { logical: string; kind: Kind; share: number }[] = [
  { logical: 'email', kind: 'email', share: 1 },
  { logical: 'name', kind: 'text', share: 1 },
  { logical: 'city', kind: 'text', share: 0.5 },
  { logical: 'street', kind: 'text', share: 0.4 },
  { logical: 'phone', kind: 'phone', share: 0.2 },
  { logical: 'amount', kind: 'number', share: 0.4 },
  { logical: 'stage', kind: 'select', share: 0.5 },
  { logical: 'born', kind: 'date', share: 0.3 },
  { logical: 'active', kind: 'boolean', share: 0.15 },
  { logical: 'tags', kind: 'tags', share: 0.15 },
  { logical: 'private', kind: 'text', share: 0.6 },
];

/** Which objects and syncs there are. */
type Shape = 'pair' | 'firms' | 'chain' | 'routed' | 'star';

/** A whole history from a number; `traits`: what is not drawn of the apps, in their order. */
export function drawHistory(seed: number, traits: Traits[] = []): History {
  const die = dice(seed, 'world');
  const shape = weighted<Shape>(die, { pair: 60, firms: 20, chain: 7, routed: 7, star: 6 });
  const logicals = catalogue.filter((each) => each.share === 1 || die.often(each.share));
  if (shape === 'routed' && !logicals.some((each) => each.logical === 'stage'))
    logicals.push({ logical: 'stage', kind: 'select', share: 1 });
  const names = shape === 'chain' || shape === 'star' ? ['p', 'q', 'r'] : ['p', 'q'];
  const apps = names.map((name, index) => drawApp(die, name, shape, logicals, traits[index]));
  const world: WorldKnobs = {
    apps,
    syncs: drawSyncs(die, shape, apps),
    workers: die.one([1, 1, 2, 3]),
    chaosSeconds: 400,
    rates: {
      crash: die.one([0, 0.002, 0.006, 0.012]),
      lost: die.one([0, 0, 0.002, 0.005]),
      stall: die.one([0, 0, 0.001, 0.003]),
      read: die.one([0, 0.02, 0.06]),
      write: die.one([0, 0.05, 0.15, 0.3]),
      lie: die.one([0, 0, 0, 0.02]),
    },
    courier: {
      on: die.often(0.6),
      lost: die.one([0, 0.2, 0.5]),
      doubled: die.one([0, 0.3]),
      latestSeconds: die.one([1, 10, 60]),
    },
    restartSeconds: die.one([1, 5, 60]),
    skewMilliseconds: die.one([0, 0, -240_000, 300_000]),
  };
  return { seed, world, actions: drawActions(seed, world) };
}

function drawApp(die: Dice, name: string, shape: Shape, logicals: typeof catalogue, traits?: Traits): AppKnobs {
  const drawn = die.one(['idempotency-key', 'own-id', 'unique-field', 'marker', 'window'] as const);
  const safety = traits?.safety ?? drawn;
  const conditional = die.often(0.4);
  const freshOnList = die.often(0.5);
  const changes = die.often(0.9) ? 'since' : 'none';
  const people = drawObject(die, name, 'people', logicals, safety);
  const objects = [people];
  if (shape === 'firms') {
    const firm = logicals.filter((each) => ['email', 'name', 'city'].includes(each.logical));
    objects.push(drawObject(die, name, 'firms', firm, safety));
    people.associations.push({ name: `firm_${name}`, to: 'firms', many: die.one(['one', 'many']) });
  }
  if (shape === 'routed' && name === 'q') objects.push(drawObject(die, name, 'leads', logicals, safety));
  return {
    name,
    ids: die.one(['sequential', 'random']),
    skewMilliseconds: die.one([0, 0, -300_000, 300_000]),
    stampMilliseconds: die.one([1, 1000, 60_000]),
    commitLagSeconds: die.one([0, 0, 5, 20]),
    indexLagSeconds: die.one([0, 5, 30, 60]),
    freshOnList,
    versions: conditional
      ? die.one(['counter', 'opaque'])
      : die.one(freshOnList ? ['counter', 'stamp', 'opaque', 'none'] : ['counter', 'stamp', 'opaque']),
    changes,
    deletions: changes === 'none' ? 'compared' : die.one(['told', 'told', 'compared', 'untold']),
    cursorSeconds: die.often(0.1) ? 60 : null,
    pageSize: 2 + die.below(6),
    byIdsMost: 1 + die.below(10),
    batch: { create: 1 + die.below(6), update: 1 + die.below(6), remove: 1 + die.below(4) },
    bad: die.one(['per-item', 'per-item', 'all-or-none']),
    image: die.one(['full', 'written', 'none']),
    conditional,
    safety,
    mergedId: die.one(['survivor', 'new']),
    farGone: die.one(['dropped', 'kept']),
    tellsDuplicate: safety === 'unique-field' || die.often(0.7),
    ...traits,
    objects,
  };
}

function drawObject(
  die: Dice,
  app: string,
  name: string,
  logicals: typeof catalogue,
  safety: AppKnobs['safety'],
): ObjectKnobs {
  const unique = safety === 'unique-field' || die.often(0.25);
  const fields = logicals.map((each): FieldKnobs => {
    const possible = normalisersOf[each.kind].filter(() => die.often(0.3));
    const fill = possible.includes('fill') && each.logical !== 'name';
    const isEmail = each.logical === 'email';
    const required = isEmail ? safety === 'unique-field' || die.often(0.1) : false;
    const chosen = possible.filter((one) => one !== 'fill' || fill).filter((one) => one !== 'blank' || !fill);
    return {
      name: `${each.logical}_${app}`,
      logical: each.logical,
      kind: each.kind,
      normalisers: normaliserOrder.filter((one) => chosen.includes(one)),
      unique: isEmail && unique,
      required,
      hidden: null,
    };
  });
  if (safety === 'marker') {
    fields.push({
      name: 'marker',
      logical: 'marker',
      kind: 'text',
      normalisers: [],
      unique: false,
      required: false,
      hidden: null,
    });
  }
  if (die.often(0.1)) {
    const field = die.one(fields.filter((each) => each.logical !== 'email' && each.logical !== 'marker'));
    const from = die.below(120);
    field.hidden = { from, to: from + 20 + die.below(60) };
  }
  return { name, fields, associations: [] };
}

function drawSyncs(die: Dice, shape: Shape, apps: AppKnobs[]): SyncKnobs[] {
  const [p, q, r] = apps as [AppKnobs, AppKnobs, AppKnobs | undefined];
  const people = (key: string, a: AppKnobs, b: AppKnobs, object = 'people') =>
    drawSync(die, key, [a, 'people'], [b, object]);
  const syncs = [people('people', p, q)];
  if (shape === 'firms') syncs.push(drawSync(die, 'firms', [p, 'firms'], [q, 'firms']));
  if (shape === 'chain' && r) syncs.push(people('onward', q, r));
  if (shape === 'star' && r) syncs.push(people('other', p, r));
  if (shape === 'routed') {
    syncs.push(people('leads', p, q, 'leads'));
    const spell = (...stages: string[]) => stages.map((stage) => spelled('p', stage));
    for (const [at, values] of [spell('won', 'lost', 'odd'), spell('new')].entries()) {
      const { settings } = syncs[at] as SyncKnobs;
      settings.route = { field: 'stage_p', values };
      settings.direction = 'a-to-b';
    }
  }
  return die.often(0.5) ? syncs : syncs.reverse();
}

function drawSync(
  die: Dice,
  key: string,
  [a, aObject]: [AppKnobs, string],
  [b, bObject]: [AppKnobs, string],
): SyncKnobs {
  const fields = { a: objectOf(a, aObject).fields, b: objectOf(b, bObject).fields };
  const direction = die.one(['both', 'both', 'both', 'both', 'a-to-b', 'b-to-a'] as const);
  const email = { a: `email_${a.name}`, b: `email_${b.name}` };
  const stage =
    fields.a.some((field) => field.logical === 'stage') && fields.b.some((field) => field.logical === 'stage');
  const filtered = die.often(0.25);
  const by = (app: AppKnobs) =>
    stage && die.often(0.6)
      ? { field: `stage_${app.name}`, op: 'in' as const, value: [spelled(app.name, 'new'), spelled(app.name, 'won')] }
      : { field: `name_${app.name}`, op: 'not-contains' as const, value: 'carl' };
  const associated = objectOf(a, aObject).associations.length > 0;
  const count = () => (die.often(0.15) ? { count: 2 + die.below(4) } : ('off' as const));
  const settings: SyncSettings = {
    a: { account: a.name, object: aObject },
    b: { account: b.name, object: bObject },
    direction,
    default: die.one(['a', 'b']),
    match: die.one<SyncSettings['match']>([
      [[email]],
      [[email]],
      'default',
      [[email], [{ a: `name_${a.name}`, b: `name_${b.name}` }]],
      'none',
    ]),
    require: die.often(0.2) ? [email.a] : [],
    filter: filtered
      ? { ...(die.often(0.7) ? { 'a-to-b': by(a) } : {}), ...(die.often(0.7) ? { 'b-to-a': by(b) } : {}) }
      : {},
    leaving: die.one(['keep', 'exclude']),
    deletions: {
      a: die.one(['ignore', 'ignore', 'archive', 'delete']),
      b: die.one(['ignore', 'ignore', 'archive', 'delete']),
    },
    route: null,
    mappings: drawMappings(die, fields, a.name, b.name),
    associations: associated ? [{ a: `firm_${a.name}`, b: `firm_${b.name}`, enabled: true }] : 'none',
    users: {},
    brakes: { create: count(), update: count(), empty: count(), archive: count() },
    everySeconds: 60,
    enabled: true,
  };
  return { key, settings };
}

function drawMappings(
  die: Dice,
  fields: { a: FieldKnobs[]; b: FieldKnobs[] },
  a: string,
  b: string,
): MappingSettings[] {
  const mappings: MappingSettings[] = [];
  const grouped = die.often(0.25);
  for (const field of fields.a) {
    if (['private', 'marker'].includes(field.logical) || !fields.b.some((each) => each.logical === field.logical))
      continue;
    const plain = field.logical === 'email' || die.often(0.6);
    const mapping: MappingSettings = {
      a: [`${field.logical}_${a}`],
      b: [`${field.logical}_${b}`],
      enabled: true,
      direction: plain ? 'both' : die.one(['both', 'both', 'both', 'a-to-b', 'b-to-a']),
      wins: plain ? 'default' : die.one(['default', 'a', 'b', 'latest']),
      fill: plain ? 'always' : die.one(['always', 'always', 'if-empty']),
      empty: die.one(['flows', 'flows', 'flows', 'keeps']),
    };
    if (field.kind === 'select' || field.kind === 'tags') mapping.options = optionMap(a, b);
    if (grouped && (field.logical === 'city' || field.logical === 'street')) {
      Object.assign(mapping, { group: 'address', direction: 'both', wins: 'default', fill: 'always', empty: 'flows' });
    }
    mappings.push(mapping);
  }
  return mappings;
}

function optionMap(a: string, b: string): Record<string, string> {
  return Object.fromEntries(choices.slice(0, -1).map((choice) => [spelled(a, choice), spelled(b, choice)]));
}

function objectOf(app: AppKnobs, name: string): ObjectKnobs {
  return app.objects.find((each) => each.name === name) as ObjectKnobs;
}

function weighted<T extends string>(die: Dice, weights: Record<T, number>): T {
  const all = Object.entries(weights) as [T, number][];
  let left = die.next() * all.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of all) {
    left -= weight;
    if (left < 0) return name;
  }
  return (all[0] as [T, number])[0];
}
