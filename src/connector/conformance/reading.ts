import assert from 'node:assert/strict';
import { type Bench, has, readOne, readPass } from './bench.ts';

/** Records made for a listing whose pages have no declared size, or hold more than a test should make. */
const fewRecords = 25;

/** Every test of how records are read, by its name. */
export const reading: Record<string, (bench: Bench) => Promise<void>> = {
  'a full listing shows every record once it has ended': async (bench) => {
    const ids = await makeMany(bench);
    const pass = await readPass(bench);
    assert.deepEqual([...pass.records.keys()].sort(), [...ids].sort());
    assert.equal(pass.gone.size, 0, 'a full listing of live records tells of nobody gone');
    assert.equal(
      pass.until !== undefined,
      bench.object.reads.changes === 'since',
      'a cursor, where changes can be read',
    );
  },

  'R1 a listing resumed by another session after a crash is complete': async (bench) => {
    const ids = await makeMany(bench);
    const pass = await readPass(bench, {}, async () => {
      bench.session = bench.open();
    });
    assert.deepEqual([...pass.records.keys()].sort(), [...ids].sort());
  },

  'an empty object is listed as empty': async (bench) => {
    const pass = await readPass(bench);
    assert.equal(pass.records.size, 0);
  },

  'R1 a record edited while a listing pages is seen by the next pass': async (bench) => {
    if (bench.object.reads.changes === 'none') return;
    const [first = '', ...others] = await makeMany(bench);
    await bench.rig.settle();
    const pass = await readPass(bench, {}, async (_page, number) => {
      if (number === 1) await bench.rig.person.edit(first, text(bench, 'edited while paging'));
    });
    if (pass.pages === 1) await bench.rig.person.edit(first, text(bench, 'edited while paging'));
    await bench.rig.settle();
    const next = await readPass(bench, { since: pass.until });
    assert.equal(next.records.get(first)?.values[bench.rig.fields.text], stored(bench, 'edited while paging'));
    assert.ok(others.length > 0);
  },

  'R1 a change that an index shows late is seen by the next pass': async (bench) => {
    if (bench.object.reads.changes === 'none') return;
    const [id = ''] = await bench.rig.person.make([bench.rig.record(1)]);
    await bench.rig.settle();
    const before = await readPass(bench);
    await bench.rig.person.edit(id, text(bench, 'late'));
    const early = await readPass(bench, { since: before.until });
    await bench.rig.settle();
    const late = await readPass(bench, { since: early.until });
    const seen = late.records.get(id) ?? early.records.get(id);
    assert.equal(seen?.values[bench.rig.fields.text], stored(bench, 'late'));
  },

  'R1 more records than a page that share one stamp are all seen': async (bench) => {
    const { rig } = bench;
    if (bench.object.reads.changes === 'none') return;
    const tie = rig.person.tie;
    if (!has(bench, 'tie', tie)) return;
    const ids = await makeMany(bench);
    await rig.settle();
    const before = await readPass(bench);
    await tie(ids);
    await rig.settle();
    const pass = await readPass(bench, { since: before.until }, async () => {
      bench.session = bench.open();
    });
    assert.deepEqual([...pass.records.keys()].sort(), [...ids].sort());
  },

  'a pass since a cursor shows what changed and not everything': async (bench) => {
    if (bench.object.reads.changes === 'none') return;
    const { rig } = bench;
    const ids = await makeMany(bench);
    await rig.settle();
    let until = (await readPass(bench)).until;
    await waitPastOverlap(bench);
    until = (await readPass(bench, { since: until })).until;
    await rig.person.edit(ids[3] ?? '', text(bench, 'changed'));
    await rig.settle();
    const pass = await readPass(bench, { since: until });
    assert.equal(pass.records.get(ids[3] ?? '')?.values[rig.fields.text], stored(bench, 'changed'));
    if (rig.time === 'simulated') assert.ok(pass.records.size < ids.length, 'old changes come again for ever');
  },

  'a removed record is told, or missing from the next complete listing, and gone by its id': async (bench) => {
    const { rig, object } = bench;
    const ids = await rig.person.make([1, 2, 3].map(rig.record));
    await rig.settle();
    const before = await readPass(bench);
    await rig.person.remove(ids[1] ?? '');
    await rig.settle();
    const pass = await readPass(bench, object.reads.changes === 'since' ? { since: before.until } : {});
    if (object.reads.deletions === 'told') assert.ok(pass.gone.has(ids[1] ?? ''), 'deletions are told');
    assert.ok(!pass.records.has(ids[1] ?? ''));
    assert.deepEqual([...(await readPass(bench)).records.keys()].sort(), [ids[0], ids[2]].sort());
    const direct = await object.reads.byIds(bench.session, ids, bench.fields);
    assert.deepEqual(direct.records.map((record) => record.id).sort(), [ids[0], ids[2]].sort());
    assert.deepEqual(
      direct.gone?.map((gone) => gone.id),
      [ids[1]],
    );
  },

  'A2 a record merged into another is gone and names its survivor': async (bench) => {
    const { rig, object } = bench;
    const merge = rig.person.merge;
    if (!has(bench, 'merge', merge)) return;
    const [id = '', other = ''] = await rig.person.make([1, 2].map(rig.record));
    await rig.settle();
    const before = await readPass(bench);
    const survivorId = await merge(id, other);
    await rig.settle();
    const direct = await object.reads.byIds(bench.session, [other], bench.fields);
    assert.deepEqual(
      direct.gone?.map(({ id, survivorId }) => ({ id, survivorId })),
      [{ id: other, survivorId }],
    );
    const pass = await readPass(bench, { since: before.until });
    assert.ok(pass.records.has(survivorId), 'the survivor changed');
    assert.ok(!pass.records.has(other));
  },

  'D2 an empty field is null, and a field that was not asked for is absent': async (bench) => {
    const { rig, object } = bench;
    const [id = ''] = await rig.person.make([{ ...rig.record(1), [rig.fields.text]: null }]);
    await rig.settle();
    assert.equal((await readOne(bench, id)).values[rig.fields.text], null);
    const bare = await readPass(bench, { fields: [] });
    assert.deepEqual(bare.records.get(id)?.values, {});
    const listed = await object.reads.page(bench.session, { fields: [rig.fields.text] });
    assert.deepEqual(listed.records.find((record) => record.id === id)?.values, { [rig.fields.text]: null });
  },

  'R3 a listed record and one read by its id have the same version, which moves with a change': async (bench) => {
    const [id = ''] = await bench.rig.person.make([bench.rig.record(1)]);
    await bench.rig.settle();
    const listed = (await readPass(bench)).records.get(id);
    const direct = await readOne(bench, id);
    assert.equal(listed?.version, direct.version);
    if (direct.version === undefined) return;
    await letTimePass(bench);
    await bench.rig.person.edit(id, text(bench, 'moved on'));
    const after = await readOne(bench, id);
    assert.notEqual(after.version, direct.version);
    if (bench.object.reads.orderedVersions)
      assert.ok((after.version ?? '') > direct.version, 'ordered versions grow as text');
  },

  'byIds takes as many ids as it declares, unknown ones among them': async (bench) => {
    const { rig, object } = bench;
    const ids = await makeMany(bench);
    const unknown = await rig.person.make([rig.record(9000)]);
    await rig.person.remove(unknown[0] ?? '');
    const asked = [...ids.slice(0, object.reads.byIdsMost - 1), ...unknown];
    const page = await object.reads.byIds(bench.session, asked, bench.fields);
    assert.deepEqual([...page.records, ...(page.gone ?? [])].map((one) => one.id).sort(), [...asked].sort());
  },
};

/** Enough records for three pages where pages have a declared size; for two on a real server, which takes its time. */
async function makeMany({ rig, object }: Bench): Promise<string[]> {
  const most = object.reads.pageMost;
  const pages = rig.time === 'simulated' ? 2 : 1;
  const count = most === undefined || most > 500 ? fewRecords : most * pages + 5;
  return rig.person.make(Array.from({ length: count }, (_, index) => rig.record(index + 1)));
}

function text({ rig }: Bench, value: string): Record<string, string> {
  return { [rig.fields.text]: value };
}

function stored({ rig }: Bench, value: string): string {
  return rig.stored ? rig.stored(value) : value;
}

async function letTimePass({ rig }: Bench): Promise<void> {
  if (rig.time === 'simulated') await rig.clock.sleep(2000);
}

async function waitPastOverlap({ rig, object }: Bench): Promise<void> {
  if (rig.time === 'simulated') await rig.clock.sleep((object.reads.overlapSeconds + 10) * 1000);
}
