import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiled, contacts, customers, field, input, mapping, problemsOf, schema } from '../../test/model/example.ts';
import type { Schema } from './field.ts';
import type { SyncSettings } from './settings.ts';

function ids(a: Schema, b: Schema, more: Partial<SyncSettings> = {}): string[][] {
  return compiled(input(more, { schemas: { a, b } })).rules.match.map((rule) =>
    rule.specs.map(({ id }) => `${id.a} | ${id.b}`),
  );
}

test('people match by e-mail, and without one by name together with their company', () => {
  assert.deepEqual(ids(contacts(), customers()), [
    ['email:email | email:email'],
    [
      'first_name+last_name:name,org:name,!email | name:name,company:name',
      'first_name+last_name:name,org:name | name:name,company:name,!email',
    ],
  ]);
  assert.deepEqual(ids(contacts('lead'), contacts())[0], ['email:email | email:email'], 'a lead is a person');
});

test('two people with two e-mail addresses never match by their company', () => {
  const [, rule] = compiled(input()).rules.match;
  const keys = (a: string | null, b: string | null) =>
    rule?.specs.some((spec) => {
      const key = spec.key('a', { first_name: 'Ann', last_name: 'Lee', org: 'Acme', email: a });
      return key !== null && key === spec.key('b', { name: 'Ann Lee', company: 'ACME', email: b });
    });
  assert.deepEqual(
    [keys('a@x', 'b@x'), keys('a@x', null), keys(null, 'b@x'), keys(null, null)],
    [false, true, true, true],
  );
});

test('companies match by domain or name in one rule, by name only where an app has no domain', () => {
  const full = schema('companies', [field('name'), field('website', 'url')]);
  const table = schema('public.companies', [field('id', 'integer'), field('name'), field('domain')]);
  assert.deepEqual(ids(full, table), [['website:domain | domain:domain', 'name:name | name:name']]);
  assert.deepEqual(ids(schema('companies', [field('name')]), table), [['name:name | name:name']]);
});

test('a company matches the customer of an app that keeps people and businesses in one list by name or website', () => {
  const firm = schema('companies', [field('name'), field('domain')], { means: 'company' });
  const roles = { Name: 'person.name', Site: 'person.website', Mail: 'person.email' };
  const named = Object.entries(roles).map(([name, means]) => field(name, 'text', { means }));
  const customer = schema('contacts', named, { means: 'person' });
  assert.deepEqual(ids(firm, customer), [['domain:domain | Site:domain', 'name:name | Name:name']]);
});

test('products match by SKU, then by name; deals, invoices, orders and activities not at all', () => {
  const product = schema('products', [field('name'), field('sku'), field('price', 'money')]);
  assert.deepEqual(ids(product, product), [['sku:name | sku:name'], ['name:name | name:name']]);
  for (const object of ['deals', 'invoices', 'orders', 'tasks', 'line_items', 'whatever']) {
    const one = schema(object, [field('name'), field('email', 'email')]);
    assert.deepEqual(ids(one, one), [], object);
  }
});

test('own rules name fields of both sides; a bare name is a’s field with its mapped field, else its namesake', () => {
  const own = (match: SyncSettings['match']) => ids(contacts(), customers(), { match });
  assert.deepEqual(own([['org'], ['email', 'phone']]), [
    ['org:name | company:name'],
    ['email:email,phone:phone | email:email,phone:phone'],
  ]);
  assert.deepEqual(own([[{ a: 'last_name', b: 'name' }]]), [['last_name:name | name:name']]);
  assert.deepEqual(own('none'), []);
  const split = ids(schema('l', [field('full_name')]), schema('r', [field('first'), field('last')]), {
    mappings: [mapping('full_name', ['first', 'last'])],
    match: [['full_name']],
  });
  assert.deepEqual(split, [['full_name:name | first+last:name']]);
});

test('a match field need not be mapped, but is read', () => {
  const { fields } = compiled(input({ mappings: 'none', match: [['email', 'birthday']], require: [] }));
  assert.deepEqual(fields, { a: ['birthday', 'email'], b: ['birthday', 'email'] });
});

test('a match rule on a field that one side lacks is refused, with what there is', () => {
  const [bare] = problemsOf(input({ match: [['email'], ['first_name']], mappings: 'none' }));
  assert.deepEqual(bare?.path, ['syncs', 'contacts', 'match', 1, 0]);
  assert.ok(bare?.allowed?.includes('name'));
  const [both] = problemsOf(input({ match: [[{ a: 'nope', b: 'email' }]] }));
  assert.deepEqual(both?.path, ['syncs', 'contacts', 'match', 0, 0, 'a']);
  assert.deepEqual(problemsOf(input({ match: [[]] }))[0]?.path, ['syncs', 'contacts', 'match', 0]);
});
