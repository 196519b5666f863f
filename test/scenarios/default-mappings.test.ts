import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { defaultMappings } from '../../src/model/defaults.ts';
import type { Schema } from '../../src/model/field.ts';
import { mappingFlow } from '../../src/model/mapping-flow.ts';
import { commonRoles } from '../../src/model/role-finding.ts';
import type { MappingSettings } from '../../src/model/settings.ts';
import type { Side, Two } from '../../src/model/value.ts';
import { appSchemas } from './app-schemas.ts';

/** What people expect of a kind of object wherever two apps have it. `|`: the first that both have. */
const expected: Record<string, string> = {
  person:
    'email|emails name|first-name phone|phones mobile job-title website street city state postal-code country note birthday owner',
  company:
    'name phone website street city state postal-code country email vat-number employees revenue description owner',
  deal: 'name amount currency stage close-date description owner',
  product: 'name sku price cost description url',
  'line-item': 'name sku quantity price',
  invoice: 'number title status amount currency date due-date note',
  order: 'number name status amount currency date note',
  activity: 'subject body status priority time|start|due location owner',
};

/** What every app must know of its own objects, for syncs with any other to be of use. */
const needed: Record<string, string> = {
  person: 'email|emails name|first-name phone|phones',
  company: 'name',
  deal: 'name amount stage close-date owner',
  product: 'name sku price description',
  'line-item': 'name quantity price',
  invoice: 'number status amount currency date',
  order: 'number|name status amount currency date',
  activity: 'body owner time|start|due',
};

suite('default mappings of every pair of apps, for every object that both have', () => {
  let all: Schema[];
  let pairs: Two<Schema>[];
  before(async () => {
    all = await appSchemas();
    pairs = all.flatMap((a, index) => all.slice(index + 1).map((b) => ({ a, b }))).filter(haveMuchInCommon);
  });

  test('there are some between all apps', () => {
    const apps = new Set(pairs.flatMap(({ a, b }) => [a.app, b.app]));
    assert.ok(apps.size >= 8, [...apps].join(' '));
    assert.ok(pairs.length > 120, `${pairs.length}`);
  });

  test('every app says what the fields of its objects are about', () => {
    for (const schema of all.filter(({ app, means }) => app !== 'postgres' && means)) {
      const { family, roles } = commonRoles({ a: schema, b: schema });
      for (const wanted of (needed[family ?? ''] ?? '').split(' ')) {
        const isThere = wanted.split('|').some((name) => roles.a.has(`${family}.${name}`));
        assert.ok(isThere, `${schema.app} ${schema.object}: ${wanted}`);
      }
    }
  });

  test('types pair, what an app computes is written by none, and one that goes one way says why', () => {
    for (const pair of pairs) {
      for (const { settings, why } of defaultMappings(pair)) {
        const { to } = mappingFlow(settings, fieldsOf(pair, settings), 'both');
        const at = `${told(pair)}: ${settings.a} = ${settings.b}`;
        assert.ok(to.a || to.b, at);
        assert.equal(why === null, to.a && to.b, `${at}: ${why}`);
        for (const side of ['a', 'b'] as const) {
          const isComputed = fieldsOf(pair, settings)[side].some(({ writable }) => writable === 'never');
          assert.ok(!(to[side] && isComputed), at);
        }
      }
    }
  });

  test('a field is mapped once', () => {
    for (const pair of pairs) {
      const mapped = defaultMappings(pair);
      for (const side of ['a', 'b'] as const) {
        const names = mapped.flatMap(({ settings }) => settings[side]);
        assert.equal(new Set(names).size, names.length, `${told(pair)}: ${names}`);
      }
    }
  });

  test('what both apps know is mapped, unless neither lets it be written', () => {
    for (const pair of pairs) {
      const { family, roles } = commonRoles(pair);
      const mapped = defaultMappings(pair);
      for (const wanted of (expected[family ?? ''] ?? '').split(' ')) {
        const names = wanted.split('|').map((name) => `${family}.${name}`);
        const known = (side: Side) => names.flatMap((name) => roles[side].get(name) ?? []);
        const mine = known('a');
        const theirs = known('b');
        if (mine.length === 0 || theirs.length === 0) continue;
        if ([...mine, ...theirs].every(({ writable }) => writable === 'never')) continue;
        const isThere = mapped.some(
          ({ settings: { a, b } }) =>
            mine.some(({ name }) => a.includes(name)) && theirs.some(({ name }) => b.includes(name)),
        );
        assert.ok(isThere, `${told(pair)}: ${wanted}`);
      }
    }
  });
});

/** Two apps, and objects about the same thing. */
function haveMuchInCommon({ a, b }: Two<Schema>): boolean {
  return a.app !== b.app && commonRoles({ a, b }).family !== null;
}

function fieldsOf(schemas: Two<Schema>, settings: MappingSettings) {
  const of = (side: Side) => schemas[side].fields.filter(({ name }) => settings[side].includes(name));
  return { a: of('a'), b: of('b') };
}

function told({ a, b }: Two<Schema>): string {
  return `${a.app} ${a.object} and ${b.app} ${b.object}`;
}
