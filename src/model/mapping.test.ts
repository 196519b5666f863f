import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compiled, field, input, mapped, mapping, options, schema } from '../../test/model/example.ts';
import type { Field } from './field.ts';
import { pairing } from './pairing.ts';
import type { Mapping } from './rules.ts';
import { types } from './types/types.ts';
import type { Value } from './value.ts';

const samples: Field[] = [
  ...(Object.keys(types) as Field['type'][]).map((type) => field(`a ${type}`, type)),
  field('short', 'text', { maxLength: 10 }),
  field('cents', 'money', { decimals: 2 }),
  field('options', 'select', { options: options('new', 'won') }),
  field('emails', 'list', { of: 'email' }),
  field('country text', 'text', { means: 'person.country', maxLength: 2 }),
];

const likely = fc.constantFrom<Value>(
  null,
  '',
  'Ann',
  ' Ann ',
  'ann@x.se',
  ' Ann@X.se',
  '+46701234567',
  '+46 70 123 45 67',
  '12',
  '12.50',
  '12.504',
  'true',
  true,
  false,
  '2026-11-23',
  '2026-11-23T10:00:00.000Z',
  'new',
  'won',
  ['new'],
  ['won', 'new'],
  'Sweden',
  'SE',
  'https://acme.se/',
  'acme.se',
  [{ value: 'ann@x.se', label: 'work' }],
  [{ value: 'b@x.se' }, { value: 'ann@x.se' }],
  '\u0000',
  '\ud800',
  'x'.repeat(300_000),
);
const anything = fc.oneof(likely, fc.jsonValue() as fc.Arbitrary<Value>, fc.string({ unit: 'binary' }));
const twoFields = fc
  .tuple(fc.constantFrom(...samples), fc.constantFrom(...samples))
  .filter(([a, b]) => pairing(a, b).flows !== 'none');

const pairs = new Map<string, Mapping>();

/** Compiling costs more than asking: each pair once. */
function pairOf(a: Field, b: Field): Mapping {
  const key = `${a.name} ${b.name}`;
  const known = pairs.get(key) ?? mapped(a, b);
  pairs.set(key, known);
  return known;
}

test('no value whatever makes a mapping throw', () => {
  fc.assert(
    fc.property(twoFields, anything, anything, ([a, b], x, y) => {
      const pair = pairOf(a, b);
      for (const side of ['a', 'b'] as const) {
        pair.convert(side, [x], {}, [y]);
        pair.isEcho(side, [x], [y]);
        pair.isEmpty(side, [x]);
      }
      pair.equal([x], [y]);
    }),
    { numRuns: 5000 },
  );
});

test('equality does not depend on which side is called a', () => {
  fc.assert(
    fc.property(twoFields, anything, anything, ([a, b], x, y) => {
      assert.equal(pairOf(a, b).equal([x], [y]), pairOf(b, a).equal([y], [x]));
    }),
    { numRuns: 5000 },
  );
});

test('what was converted is equal to what it came from, and converting it again changes nothing', () => {
  fc.assert(
    fc.property(twoFields, anything, anything, ([a, b], x, now) => {
      const pair = pairOf(a, b);
      const there = pair.convert('a', [x], {}, [now]);
      if ('problem' in there) return;
      const y = there.values;
      // Clearing the main entry of a list moves the next one up: the list is not empty then.
      if (pair.isEmpty('a', [x]) && b.type === 'list') return;
      assert.ok(pair.equal([x], y), JSON.stringify([x, y]));
      assert.deepEqual(pair.convert('a', [x], {}, y), there);
    }),
    { numRuns: 5000 },
  );
});

test('text that needs no change is handed on as the same array', () => {
  const values: Value[] = ['Ann'];
  const there = mapped(field('a'), field('b', 'long-text')).convert('a', values, {});
  assert.ok('values' in there && there.values === values);
});

test('equal values of different writing are equal, different ones are not', () => {
  const cases: [Field, Field, Value, Value, boolean][] = [
    [field('a', 'email'), field('b'), ' Ann@X.se', 'ann@x.se', true],
    [field('a'), field('b'), 'Ann', 'ann', false],
    [field('a'), field('b'), 'line\r\nline ', 'line\nline', true],
    [field('a', 'phone'), field('b'), '+46 70-123 45 67', '0046701234567', true],
    [field('a', 'url'), field('b', 'url'), 'https://Acme.se/', 'acme.se', true],
    [field('a', 'number'), field('b', 'money', { decimals: 2 }), '12.504', '12.5', true],
    [field('a', 'number'), field('b'), '12.50', '12.5', true],
    [field('a', 'number'), field('b', 'number'), '1e3', '1000', true],
    [field('a', 'date'), field('b', 'datetime'), '2026-11-23', '2026-11-23T22:00:00.000Z', true],
    [field('a', 'date'), field('b', 'datetime'), '2026-11-23', '2026-11-24T00:00:00.000Z', false],
    [field('a', 'datetime'), field('b', 'datetime'), '2026-11-23T10:00:00+02:00', '2026-11-23T08:00:00.000Z', true],
    [field('a', 'country'), field('b'), 'SE', 'Sverige', true],
    [
      field('a', 'text', { means: 'person.country' }),
      field('b', 'text', { means: 'person.country' }),
      'SE',
      'Sweden',
      true,
    ],
    [field('a', 'boolean'), field('b'), true, 'yes', true],
    [field('a', 'multi-select'), field('b', 'multi-select'), ['x', 'y'], ['y', 'x'], true],
    [
      field('a', 'list', { of: 'email' }),
      field('b', 'email'),
      [{ value: 'A@x', label: 'work' }, { value: 'b@x' }],
      'a@x',
      true,
    ],
    [
      field('a', 'list', { of: 'phone' }),
      field('b', 'list', { of: 'phone' }),
      [{ value: '+46 701234567', label: 'Work' }],
      [{ value: '+46701234567' }],
      true,
    ],
    [field('a'), field('b'), '', null, true],
    [field('a'), field('b'), null, 'x', false],
  ];
  for (const [a, b, x, y, same] of cases)
    assert.equal(mapped(a, b).equal([x], [y]), same, JSON.stringify([a.type, b.type, x, y]));
});

test('values convert to the other type, or are a named problem of the field that would be written', () => {
  const cases: [Field, Field, Value, unknown][] = [
    [field('a'), field('b', 'email'), ' ann@x.se ', 'ann@x.se'],
    [field('a'), field('b', 'email'), 'no address', 'invalid-value'],
    [field('a', 'number'), field('b', 'money', { decimals: 2 }), '12.505', '12.51'],
    [field('a', 'number'), field('b', 'integer'), '12.5', 'invalid-value'],
    [field('a', 'number'), field('b', 'number'), 'NaN', 'invalid-value'],
    [field('a', 'money'), field('b'), '12.50', '12.50'],
    [field('a', 'date'), field('b', 'datetime'), '2026-11-23', '2026-11-23T00:00:00.000Z'],
    [field('a', 'datetime'), field('b', 'date'), '2026-11-23T23:30:00.000Z', '2026-11-23'],
    [field('a', 'datetime'), field('b', 'date'), '0000-01-01T00:00:00Z', 'invalid-value'],
    [field('a', 'date'), field('b', 'date'), '9999-12-31', '9999-12-31'],
    [field('a', 'boolean'), field('b'), true, 'true'],
    [field('a', 'country'), field('b'), 'SE', 'Sweden'],
    [field('a', 'country'), field('b', 'text', { maxLength: 2 }), 'SE', 'SE'],
    [field('a'), field('b', 'country'), 'Sverige', 'SE'],
    [field('a'), field('b', 'country'), 'Atlantis', 'invalid-value'],
    [field('a'), field('b', 'text', { maxLength: 3 }), 'four', 'too-long'],
    [field('a'), field('b'), 'NUL \u0000', 'invalid-value'],
    [field('a', 'list', { of: 'email' }), field('b', 'email'), [{ value: 'a@x' }, { value: 'b@x' }], 'a@x'],
    [field('a', 'multi-select'), field('b'), ['x', 'y'], 'x; y'],
    [field('a', 'multi-select'), field('b', 'list'), ['x'], [{ value: 'x' }]],
    [field('a', 'user'), field('b'), '7', '7'],
  ];
  for (const [a, b, value, expected] of cases) {
    const there = mapped(a, b).convert('a', [value], {});
    const got = 'values' in there ? there.values[0] : there.problem;
    assert.deepEqual(got, expected, JSON.stringify([a.type, b.type, value]));
    if ('problem' in there) assert.ok(there.field === 'b' && !there.message.includes(String(value)), there.message);
  }
});

test('a single value written to a list keeps the other entries', () => {
  const pair = mapped(field('email', 'email'), field('emails', 'list', { of: 'email' }));
  const now: Value[] = [[{ value: 'old@x', label: 'work' }, { value: 'other@x' }]];
  assert.deepEqual(pair.convert('a', ['new@x'], {}, now), {
    values: [[{ value: 'new@x', label: 'work' }, { value: 'other@x' }]],
  });
  assert.deepEqual(pair.convert('a', [null], {}, now), { values: [[{ value: 'other@x' }]] });
});

test('a full name joins and splits, and keeps the part that still fits', () => {
  const a = schema('left', [field('first_name'), field('last_name', 'text', { maxLength: 20 })]);
  const b = schema('right', [field('name')]);
  const given = input(
    { mappings: [mapping(['first_name', 'last_name'], 'name')], match: 'none' },
    { schemas: { a, b } },
  );
  const [pair] = compiled(given).rules.mappings;
  assert.equal(pair?.name, 'first_name + last_name = name');
  assert.deepEqual(pair?.convert('a', ['Ann  Marie', 'Lee'], {}), { values: ['Ann Marie Lee'] });
  assert.deepEqual(pair?.convert('a', [null, 'Lee'], {}), { values: ['Lee'] });
  assert.deepEqual(pair?.convert('a', [null, null], {}), { values: [null] });
  assert.deepEqual(pair?.convert('b', ['Ann Marie Berg'], {}, ['Ann Marie', 'Lee']), { values: ['Ann Marie', 'Berg'] });
  assert.deepEqual(pair?.convert('b', ['Madonna'], {}), { values: ['Madonna', null] });
  const long = pair?.convert('b', [`Ann ${'x'.repeat(30)}`], {});
  assert.ok(long && 'problem' in long && long.problem === 'too-long' && long.field === 'last_name');
  assert.equal(pair?.equal(['Ann', 'Lee'], ['Lee, Ann']), true);
  assert.equal(pair?.equal(['Ann', 'Lee'], ['Ann Berg']), false);
  assert.equal(pair?.isEmpty('a', ['', null]), true);
});

test('an unsettled write is told from what the app makes of it', () => {
  const echo = (type: Field['type'], written: Value, now: Value, more: Partial<Field> = {}) => {
    const f = field('f', type, more);
    return mapped(f, f).isEcho('b', [written], [now]);
  };
  for (const [written, now] of [
    [' Ann  Lee ', 'ann lee'],
    ['Brown Fox', 'brow'],
    ['<p>A &amp; B</p>', 'A & B'],
    ['+46 70 123', '4670123'],
    [null, ''],
  ] as const) {
    assert.equal(echo('text', written, now), true, `${written} → ${now}`);
  }
  for (const [written, now] of [
    ['Ann', 'Bo'],
    ['Brown Fox', 'br'],
    ['Ann', null],
    [null, 'Unknown'],
    ['room 12', '12'],
  ] as const) {
    assert.equal(echo('text', written, now), false, `${written} → ${now}`);
  }
  assert.deepEqual(
    [echo('number', '1.239', '1.24'), echo('number', '1.239', '1.25'), echo('money', '12', '12.00')],
    [true, false, true],
  );
  assert.deepEqual(
    [
      echo('datetime', '2026-01-01T10:20:30.123Z', '2026-01-01T10:20:30.000Z'),
      echo('date', '2026-01-01', '2026-01-02'),
    ],
    [true, false],
  );
  assert.deepEqual(
    [echo('multi-select', ['a', 'b'], ['b', 'a']), echo('multi-select', ['a', 'b'], ['a'])],
    [true, false],
  );
  assert.equal(echo('list', [{ value: 'A@x' }, { value: 'b@x' }], [{ value: 'a@x' }], { of: 'email' }), true);
  assert.deepEqual(
    [echo('phone', '+46 70-123 45 67', '+46701234567'), echo('boolean', true, false), echo('select', 'NEW', 'new')],
    [true, false, true],
  );
});
