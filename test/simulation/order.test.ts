import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dice } from './chance.ts';
import { drawHistory } from './draw.ts';
import type { Action, History } from './knobs.ts';
import { play } from './play.ts';
import { memoryWorldRig } from './rigs.ts';
import type { World } from './world.ts';

/** Histories, and how many orders each is played in. */
const HISTORIES = 20;
const ORDERS = 2;
const FIRST = 600_000;

test('I10 what people do without meeting each other ends the same, in whatever order pages, notices and workers come', async () => {
  let writes = 0;
  for (let seed = FIRST; seed < FIRST + HISTORIES; seed++) {
    const calm = calmHistory(seed);
    // Which of two syncs of a route comes first is told by the record, not by the order: it is left to the other histories.
    if (calm.world.syncs.some(({ settings }) => settings.route)) continue;
    const once = await endOf(calm);
    writes += once.writes;
    for (let order = 1; order < ORDERS; order++) {
      // Only delays, lags and the order of everything hang on the seed of a history that is already drawn.
      const again = await endOf({ ...calm, seed: seed + order * 1_000_003 });
      assert.deepEqual(again.records, once.records, `seed ${seed} in order ${order}`);
    }
  }
  assert.ok(writes > HISTORIES * 10, `${writes} writes of the engine`);
});

/** A drawn world without faults, and people who never touch the same field of the same record from two sides. */
function calmHistory(seed: number): History {
  const { world } = drawHistory(seed);
  const none = { crash: 0, lost: 0, stall: 0, read: 0, write: 0, lie: 0 };
  // What an app's lists do not show yet when a sync begins meets nobody: that hangs on the order too.
  const apps = world.apps.map((app) => ({
    ...app,
    commitLagSeconds: 0,
    indexLagSeconds: 0,
    objects: app.objects.map((object) => ({ ...object, fields: object.fields.map(plainField) })),
  }));
  const syncs = world.syncs.map(({ key, settings }) => ({ key, settings: plainSync(settings) }));
  return { seed, world: { ...world, apps, syncs, rates: none }, actions: calmActions(seed, apps) };
}

type Field = History['world']['apps'][number]['objects'][number]['fields'][number];
type Settings = History['world']['syncs'][number]['settings'];

/** What an app fills in by itself meets what a person types, or not: that hangs on the order. */
function plainField(field: Field): Field {
  const normalisers = field.normalisers.filter((each) => each !== 'fill' && each !== 'blank');
  return { ...field, normalisers, hidden: null, required: false };
}

function plainSync(settings: Settings): Settings {
  const email = { a: `email_${settings.a.account}`, b: `email_${settings.b.account}` };
  return {
    ...settings,
    direction: 'both',
    match: [[email]],
    require: [],
    filter: {},
    deletions: { a: 'ignore', b: 'ignore' },
    brakes: { create: 'off', update: 'off', empty: 'off', archive: 'off' },
    mappings: (Array.isArray(settings.mappings) ? settings.mappings : []).map((each) =>
      each === 'default' ? each : { ...each, direction: 'both', wins: 'default', fill: 'always', empty: 'flows' },
    ),
  };
}

/** Records per app and object; some have the same e-mail as one across. */
const RECORDS = 5;
const SHARED = 2;
const EDITS = 25;
/** By then those that were there have met, whatever the order. */
const MET_SECONDS = 220;

/** Each field belongs to the people of one app, but the e-mail: nobody touches that. */
function calmActions(seed: number, apps: History['world']['apps']): Action[] {
  const die = dice(seed, 'calm');
  // Of three that meet two by two, who met first decides: only pairs are the same in any order.
  const shared = apps.length > 2 ? 0 : SHARED;
  const actions: Action[] = [];
  apps.forEach((app, place) => {
    app.objects.forEach((_, object) => {
      for (let record = 0; record < RECORDS; record++) {
        const key = place * (RECORDS - shared) + record;
        actions.push({ when: { at: -10 }, what: { do: 'create', app: place, object, key, pick: die.below(1000) } });
      }
    });
  });
  for (let edit = 0; edit < EDITS; edit++) {
    const app = die.below(apps.length);
    const object = die.below(apps[app]?.objects.length ?? 1);
    const fields = (apps[app]?.objects[object]?.fields ?? []).filter((field) => field.logical !== 'marker');
    const own = fields.flatMap((_field, index) => (index > 0 && index % apps.length === app ? [index] : []));
    if (own.length === 0) continue;
    const at = MET_SECONDS + edit * 7;
    const how = die.often(0.2) ? 'clear' : 'unique';
    actions.push({
      when: { at },
      what: { do: 'edit', app, object, pick: die.below(RECORDS), field: die.one(own), how },
    });
  }
  return actions;
}

/** How the apps stand in the end: records without their ids, and what hangs on ids. */
async function endOf(history: History): Promise<{ records: string[]; writes: number }> {
  let world: World | undefined;
  const plant = {
    name: 'onlooker',
    about: 'nothing is wrong',
    seed: 0,
    store: <S>(store: S, around: World) => {
      world = around;
      return store;
    },
  };
  const played = await play(history, { rig: memoryWorldRig(), plant });
  assert.equal(played.violation, null);
  const records = (world?.apps ?? []).flatMap((app) =>
    app.knobs.objects.flatMap(({ name, fields }) =>
      app.live(name).map(({ values }) => {
        const shown = fields.filter((field) => field.logical !== 'marker').map((field) => values[field.name] ?? null);
        return `${app.knobs.name} ${name} ${JSON.stringify(shown)}`;
      }),
    ),
  );
  return { records: records.sort(), writes: world?.ghost.engineWrites ?? 0 };
}
