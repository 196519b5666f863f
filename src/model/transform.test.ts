import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { field, options } from '../../test/model/example.ts';
import type { Field } from './field.ts';
import { compileTransform, LONGEST_EXPRESSION, type TransformPlace } from './transform.ts';
import { Trouble } from './types/trouble.ts';
import { userTable } from './users.ts';
import type { Value, Values } from './value.ts';

const users = userTable({ a: [], b: [{ id: 'u1', email: 'ann@x.se' }] }, {});

function place(source: Field, target: Field): TransformPlace {
  const fields = [source, field('city'), field('zip code'), field('amount', 'number'), field('tags', 'multi-select')];
  return { sources: [source], fields, target, to: 'b', users };
}

/** What an expression makes of a value: the value, or the problem's category. */
function run(
  expression: string,
  value: Value,
  target: Field = field('target'),
  record: Values = {},
  source = field('source'),
): unknown {
  const made = compileTransform(expression, place(source, target));
  if ('message' in made) assert.fail(made.message);
  const taken = made.run([value], record);
  return taken instanceof Trouble ? taken.problem : taken;
}

function refusal(expression: string): string {
  const made = compileTransform(expression, place(field('source'), field('target')));
  return 'message' in made ? made.message : assert.fail(`${expression} compiles`);
}

test('the functions do what their names say', () => {
  const cases: [string, Value, unknown][] = [
    ['trim(value)', ' Ann ', 'Ann'],
    ['lower(value)', 'ANN', 'ann'],
    ['upper(value)', 'ann', 'ANN'],
    ['title(value)', "ann-marie o'NEIL van berg", "Ann-Marie O'Neil Van Berg"],
    ['split(value, ",")[1]', 'a,b', 'b'],
    ['split(value, ",", 5)', 'a,b', null],
    ['split(value, " ", -1)', 'Ann Marie Lee', 'Lee'],
    ['join(split(value, ","), " + ")', 'a,b', 'a + b'],
    ['join([value, null, "x"], "-")', 'a', 'a-x'],
    ['replace(value, ".", ",")', '1.2.3', '1,2,3'],
    ['e164(value)', '+46 70-123 45 67', '+46701234567'],
    ['e164(value, "se")', '070-123 45 67', '+46701234567'],
    ['country(value)', 'SE', 'Sweden'],
    ['country(value, "sv")', 'sweden', 'Sverige'],
    ['country(value, "code")', 'Sverige', 'SE'],
    ['country(value, "code3")', 'Sverige', 'SWE'],
    ['date(value)', '2026-11-23T10:00:00.000Z', '2026-11-23'],
    ['date(value, "DD/MM/YYYY")', '2026-11-23', '23/11/2026'],
    ['date(value, "DD/MM/YYYY")', '23/11/2026', '2026-11-23'],
    ['date(value, "D.M.YYYY HH:mm")', '3.2.2026 10:42', '2026-02-03T10:42:00.000Z'],
    ['default(value, "none")', null, 'none'],
    ['default(value, "none")', 'x', 'x'],
    ['value', 'x', 'x'],
    ['value == "L" ? "lead" : "customer"', 'L', 'lead'],
  ];
  for (const [expression, value, expected] of cases)
    assert.equal(run(expression, value), expected, `${expression} of ${value}`);
});

test('an empty value stays empty through every function but default', () => {
  for (const call of [
    'trim(value)',
    'lower(value)',
    'title(value)',
    'replace(value, "a", "b")',
    'e164(value)',
    'country(value)',
    'date(value)',
    'split(value, ",", 0)',
    'value + "x"',
  ]) {
    assert.equal(run(call, null), null, call);
  }
});

test('the record’s other fields can be read, and are named', () => {
  const made = compileTransform(
    'join([value, record.city, record["zip code"]], " ")',
    place(field('source'), field('target')),
  );
  assert.ok('reads' in made);
  assert.deepEqual(made.reads, ['city', 'zip code']);
  assert.equal(made.run(['A'], { city: 'Berlin', 'zip code': '10' }), 'A Berlin 10');
  assert.equal(made.run(['A'], {}), 'A', 'a field that is absent counts as empty');
});

test('results come back in the target field’s own representation', () => {
  const cases: [string, Value, Field, unknown][] = [
    ['value * 2', '1.25', field('n', 'number'), '2.5'],
    ['value + 1', '1.5', field('n', 'number'), '2.5'],
    ['value / 0', '1', field('n', 'number'), 'invalid-value'],
    ['"12.50"', 'x', field('n', 'money', { decimals: 1 }), '12.5'],
    ['value > 2', '3', field('b', 'boolean'), true],
    ['"yes"', 'x', field('b', 'boolean'), true],
    ['timestamp("2024-01-01T00:00:00Z")', 'x', field('d', 'date'), '2024-01-01'],
    ['"Lead"', 'x', field('s', 'select', { options: options('lead') }), 'lead'],
    ['"nope"', 'x', field('s', 'select', { options: options('lead') }), 'unknown-option'],
    ['["lead", "lead"]', 'x', field('m', 'multi-select', { options: options('lead') }), 'lead,lead'],
    ['"ann@x.se"', 'x', field('u', 'user'), 'u1'],
    ['"bo@x.se"', 'x', field('u', 'user'), 'unknown-option'],
    ['"Sverige"', 'x', field('c', 'country'), 'SE'],
    ['"no address"', 'x', field('e', 'email'), 'invalid-value'],
    ['[1, 2]', 'x', field('t'), 'invalid-value'],
    ['{"a": 1}', 'x', field('t'), 'invalid-value'],
    ['value', '1234', field('t', 'text', { maxLength: 3 }), 'too-long'],
    ['value', 'no number', field('t'), 'invalid-value'],
  ];
  for (const [expression, value, target, expected] of cases) {
    const got = run(expression, value, target, {}, field('source', 'number'));
    assert.equal(Array.isArray(got) ? got.join() : got, expected, expression);
  }
});

test('every failure is a named problem that does not quote the record', () => {
  const failing = [
    'e164(value)',
    'country(value)',
    'date(value)',
    'date(value, "DD.MM.YYYY")',
    'value[7]',
    'value.x',
    'value + 1',
    'int(value)',
    'split(value, ",")[9]',
    'join(value, ",")',
  ];
  for (const expression of failing) {
    const made = compileTransform(expression, place(field('source'), field('target')));
    const taken = 'run' in made ? made.run(['secret text'], {}) : assert.fail(made.message);
    assert.ok(taken instanceof Trouble && taken.problem === 'invalid-value', expression);
    assert.ok(!taken.message.includes('secret'), taken.message);
  }
});

test('what is wrong with an expression is said before it runs', () => {
  assert.match(refusal('trim(value'), /wrong/);
  assert.match(
    refusal('trimm(value)'),
    /^calls trimm as no function takes it; there are trim, .*default, and those of CEL$/,
  );
  assert.match(refusal('shout(value)'), /shout/);
  assert.match(refusal('valeu'), /valeu/);
  assert.match(refusal('record.town'), /record\.town/);
  assert.match(refusal('size(record) == 1 ? "a" : "b"'), /whole record/);
  assert.match(refusal('record[value]'), /not named/);
  assert.match(refusal('value.matches("(a+)+$")'), /matches/);
  assert.match(refusal('value.split(",").join("-")'), /functions/);
  assert.match(refusal('cel.bind(x, value + value, x + x)'), /bind/);
  assert.match(refusal('bytes(value).size() == 1 ? "a" : "b"'), /bytes/);
  assert.match(refusal(`"${'x'.repeat(LONGEST_EXPRESSION)}"`), /longer/);
  assert.match(refusal('[1].map(a, [1].map(b, [1].map(c, 1)))'), /loops/);
});

test('no expression can make a value without end', () => {
  const doubled = `${'replace('.repeat(8)}value${', "a", "aaaaaaaaaaaaaaaaaaaa")'.repeat(8)}`;
  assert.equal(run(doubled, 'a'), 'invalid-value');
  assert.equal(run('split(value, "")[0]', 'x'.repeat(300_000)), 'invalid-value');
  assert.equal(run('value + value + value + value', 'x'.repeat(300_000)), 'too-long');
  assert.equal(
    run('record.tags.map(x, record.tags.map(y, x + y)).size() > 1', 'x', field('b', 'boolean'), {
      tags: Array.from({ length: 400 }, String),
    }),
    true,
  );
});

test('no value makes a transform throw', () => {
  const expressions = [
    'trim(value)',
    'split(value, ",", 1)',
    'title(value) + record.city',
    'date(value)',
    'value * 2',
    'default(value, record.amount)',
  ];
  const made = expressions.map((expression) =>
    compileTransform(expression, place(field('source', 'number'), field('target'))),
  );
  fc.assert(
    fc.property(fc.constantFrom(...made), fc.jsonValue(), fc.jsonValue(), (transform, value, city) => {
      if ('run' in transform) transform.run([value as Value], { city: city as Value });
    }),
    { numRuns: 1000 },
  );
});
