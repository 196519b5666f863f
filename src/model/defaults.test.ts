import assert from 'node:assert/strict';
import { test } from 'node:test';
import { association, contacts, customers, field, options, schema } from '../../test/model/example.ts';
import { defaultAssociations, defaultMappings } from './defaults.ts';
import type { Schema } from './field.ts';
import { meaningsOf } from './role-finding.ts';
import { associationRoles, fieldRoles } from './roles.ts';

/** 'email = mail', with the reason where it goes one way. */
function pairs(a: Schema, b: Schema): string[] {
  return defaultMappings({ a, b }).map(
    ({ settings, why }) => `${settings.a.join('+')} = ${settings.b.join('+')}${why ? ` (${why})` : ''}`,
  );
}

test('a contacts app and a table of customers map by the columns’ names', () => {
  assert.deepEqual(pairs(contacts(), customers()), [
    'first_name+last_name = name',
    'email = email',
    'phone = phone',
    'org = company',
    'birthday = birthday',
    'stage = stage (stage (select) can be written as text, but text is not always a select)',
  ]);
});

test('roles are found by column names in any style', () => {
  const table = (...names: string[]) =>
    schema(
      'people',
      names.map((name) => field(name)),
    );
  const roles = (...names: string[]) => pairs(contacts(), table(...names)).filter((pair) => !pair.startsWith('stage'));
  assert.deepEqual(roles('firstName', 'Surname', 'E-Mail'), [
    'email = E-Mail',
    'first_name = firstName',
    'last_name = Surname',
  ]);
  assert.deepEqual(roles('given_name', 'family_name', 'email_address'), [
    'email = email_address',
    'first_name = given_name',
    'last_name = family_name',
  ]);
  assert.deepEqual(roles('fullname'), ['first_name+last_name = fullname']);
});

test('a full name is not mapped where both sides split it, nor a single address where both have lists', () => {
  const name = field('full_name', 'text', { means: 'person.name', writable: 'never' });
  const emails = field('emails', 'list', { of: 'email', means: 'person.emails' });
  const both = schema('contacts', [...contacts().fields, name, emails], { means: 'person' });
  const found = pairs(both, both);
  assert.ok(found.includes('first_name = first_name') && found.includes('emails = emails'));
  assert.ok(!found.some((pair) => pair.startsWith('full_name') || pair.startsWith('email =')));
  assert.ok(pairs(both, customers()).includes('email = email'));
  const list = schema('contacts', [emails], { means: 'person' });
  assert.deepEqual(pairs(list, contacts()), ['emails = email']);
});

test('two tables map fields of one name whose types pair, but not what a database keeps for itself', () => {
  const left = schema('machines', [
    field('id', 'integer', { writable: 'never' }),
    field('serial_no'),
    field('Weight', 'number'),
    field('updated_at', 'datetime'),
    field('x', 'date'),
  ]);
  const right = schema('machines', [
    field('id', 'integer', { writable: 'never' }),
    field('serialNo'),
    field('weight', 'money'),
    field('updated_at', 'datetime'),
    field('x', 'number'),
  ]);
  assert.deepEqual(pairs(left, right), ['serial_no = serialNo', 'Weight = weight']);
  const given = schema('machines', [field('id', 'integer', { required: true, writable: 'once' })]);
  assert.deepEqual(pairs(given, given), ['id = id'], 'a key that whoever makes the record must give');
});

test('two apps that name roles map by roles alone', () => {
  const app = (name: string) =>
    schema('contacts', [...contacts().fields, field(name), field('custom_x')], { means: 'person' });
  assert.ok(!pairs(app('score'), app('score')).some((pair) => pair.startsWith('score') || pair.startsWith('custom')));
});

test('a default mapping says why it goes one way, and is left out where it goes none', () => {
  const a = schema('deals', [
    field('amount', 'money', { writable: 'never', label: 'Amount' }),
    field('stage', 'select', { options: options('won') }),
  ]);
  const b = schema('deals', [field('amount', 'number'), field('stage', 'date')]);
  assert.deepEqual(pairs(a, b), ['amount = amount (Amount is read-only in its app)']);
  assert.deepEqual(pairs(a, schema('deals', [field('amount', 'money', { writable: 'never' })])), []);
});

test('an object means what its app says, else what it is called, else what its partner is', () => {
  const meanings = (a: Schema, b: Schema) => Object.values(meaningsOf({ a, b }));
  assert.deepEqual(meanings(schema('public.Customers', []), schema('x', [])), ['person', 'person']);
  assert.deepEqual(meanings(schema('companies', []), schema('opportunities', [])), ['company', 'deal']);
  assert.deepEqual(meanings(schema('y', []), schema('x', [])), [undefined, undefined]);
  assert.deepEqual(meanings(schema('customers', [], { means: 'company' }), schema('res.partner', [])), [
    'company',
    'person',
  ]);
});

test('a company meets the customer of an app that keeps people and businesses in one list, by the roles of both', () => {
  const crm = schema(
    'companies',
    [
      field('name', 'text', { means: 'company.name' }),
      field('phone', 'phone', { means: 'company.phone' }),
      field('vat', 'text', { means: 'company.vat-number' }),
      field('about', 'long-text', { means: 'company.description' }),
    ],
    { means: 'company' },
  );
  const books = schema(
    'contacts',
    [
      field('Name', 'text', { means: 'person.name' }),
      field('FirstName', 'text', { means: 'person.first-name' }),
      field('LastName', 'text', { means: 'person.last-name' }),
      field('Phone', 'phone', { means: 'person.phone' }),
      field('TaxNumber', 'text', { means: 'company.vat-number' }),
      field('Notes', 'long-text', { means: 'person.note' }),
    ],
    { means: 'person' },
  );
  const found = ['name = Name', 'phone = Phone', 'about = Notes', 'vat = TaxNumber'];
  assert.deepEqual(pairs(crm, books), found);
  assert.deepEqual(
    pairs(books, crm),
    found.map((pair) => pair.split(' = ').reverse().join(' = ')),
  );
  const people = schema('people', [...books.fields, field('Employer', 'text', { means: 'person.company-name' })], {
    means: 'person',
  });
  assert.ok(pairs(crm, people).includes('name = Employer'), 'what says more of the company goes before');
});

test('an activity’s moment joins the one that stands for it in another app, the closest first', () => {
  const moment = (role: string) => field(role, 'datetime', { means: `activity.${role}` });
  const activity = (means: Schema['means'], ...roles: string[]) => schema('activities', roles.map(moment), { means });
  assert.deepEqual(pairs(activity('meeting', 'start', 'end'), activity('task', 'due')), ['start = due']);
  assert.deepEqual(pairs(activity('task', 'due'), activity('call', 'time')), ['due = time']);
  assert.deepEqual(pairs(activity('call', 'time'), activity('meeting', 'start', 'end')), ['time = start']);
  assert.deepEqual(pairs(activity('meeting', 'start', 'end'), activity('meeting', 'start', 'end')), [
    'start = start',
    'end = end',
  ]);
});

test('associations join on roles, by what the far table holds, or by name', () => {
  const crm = schema('contacts', [], {
    means: 'person',
    associations: [association('company', 'companies', { means: 'person.company' })],
  });
  const table = schema('public.customers', [], { associations: [association('company_id', 'public.companies')] });
  const other = schema('public.customers', [], { associations: [association('group_id', 'public.groups')] });
  const found = (a: Schema, b: Schema) => defaultAssociations({ a, b }).map((one) => `${one.a} = ${one.b}`);
  assert.deepEqual(found(crm, table), ['company = company_id']);
  assert.deepEqual(found(other, other), ['group_id = group_id']);
  assert.deepEqual(found(crm, other), []);
});

test('every role belongs to a family and can be found by one name only', () => {
  const families = ['person', 'company', 'deal', 'product', 'line-item', 'invoice', 'order', 'activity'];
  const seen = new Map<string, string>();
  for (const [role, { names }] of Object.entries(fieldRoles)) {
    const [family = ''] = role.split('.');
    assert.ok(families.includes(family), role);
    for (const name of names) {
      assert.match(name, /^[a-z0-9]+$/);
      assert.equal(seen.get(`${family} ${name}`), undefined, `${name} is ${role}`);
      seen.set(`${family} ${name}`, role);
    }
  }
  for (const role of Object.keys(associationRoles)) assert.ok(!(role in fieldRoles), role);
});
