import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normaliseSync } from './normalise.ts';
import { type SyncInput, syncSchema } from './schema.ts';
import { leanShape, syncShape } from './shape.ts';

const bare: SyncInput = { a: { account: 'crm', object: 'contacts' }, b: { account: 'shop', object: 'public.people' } };

const rich: SyncInput = {
  ...bare,
  direction: 'a-to-b',
  default: 'b',
  match: [['email'], [{ a: 'firstname', b: 'first_name' }, 'lastname']],
  require: ['email'],
  filter: {
    'a-to-b': {
      any: [
        { field: 'city', op: 'in', value: ['Lund', 'Visby'] },
        { field: 'age', op: 'known' },
      ],
    },
  },
  leaving: 'exclude',
  deletions: { a: 'archive', b: 'ignore' },
  route: { field: 'lifecyclestage', 'a-to-b': ['lead'] },
  mappings: ['default', { a: 'full_name', b: ['first_name', 'last_name'], wins: 'latest', group: 'name' }],
  associations: [{ a: 'company', b: 'company_id', label: 'primary', enabled: false }],
  users: { 'ann@example.com': 'ann.lee' },
  region: 'SE',
  brakes: { create: '12.5%', update: 'off', empty: 40, archive: '1%' },
  every: '5m',
  enabled: false,
};

test('a sync written out in the form of the file reads back as the same settings', () => {
  for (const input of [bare, rich]) {
    const settings = normaliseSync(input);
    for (const shape of [syncShape(settings), leanShape(settings)]) {
      assert.deepEqual(normaliseSync(syncSchema.parse(shape)), settings);
    }
  }
});

test('an exported sync says only what would not be so anyway', () => {
  assert.deepEqual(leanShape(normaliseSync(bare)), bare);
  assert.deepEqual(leanShape(normaliseSync({ ...bare, brakes: { create: '20%' } })), {
    ...bare,
    brakes: { create: '20%' },
  });
  assert.deepEqual(leanShape(normaliseSync({ ...bare, deletions: { b: 'delete' } })), {
    ...bare,
    deletions: { b: 'delete' },
  });
});
