import assert from 'node:assert/strict';
import { test } from 'node:test';
import { field } from '../../test/model/example.ts';
import type { FieldType } from './field.ts';
import { pairing } from './pairing.ts';
import { types } from './types/types.ts';

/** The table of types that pair. Rows and columns: text, numbers, yes/no, dates, selects, addresses, country, user, reference. */
const table = `
              text  long  num   int   money bool  date  dtime sel   multi email phone url   ctry  user  ref
text          both  both  from  from  from  from  from  from  from  from  both  both  both  both  from  from
long-text     both  both  from  from  from  from  from  from  from  from  both  both  both  both  from  from
number        to    to    both  both  both  -     -     -     -     -     -     -     -     -     -     -
integer       to    to    both  both  both  -     -     -     -     -     -     -     -     -     -     -
money         to    to    both  both  both  -     -     -     -     -     -     -     -     -     -     -
boolean       to    to    -     -     -     both  -     -     -     -     -     -     -     -     -     -
date          to    to    -     -     -     -     both  both  -     -     -     -     -     -     -     -
datetime      to    to    -     -     -     -     both  both  -     -     -     -     -     -     -     -
select        to    to    -     -     -     -     -     -     both  from  -     -     -     -     -     -
multi-select  to    to    -     -     -     -     -     -     to    both  -     -     -     -     -     -
email         both  both  -     -     -     -     -     -     -     -     both  -     -     -     -     -
phone         both  both  -     -     -     -     -     -     -     -     -     both  -     -     -     -
url           both  both  -     -     -     -     -     -     -     -     -     -     both  -     -     -
country       both  both  -     -     -     -     -     -     -     -     -     -     -     both  -     -
user          to    to    -     -     -     -     -     -     -     -     -     -     -     -     both  -
reference     to    to    -     -     -     -     -     -     -     -     -     -     -     -     -     -
`;

const order = Object.keys(types).filter((type) => type !== 'list') as FieldType[];
const words: Record<string, string> = { both: 'both', to: 'a-to-b', from: 'b-to-a', '-': 'none' };

test('every two types pair as the table says, and what does not flow both ways says why', () => {
  const [, ...rows] = table.trim().split('\n');
  const byType = new Map(rows.map((row) => row.trim().split(/\s+/)).map(([type, ...cells]) => [type, cells]));
  const columns: FieldType[] = [
    'text',
    'long-text',
    'number',
    'integer',
    'money',
    'boolean',
    'date',
    'datetime',
    'select',
    'multi-select',
  ];
  columns.push('email', 'phone', 'url', 'country', 'user', 'reference');
  assert.deepEqual([...columns].sort(), [...order].sort(), 'the table has every type');
  for (const a of order) {
    for (const [index, b] of columns.entries()) {
      const found = pairing(field('left', a), field('right', b));
      assert.equal(found.flows, words[byType.get(a)?.[index] ?? ''], `${a} with ${b}`);
      assert.equal(found.why === null, found.flows === 'both', `${a} with ${b} says why`);
    }
  }
});

test('a list pairs with single values and lists of its kind', () => {
  const emails = field('emails', 'list', { of: 'email' });
  const names = field('names', 'list', { of: 'text' });
  const flows = (a: typeof emails, b: typeof emails) => pairing(a, b).flows;
  assert.equal(flows(emails, field('email', 'email')), 'both');
  assert.equal(flows(field('email', 'text'), emails), 'both');
  assert.equal(flows(emails, field('mails', 'list', { of: 'email' })), 'both');
  assert.equal(flows(emails, names), 'both');
  assert.equal(flows(emails, field('phones', 'list', { of: 'phone' })), 'none');
  assert.equal(flows(emails, field('phone', 'phone')), 'none');
  assert.equal(flows(names, field('tags', 'multi-select')), 'both');
});

test('options make a select pair with a column of codes', () => {
  const stage = field('stage', 'select');
  for (const type of ['text', 'integer', 'boolean'] as const)
    assert.equal(pairing(stage, field('code', type), 'coded').flows, 'both');
  assert.equal(pairing(stage, field('code', 'date'), 'coded').flows, 'none');
});
