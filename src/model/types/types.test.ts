import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { field } from '../../../test/model/example.ts';
import type { FieldType } from '../field.ts';
import { countryCode, countryCode3, countryName } from './country.ts';
import { dateOf, datetimeOf, isCoarser } from './date.ts';
import { compareDecimals, decimal, isRounded, MOST_DIGITS, round } from './decimal.ts';
import { isEmpty } from './empty.ts';
import { withFirst } from './list.ts';
import { e164, normalPhone } from './phone.ts';
import { foldText, normalText } from './text.ts';
import { Trouble } from './trouble.ts';
import { types } from './types.ts';
import { matchUrl, normalUrl, registrableDomain } from './url.ts';

const allTypes = Object.keys(types) as FieldType[];

/** What an app could answer in its worst hour. */
const hostile = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    'x'.repeat(300_000),
    'NaN',
    'Infinity',
    '1e999',
    '0000-01-01',
    '9999-12-31',
    '12:00',
    '٣',
    '__proto__',
  ),
);

test('no value whatever makes a type throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...allTypes), hostile, (type, value) => {
      const to = field('f', type);
      assert.equal(typeof isEmpty(value), 'boolean');
      assert.equal(typeof types[type].normal(value), 'string');
      const taken = types[type].take(value, to);
      assert.ok(taken instanceof Trouble || taken === null || ['string', 'boolean', 'object'].includes(typeof taken));
    }),
    { numRuns: 2000 },
  );
});

test('what a type has taken it takes again unchanged', () => {
  fc.assert(
    fc.property(fc.constantFrom(...allTypes), hostile, (type, value) => {
      const taken = types[type].take(value, field('f', type, { decimals: 3 }));
      if (taken instanceof Trouble || isEmpty(taken)) return;
      assert.deepEqual(types[type].take(taken, field('f', type, { decimals: 3 })), taken);
    }),
    { numRuns: 2000 },
  );
});

test('nothing, blank text and lists of nothing are empty; zero and no are not', () => {
  for (const value of [null, undefined, '', '  \n', '\u00a0', [], [''], [{ value: ' ' }], [null]])
    assert.equal(isEmpty(value), true);
  for (const value of ['0', 0, false, 'a', ['a'], [{ value: 'a' }]]) assert.equal(isEmpty(value), false);
});

test('text with NUL or half a character is an invalid value, and too much of it too long', () => {
  const take = (value: unknown, maxLength?: number) => types.text.take(value, field('notes', 'text', { maxLength }));
  for (const value of ['a\u0000b', '\ud800', 'x\udc00y', 12, {}]) assert.equal(problemOf(take(value)), 'invalid-value');
  assert.equal(problemOf(take('x'.repeat(300_000), 65_536)), 'too-long');
  assert.equal(take('x'.repeat(300_000)), 'x'.repeat(300_000));
  assert.equal(take('😀😀', 2), '😀😀', 'characters are counted, not halves of them');
});

test('texts are equal in any Unicode form, line end and outer space, but not in case', () => {
  assert.equal(normalText(' A\u030angstro\u0308m\r\n'), 'Ångström');
  assert.notEqual(normalText('Ann'), normalText('ann'));
  for (const same of ['STRASSE  1', 'straße 1', ' Straße\t1 ']) assert.equal(foldText(same), 'strasse 1');
  assert.equal(foldText('ﬁne'), 'fine');
});

test('a number is an exact plain decimal of any writing, or none', () => {
  const written: Record<string, string | null> = {
    '12.50': '12.5',
    '-0': '0',
    '0012': '12',
    '.5': '0.5',
    '5.': '5',
    '1e3': '1000',
    '1.5e-3': '0.0015',
    ' 7 ': '7',
    '12345678901234567890.123456789': '12345678901234567890.123456789',
    NaN: null,
    Infinity: null,
    '1,5': null,
    '0x10': null,
    '1e99999': null,
    [`1e${MOST_DIGITS}`]: null,
    '': null,
    '-': null,
  };
  for (const [text, exact] of Object.entries(written)) assert.equal(decimal(text), exact, text);
  assert.equal(decimal(0.1), '0.1');
  assert.equal(decimal(Number.NaN), null);
});

test('numbers are rounded half away from zero, to the digits the app keeps', () => {
  assert.deepEqual(
    ['1.005', '-1.005', '999.999', '-0.001', '3'].map((exact) => round(exact, 2)),
    ['1.01', '-1.01', '1000', '0', '3'],
  );
  assert.equal(types.money.take('19.995', field('price', 'money', { decimals: 2 })), '20');
  assert.equal(types.integer.take('12', field('n', 'integer')), '12');
  assert.equal(problemOf(types.integer.take('12.5', field('n', 'integer'))), 'invalid-value');
  assert.deepEqual(
    [compareDecimals('10', '9.99'), compareDecimals('-1', '-1'), compareDecimals('-2', '1')],
    [1, 0, -1],
  );
  assert.deepEqual(
    [isRounded('1.239', '1.23'), isRounded('1.239', '1.24'), isRounded('1.239', '1.25')],
    [true, true, false],
  );
  // Nobody rounds 1.12 up to 2: that is another value.
  assert.deepEqual([isRounded('1.12', '2'), isRounded('1.5', '2'), isRounded('-1.9', '-1')], [false, true, true]);
});

test('a date has no time zone, exists in the calendar and lies in the years 1 to 9999', () => {
  const moments: Record<string, string | null> = {
    '2026-11-23': '2026-11-23T00:00:00.000Z',
    '2026-11-23T23:30:00-02:00': '2026-11-24T01:30:00.000Z',
    '2026-11-23 10:42': '2026-11-23T10:42:00.000Z',
    '2026-11-23T10:42:00.1234567+05:30': '2026-11-23T05:12:00.123Z',
    '0001-01-01': '0001-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z': '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-01:00': null,
    '0001-01-01T00:00:00+01:00': null,
    '0000-12-31': null,
    '2026-02-30': null,
    '1900-02-29': null,
    '2000-02-29': '2000-02-29T00:00:00.000Z',
    '10000-01-01': null,
    '2026-13-01': null,
    '2026-01-01T25:00:00Z': null,
    infinity: null,
  };
  for (const [text, moment] of Object.entries(moments)) assert.equal(datetimeOf(text), moment, text);
  assert.equal(dateOf('2026-11-23T23:30:00-02:00'), '2026-11-24');
  assert.deepEqual(
    [
      isCoarser('2026-01-01T10:20:30.123Z', '2026-01-01T10:20:30Z'),
      isCoarser('2026-01-01T10:20:30.123Z', '2026-01-01'),
    ],
    [true, true],
  );
  assert.equal(isCoarser('2026-01-01T10:20:30.123Z', '2026-01-01T10:20:31.500Z'), false);
});

test('phone numbers are equal in any writing; a region reads those without a country code', () => {
  for (const text of ['+46 70-123 45 67', '0046701234567', '+46 (0)70 123 45 67'])
    assert.equal(e164(text), '+46701234567');
  assert.equal(e164('070-123 45 67'), null);
  assert.equal(e164('070-123 45 67', 'SE'), '+46701234567');
  assert.equal(e164('+1 555 123 4567 ext. 12'), '+15551234567;ext=12');
  assert.equal(normalPhone('(070) 123 45 67'), normalPhone('070-1234567'));
  assert.notEqual(normalPhone('ask for Bo, room 123'), normalPhone('123'));
});

test('web addresses compare in any writing, and their registrable domain is the owner’s', () => {
  assert.equal(normalUrl('HTTPS://Acme.com/A/'), 'acme.com/A');
  assert.notEqual(normalUrl('http://acme.com'), normalUrl('https://acme.com'), 'a step to https is an edit');
  assert.equal(matchUrl('http://www.acme.com'), matchUrl('acme.com/'));
  const domains: Record<string, string | null> = {
    'https://www.Acme.co.uk/x?y=1': 'acme.co.uk',
    'Ann@shop.acme.com': 'acme.com',
    'foo.github.io': 'foo.github.io',
    'www.Räksmörgås.se': 'xn--rksmrgs-5wao1o.se',
    localhost: 'localhost',
    '': null,
    'not a domain!': null,
  };
  for (const [text, domain] of Object.entries(domains)) assert.equal(registrableDomain(text), domain, text);
});

test('countries are known by codes and by English and Swedish names', () => {
  for (const text of ['SE', 'swe', '752', 'Sweden', 'SVERIGE', ' sverige ']) assert.equal(countryCode(text), 'SE');
  assert.deepEqual(['UK', 'Storbritannien', 'U.S.A.', 'The Netherlands', "Cote d'Ivoire", 'Türkiye'].map(countryCode), [
    'GB',
    'GB',
    'US',
    'NL',
    'CI',
    'TR',
  ]);
  assert.equal(countryCode('Atlantis'), null);
  assert.deepEqual(
    [countryName('SE', 'sv'), countryName('GB'), countryCode3('SE')],
    ['Sverige', 'United Kingdom', 'SWE'],
  );
});

test('writing the main entry of a list keeps its label and the other entries', () => {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const list = [
    { value: 'a@x', label: 'work' },
    { value: 'b@x', label: 'home' },
  ];
  assert.deepEqual(withFirst(list, 'c@x', same), [
    { value: 'c@x', label: 'work' },
    { value: 'b@x', label: 'home' },
  ]);
  assert.deepEqual(withFirst(list, 'B@x', same), [
    { value: 'B@x', label: 'home' },
    { value: 'a@x', label: 'work' },
  ]);
  assert.deepEqual(withFirst(list, null, same), [{ value: 'b@x', label: 'home' }]);
  assert.equal(withFirst([{ value: 'a@x' }], null, same), null);
  assert.deepEqual(withFirst(null, 'a@x', same), [{ value: 'a@x' }]);
});

function problemOf(taken: unknown): string | null {
  return taken instanceof Trouble ? taken.problem : null;
}
