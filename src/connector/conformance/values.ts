import assert from 'node:assert/strict';
import type { Value } from '../../model/value.ts';
import { type Bench, create, doneId, readOne, readPass } from './bench.ts';
import { change, refusalOf } from './writing.ts';

/** Texts that break careless code. Each must come back as it was stored, or be refused for its record alone. */
const hostileTexts: Record<string, string> = {
  emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 café',
  'right to left': 'שלום עולם \u202eabc\u202c مرحبا',
  html: '<b>O\'Hara</b> & "Sons" <script>alert(1)</script>',
  sql: "'; drop table customers; -- $1 \\",
  'line breaks': 'one\ntwo\r\nthree',
  'vcard and csv': 'BEGIN:VCARD;a,b\\;c:"d"',
  'combining marks': 'e\u0301 versus é',
  'a long text': 'long '.repeat(13_000).trimEnd(),
  'a NUL': 'a\u0000b',
  'a lone surrogate': 'a\ud800b',
  'a number': '007',
  'the word null': 'null',
};

/** Every test of values that travel both ways, by its name. */
export const values: Record<string, (bench: Bench) => Promise<void>> = {
  'a hostile text written by us comes back as stored or is refused alone': async (bench) => {
    const { rig, object } = bench;
    if (!object.writes?.create) return;
    const texts = Object.values(hostileTexts);
    for (const [at, chunk] of chunks(texts, object.writes.create.size)) {
      const records = chunk.map((text, index) => ({ ...rig.record(at + index + 1), [rig.fields.text]: text }));
      for (const [index, result] of (await create(bench, records)).entries()) {
        const text = chunk[index] ?? '';
        if ('refused' in result) {
          assert.equal(result.refused.kind, 'invalid', `${nameOf(text)}: ${result.refused.message}`);
          assert.ok(
            isExtreme(text),
            `${nameOf(text)} is an ordinary text and must be taken: ${result.refused.message}`,
          );
        } else {
          const back = (await readOne(bench, doneId(result))).values[rig.fields.text];
          assert.equal(back, rig.stored ? rig.stored(text) : text, nameOf(text));
        }
      }
    }
  },

  'a hostile text typed by a person is read as it is': async (bench) => {
    const { rig } = bench;
    const texts = Object.values(hostileTexts).filter((text) => !isExtreme(text));
    const ids = await rig.person.make(
      texts.map((text, index) => ({ ...rig.record(index + 1), [rig.fields.text]: text })),
    );
    await rig.settle();
    const pass = await readPass(bench);
    for (const [index, id] of ids.entries()) {
      const text = texts[index] ?? '';
      assert.equal(pass.records.get(id)?.values[rig.fields.text], rig.stored ? rig.stored(text) : text, nameOf(text));
    }
  },

  'a field that is emptied is empty, never an empty text': async (bench) => {
    const { rig, object } = bench;
    if (!object.writes?.update) return;
    const [id = ''] = await rig.person.make([rig.record(1)]);
    const [result] = await object.writes.update.send(bench.session, [
      await change(bench, id, { [rig.fields.text]: null }),
    ]);
    assert.equal(doneId(result), id);
    assert.equal((await readOne(bench, id)).values[rig.fields.text], null);
  },

  'numbers, dates and times travel without losing a digit or a day': async (bench) => {
    const { rig } = bench;
    const samples: [string | undefined, string[]][] = [
      [rig.fields.number, ['0', '12.5', '-3', '123456789012.34']],
      [rig.fields.date, ['2024-02-29', '1970-01-01', '2026-12-31', '1950-06-15']],
      [rig.fields.datetime, ['2024-02-29T23:59:59.000Z', '2026-01-01T00:00:00.000Z']],
    ];
    if (!bench.object.writes?.create) return;
    for (const [field, texts] of samples) {
      if (field === undefined) continue;
      for (const [index, text] of texts.entries()) {
        const [result] = await create(bench, [{ ...rig.record(index + 1), [field]: text }]);
        const id = doneId(result);
        assert.equal((await readOne(bench, id)).values[field], text);
        if (result && 'done' in result && result.image && field in result.image)
          assert.equal(result.image[field], text);
        await rig.person.remove(id);
      }
    }
  },

  'values that are no number, no date or no option any more are refused for their record': async (bench) => {
    const { rig } = bench;
    if (!bench.object.writes?.create) return;
    const { number, date, datetime, select } = rig.fields;
    const wrong: [string | undefined, Value][] = [
      [number, 'NaN'],
      [number, 'twelve'],
      [date, 'the day before yesterday'],
      [datetime, 'yesterday'],
      [select, 'an_option_that_was_removed'],
    ];
    for (const [index, [field, value]] of wrong.entries()) {
      if (field === undefined) continue;
      const [result] = await create(bench, [{ ...rig.record(index + 1), [field]: value }]);
      const refusal = refusalOf(result);
      assert.equal(refusal.kind, 'invalid', `${field}: ${refusal.message}`);
      if (field === select && refusal.category) assert.equal(refusal.category, 'unknown-option');
    }
    assert.equal(await rig.person.count(), 0);
  },

  'a field that is never writable is refused, or keeps its value': async (bench) => {
    const { rig, object, session } = bench;
    const update = object.writes?.update;
    if (!update) return;
    const fields = typeof object.fields === 'function' ? await object.fields(session) : object.fields;
    const fixed = fields.filter((field) => field.writable === 'never' && field.type === 'text').slice(0, 3);
    const [id = ''] = await rig.person.make([rig.record(1)]);
    for (const { name } of fixed) {
      const before = (await readOne(bench, id)).values[name];
      const [result] = await update.send(session, [await change(bench, id, { [name]: 'not to be written' })]);
      if (result && 'refused' in result) assert.equal(result.refused.kind, 'invalid', result.refused.message);
      assert.deepEqual((await readOne(bench, id)).values[name], before, name);
    }
  },

  'what a write shows of a record is what a read shows': async (bench) => {
    const { rig, object } = bench;
    if (!object.writes?.create) return;
    const [result] = await create(bench, [rig.record(1)]);
    const associations = (object.associations ?? []).map((association) => association.name);
    const record = await readOne(bench, doneId(result), [...bench.fields, ...associations]);
    if (!result || !('done' in result) || !result.image) return;
    for (const [name, value] of Object.entries(result.image)) assert.deepEqual(value, record.values[name], name);
    for (const name of Object.keys(rig.record(1))) assert.ok(name in result.image, `the image lacks ${name}`);
    if (result.version !== undefined) assert.equal(result.version, record.version);
  },

  'every field that a record shows is declared, and every declared type is kept': async (bench) => {
    const { rig, object, session } = bench;
    await rig.person.make([rig.record(1)]);
    await rig.settle();
    const fields = typeof object.fields === 'function' ? await object.fields(session) : object.fields;
    const types = new Map(fields.map((field) => [field.name, field.type]));
    assert.equal(types.size, fields.length, 'field names are unique');
    for (const { name } of object.associations ?? [])
      assert.ok(!types.has(name), `${name} is a field and an association`);
    for (const key of object.keys) assert.ok(types.has(key), `the key ${key} is a field`);
    for (const record of (await readPass(bench)).records.values()) {
      for (const [name, value] of Object.entries(record.values)) {
        assert.ok(types.has(name), `${name} is not declared`);
        assert.ok(isOfType(value, types.get(name) ?? ''), `${name} is declared as ${types.get(name)}`);
      }
    }
  },
};

function isOfType(value: Value, type: string): boolean {
  if (value === null) return true;
  if (value === '') return false;
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'multi-select' || type === 'list') return Array.isArray(value) && value.length > 0;
  if (typeof value !== 'string') return false;
  if (type === 'date') return /^-?\d{4,}-\d\d-\d\d$/.test(value);
  if (type === 'datetime') return /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
  if (type === 'number' || type === 'money' || type === 'integer') return /^-?\d+(\.\d+)?$/.test(value);
  return true;
}

/** Texts that an app may well refuse. */
function isExtreme(text: string): boolean {
  return text.length > 10_000 || text.includes('\u0000') || !text.isWellFormed();
}

function nameOf(text: string): string {
  return Object.entries(hostileTexts).find(([, one]) => one === text)?.[0] ?? 'a text';
}

function* chunks<T>(items: T[], size: number): Generator<[number, T[]]> {
  for (let at = 0; at < items.length; at += size) yield [at, items.slice(at, at + size)];
}
