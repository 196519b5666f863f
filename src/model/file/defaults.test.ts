import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettingsFile } from './settings-file.ts';

const accounts = `accounts:
  crm:  { app: hubspot,  settings: { baseUrl: "http://127.0.0.1:4010" }, secrets: { token: $HUBSPOT_TOKEN } }
  shop: { app: postgres, secrets: { url: $SHOP_URL } }
`;
const ends = `
    a: { account: crm,  object: contacts }
    b: { account: shop, object: public.customers }`;
const environment = { HUBSPOT_TOKEN: 'pat', SHOP_URL: 'postgres://x' };

/** Every key of a sync with the value that it has when it is left out, as the guide lists them. */
const defaults: [string, string][] = [
  ['direction', 'both'],
  ['default', 'a'],
  ['match', 'default'],
  ['require', 'default'],
  ['leaving', 'keep'],
  ['deletions', '{ a: ignore, b: ignore }'],
  ['mappings', 'default'],
  ['associations', 'default'],
  ['brakes', '{ create: 10%, update: 50%, empty: 5%, archive: 1% }'],
  ['every', '60s'],
  ['enabled', 'true'],
];

const read = (syncs: string) =>
  readSettingsFile(`${accounts}syncs:\n  contacts:${ends}${syncs}\n`, environment).settings;

test('a sync with its two ends alone is one with every default written out', () => {
  const written = defaults.map(([key, value]) => `\n    ${key}: ${value}`).join('');
  assert.deepEqual(read(''), read(written));
  assert.deepEqual(
    Object.keys(read('').syncs.contacts ?? {}).length,
    defaults.length + 5,
    'a, b, filter, route, users',
  );
});

for (const [key, value] of defaults) {
  test(`${key} is ${value} where it is left out`, () => assert.deepEqual(read(`\n    ${key}: ${value}`), read('')));
}

test('a mapping with its two fields alone is one with every default written out', () => {
  const more = ', enabled: true, direction: both, wins: default, fill: always, empty: flows';
  const mapping = (rest: string) => read(`\n    mappings: [{ a: email, b: email${rest} }]`);
  assert.deepEqual(mapping(''), mapping(more));
});

test('$NAME takes a value from the environment, and only as a whole value', () => {
  const { crm, shop } = read('').accounts;
  assert.deepEqual([crm?.secrets, shop?.secrets], [{ token: 'pat' }, { url: 'postgres://x' }]);
  const text = accounts.replace('$SHOP_URL', '"postgres://$SHOP_URL"');
  assert.equal(readSettingsFile(text, environment).settings.accounts.shop?.secrets.url, 'postgres://$SHOP_URL');
});
