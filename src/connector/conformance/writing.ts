import assert from 'node:assert/strict';
import type { Values } from '../../model/value.ts';
import type { WriteResult } from '../contract.ts';
import { Failure } from '../failure.ts';
import { type Bench, create, doneId, has, readOne, readPass } from './bench.ts';

/** Every test of how records are written, by its name. Those for what the object cannot do are passed over. */
export const writing: Record<string, (bench: Bench) => Promise<void>> = {
  'W3 creates are answered one by one and in order': async (bench) => {
    const { rig, object } = bench;
    if (!object.writes?.create) return;
    const records = upTo(object.writes.create.size).map(rig.record);
    const ids = (await create(bench, records)).map(doneId);
    assert.equal(new Set(ids).size, records.length);
    for (const [index, id] of ids.entries()) {
      const shown = await rig.person.show(id);
      assert.equal(shown?.[rig.fields.text], records[index]?.[rig.fields.text]);
    }
  },

  'W3 a bad item is refused and its batch-mates are done': async (bench) => {
    const { rig, object } = bench;
    if (!object.writes?.create || object.writes.create.size < 3) return;
    const bad = rig.bad;
    if (!has(bench, 'bad item', bad)) return;
    const results = await create(bench, [rig.record(1), { ...rig.record(2), ...bad.values }, rig.record(3)]);
    const [one = '', three = ''] = [doneId(results[0]), doneId(results[2])];
    const refusal = refusalOf(results[1]);
    assert.equal(refusal.kind, 'invalid');
    if (bad.category) assert.equal(refusal.category, bad.category);
    assert.ok(refusal.message.length > 10, 'a refusal says why');
    assert.equal((await rig.person.show(one))?.[rig.fields.text], rig.record(1)[rig.fields.text]);
    assert.equal((await rig.person.show(three))?.[rig.fields.text], rig.record(3)[rig.fields.text]);
    assert.equal(await rig.person.count(), 2);
  },

  'W3 a bad update is refused and its batch-mates are done': async (bench) => {
    const { rig, object } = bench;
    const update = object.writes?.update;
    if (!update || update.size < 3) return;
    const bad = rig.bad;
    if (!has(bench, 'bad item', bad)) return;
    const ids = await rig.person.make([1, 2, 3].map(rig.record));
    const items = await Promise.all(ids.map((id, index) => change(bench, id, { [rig.fields.text]: `new ${index}` })));
    items[1] = { ...must(items[1]), values: bad.values };
    const results = await update.send(bench.session, items);
    assert.equal(doneId(results[0]), ids[0]);
    assert.equal(refusalOf(results[1]).kind, 'invalid');
    assert.equal(doneId(results[2]), ids[2]);
    assert.equal((await rig.person.show(ids[2] ?? ''))?.[rig.fields.text], 'new 2');
  },

  'M6 an update changes the fields it holds, leaves the others, and may be sent twice': async (bench) => {
    const { rig, object } = bench;
    const update = object.writes?.update;
    if (!update) return;
    const [id = ''] = await rig.person.make([rig.record(1)]);
    const before = await readOne(bench, id);
    const item = await change(bench, id, { [rig.fields.text]: 'updated' });
    assert.equal(doneId((await update.send(bench.session, [item]))[0]), id);
    const again = (await update.send(bench.session, [item]))[0];
    if (again && 'refused' in again) assert.equal(again.refused.kind, 'stale');
    else assert.equal(doneId(again), id);
    const after = await readOne(bench, id);
    assert.equal(after.values[rig.fields.text], 'updated');
    for (const name of Object.keys(rig.record(1)).filter((one) => one !== rig.fields.text)) {
      assert.deepEqual(after.values[name], before.values[name], `${name} was not written`);
    }
    assert.equal(await rig.person.count(), 1);
  },

  'W3 an update or removal of a record that is gone is answered for that item alone': async (bench) => {
    const { rig, object } = bench;
    const { update, archive, delete: remove } = object.writes ?? {};
    const [id = '', other = ''] = await rig.person.make([1, 2].map(rig.record));
    const items = await Promise.all([id, other].map((one) => change(bench, one, { [rig.fields.text]: 'late' })));
    await rig.person.remove(id);
    if (update && update.size > 1) {
      const results = await update.send(bench.session, items);
      assert.equal(refusalOf(results[0]).kind, 'missing');
      assert.equal(doneId(results[1]), other);
    }
    for (const batch of [archive, remove]) {
      if (batch) assert.equal(doneId((await batch.send(bench.session, [{ id }]))[0]), id, 'already gone is done');
    }
  },

  'a record archived or deleted through the connector is removed': async (bench) => {
    const { rig, object } = bench;
    const { archive, delete: remove } = object.writes ?? {};
    for (const batch of [archive, remove]) {
      if (!batch) continue;
      const ids = await rig.person.make(upTo(batch.size).map(rig.record));
      const versions = await object.reads.byIds(bench.session, ids, []);
      const items = ids.map((id) => ({ id, version: versions.records.find((record) => record.id === id)?.version }));
      assert.deepEqual((await batch.send(bench.session, items)).map(doneId), ids);
      for (const id of ids) assert.equal(await rig.person.show(id), null);
    }
  },

  'W7 a conditional write of a record that moved is refused as stale and changes nothing': async (bench) => {
    const { rig, object } = bench;
    const { update, archive, delete: remove } = object.writes ?? {};
    const [id = ''] = await rig.person.make([rig.record(1)]);
    const item = await change(bench, id, { [rig.fields.text]: 'ours' });
    if (rig.time === 'simulated') await rig.clock.sleep(2000);
    await rig.person.edit(id, { [rig.fields.text]: 'theirs' });
    if (update?.conditional) {
      assert.equal(refusalOf((await update.send(bench.session, [item]))[0]).kind, 'stale');
    }
    for (const batch of [archive, remove]) {
      if (!batch?.conditional) continue;
      const result = (await batch.send(bench.session, [{ id, version: item.version }]))[0];
      assert.equal(refusalOf(result).kind, 'stale');
    }
    assert.equal((await rig.person.show(id))?.[rig.fields.text], 'theirs');
  },

  'W2 a create sent twice is as safe as its first rung says': async (bench) => {
    const { rig, object } = bench;
    const rung = object.writes?.create?.safety[0];
    if (!rung) return;
    const [first] = await create(bench, [rig.record(1)]);
    const id = doneId(first);
    await rig.settle();
    if (rung.by === 'window' || rung.by === 'marker') {
      const listed = (await readPass(bench)).records.get(id);
      assert.ok(listed, 'a new record can be found');
      if (rung.by === 'marker') assert.equal(listed.values[rung.field], 'token-1');
      return;
    }
    const [second] = await create(bench, [rig.record(1)], 'again');
    if (second && 'done' in second) assert.equal(second.done, id);
    else
      assert.deepEqual({ kind: refusalOf(second).kind, id: refusalOf(second).existingId }, { kind: 'duplicate', id });
    assert.equal(await rig.person.count(), 1);
  },

  'W2 a create whose answer is lost is unknown, and was sent once': async (bench) => {
    const { rig, object } = bench;
    if (!object.writes?.create) return;
    const lose = rig.faults?.loseAnswer;
    if (!has(bench, 'outages', lose)) return;
    await object.reads.page(bench.session, { fields: bench.fields });
    await lose();
    const results = await create(bench, [rig.record(1)]).catch((error) => {
      assert.ok(error instanceof Failure, String(error));
      assert.equal(error.sent, 'unknown');
      return [{ unknown: error.message }] satisfies WriteResult[];
    });
    assert.ok(results[0] && 'unknown' in results[0], `an unknown outcome, not ${JSON.stringify(results[0])}`);
    assert.equal(await rig.person.count(), 1);
  },

  'A1 associations are added, shown and removed': async (bench) => {
    const { rig, object } = bench;
    const update = object.writes?.update;
    if (!has(bench, 'associations', rig.association)) return;
    const { name, makeFar } = rig.association;
    assert.ok(update?.edges, 'the object has associations, so updates carry edges');
    const [id = ''] = await rig.person.make([rig.record(1)]);
    const [far = '', other = ''] = await makeFar(2);
    const many = object.associations?.find((association) => association.name === name)?.many === 'many';
    const edges = async (add: string[], remove: string[]) => {
      const item = { ...(await change(bench, id, {})), edges: { [name]: { add, remove } } };
      assert.equal(doneId((await update.send(bench.session, [item]))[0]), id);
      await rig.settle();
    };
    const shown = async () => {
      const direct = (await readOne(bench, id, [...bench.fields, name])).values[name];
      const listed = (await readPass(bench, { fields: [name] })).records.get(id)?.values[name];
      assert.deepEqual(listed, direct, 'a listing and a direct read show the same associations');
      return [...((direct as string[] | null) ?? [])].sort();
    };
    assert.deepEqual(await shown(), []);
    await edges([far], []);
    assert.deepEqual(await shown(), [far]);
    await edges([other], many ? [] : [far]);
    assert.deepEqual(await shown(), many ? [far, other].sort() : [other]);
    await edges([], many ? [far, other] : [other]);
    assert.deepEqual(await shown(), []);
  },

  'A1 a new record may carry associations': async (bench) => {
    const { rig } = bench;
    if (!bench.object.writes?.create) return;
    if (!has(bench, 'associations', rig.association)) return;
    const { name, makeFar } = rig.association;
    const [far = ''] = await makeFar(1);
    const [result] = await create(bench, [{ ...rig.record(1), [name]: [far] }]);
    assert.deepEqual((await readOne(bench, doneId(result), [name])).values[name], [far]);
  },
};

/** An update of these fields on what the record now is. */
export async function change(bench: Bench, id: string, values: Values) {
  const now = await readOne(bench, id);
  return { id, values, version: now.version, before: now.values };
}

/** What a result was refused with; anything else fails the test. */
export function refusalOf(result: WriteResult | undefined) {
  assert.ok(result && 'refused' in result, `expected a refusal, not ${JSON.stringify(result)}`);
  return result.refused;
}

function must<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

/** 1, 2, … up to a batch's size, and never more than a test needs. */
function upTo(size: number): number[] {
  return Array.from({ length: Math.min(size, 100) }, (_, index) => index + 1);
}
