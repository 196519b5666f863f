import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiled, field, input, mapped, mapping, options, schema } from '../../test/model/example.ts';
import type { Field, Option } from './field.ts';
import type { Value } from './value.ts';

const select = (name: string, ...list: Option[]): Field => field(name, 'select', { options: list });

/** The partner, or the category of the problem. */
function cross(a: Field, b: Field, from: 'a' | 'b', value: Value, given?: Record<string, string>): unknown {
  const there = mapped(a, b, given ? { options: given } : {}).convert(from, [value], {});
  return 'values' in there ? there.values[0] : there.problem;
}

test('options pair as given, the rest by label, then by value', () => {
  const a = select(
    'stage',
    { value: 'L', label: 'Lead' },
    { value: 'C', label: 'Customer' },
    { value: 'x', label: 'Old one' },
  );
  const b = select(
    'status',
    { value: '1', label: 'customer ' },
    { value: '2', label: 'Lead' },
    { value: 'x', label: 'Former' },
  );
  assert.deepEqual(
    ['L', 'C', 'x'].map((value) => cross(a, b, 'a', value)),
    ['2', '1', 'x'],
  );
  assert.deepEqual(
    ['1', '2', 'x'].map((value) => cross(a, b, 'b', value)),
    ['C', 'L', 'x'],
  );
  assert.deepEqual(
    ['L', 'C'].map((value) => cross(a, b, 'a', value, { L: '1', C: '2' })),
    ['1', '2'],
  );
});

test('an option without a partner is a named problem, never a silent drop', () => {
  const a = select('stage', { value: 'L', label: 'Lead' }, { value: 'V', label: 'VIP' });
  const b = select('status', { value: '1', label: 'Lead' });
  assert.equal(cross(a, b, 'a', 'V'), 'unknown-option');
  assert.equal(cross(a, b, 'a', 'gone'), 'unknown-option');
  const there = mapped(a, b).convert('a', ['V'], {});
  assert.ok(
    'problem' in there && there.message.includes('VIP') && there.message.includes('map it'),
    'it says what to do',
  );
});

test('an option of an app with fewer states stands for all that it names, and goes back as the one it pairs with', () => {
  const a = select(
    'task',
    { value: 'NEW', label: 'Not started' },
    { value: 'BUSY', label: 'In progress' },
    { value: 'END', label: 'Completed' },
    { value: 'LOST', label: 'Cancelled' },
  );
  const b = select(
    'todo',
    { value: 'open', label: 'To do', also: ['Not started', 'In progress'] },
    { value: 'done', label: 'Done', also: ['Completed'] },
  );
  assert.deepEqual(
    ['NEW', 'BUSY', 'END', 'LOST'].map((value) => cross(a, b, 'a', value)),
    ['open', 'open', 'done', 'unknown-option'],
  );
  assert.deepEqual(
    ['open', 'done'].map((value) => cross(a, b, 'b', value)),
    ['NEW', 'END'],
  );
  assert.deepEqual(
    ['NEW', 'BUSY'].map((value) => cross(b, a, 'b', value)),
    ['open', 'open'],
  );
  assert.ok(mapped(a, b).equal(['BUSY'], ['open']), 'they agree when they first meet');
});

test('stages pair within their pipeline; an unmapped one is named so', () => {
  const stage = (value: string, label: string, group: string) => ({ value, label, group });
  const a = select('dealstage', stage('n', 'New', 'Sales'), stage('w', 'Won', 'Sales'), stage('w2', 'Won', 'Renewals'));
  const b = select('stage', stage('10', 'Won', 'Renewals'), stage('11', 'Won', 'Sales'), stage('12', 'New', 'Sales'));
  assert.deepEqual(
    ['n', 'w', 'w2'].map((value) => cross(a, b, 'a', value)),
    ['12', '11', '10'],
  );
  const other = select('stage', stage('10', 'Won', 'Main'), stage('20', 'Won', 'Side'));
  assert.equal(cross(a, other, 'a', 'w'), 'unmapped-stage');
  assert.deepEqual(
    ['w', 'w2'].map((value) => cross(a, other, 'a', value, { w: '20' })),
    ['20', 'unmapped-stage'],
  );
  const only = select('stage', stage('1', 'New', 'Pipeline'), stage('2', 'Won', 'Pipeline'));
  const mine = select('stage', stage('n', 'New', 'Sales'), stage('w', 'Won', 'Sales'));
  assert.deepEqual(
    ['n', 'w'].map((value) => cross(mine, only, 'a', value)),
    ['1', '2'],
  );
});

test('pipelines that go by ids are the same by their labels', () => {
  const deals = (...pipelines: [string, string][]) => {
    const stages = pipelines.flatMap(([group]) => [{ value: `${group}-won`, label: 'Won', group }]);
    const named = pipelines.map(([value, label]) => ({ value, label }));
    return schema('deals', [select('stage', ...stages), { ...select('pipeline', ...named), means: 'deal.pipeline' }]);
  };
  const schemas = { a: deals(['1', 'Sales'], ['2', 'Renewals']), b: deals(['x', 'Renewals'], ['y', 'sales']) };
  const given = input({ mappings: [mapping('stage', 'stage')], match: 'none' }, { schemas });
  const [pair] = compiled(given).rules.mappings;
  assert.deepEqual(pair?.convert('a', ['1-won'], {}), { values: ['y-won'] });
  assert.deepEqual(pair?.convert('b', ['x-won'], {}), { values: ['2-won'] });
});

test('options turn a column of codes into a select, both ways', () => {
  const a = select('stage', ...options('lead', 'customer'));
  assert.equal(cross(a, field('code'), 'a', 'lead', { lead: 'L', customer: 'C' }), 'L');
  assert.equal(cross(a, field('code'), 'b', ' C ', { lead: 'L', customer: 'C' }), 'customer');
  assert.equal(cross(a, field('code'), 'b', 'Q', { lead: 'L' }), 'unknown-option');
  assert.equal(cross(a, field('code', 'integer'), 'b', '2', { lead: '1', customer: '2' }), 'customer');
  assert.equal(cross(a, field('code', 'boolean'), 'a', 'customer', { lead: 'false', customer: 'true' }), true);
});

test('without an option map a select flows into text as its label', () => {
  assert.equal(cross(select('stage', ...options('lead')), field('text'), 'a', 'lead'), 'Lead');
});

test('each choice of a multi-select pairs by itself', () => {
  const a = field('tags', 'multi-select', { options: options('red', 'blue') });
  const b = field('labels', 'multi-select', { options: [{ value: '1', label: 'Red' }] });
  assert.deepEqual(cross(a, b, 'a', ['red']), ['1']);
  assert.equal(cross(a, b, 'a', ['red', 'blue']), 'unknown-option');
  assert.equal(mapped(a, b).equal([['red', 'red']], [['1']]), true);
});

test('a select that names no options keeps values, and finds options across by name', () => {
  const free = field('free', 'select');
  const named = select('named', ...options('lead'));
  assert.equal(cross(free, field('b', 'select'), 'a', 'anything'), 'anything');
  assert.equal(cross(named, free, 'a', 'lead'), 'lead');
  assert.deepEqual(
    ['lead', 'Lead', 'boss'].map((value) => cross(named, free, 'b', value)),
    ['lead', 'lead', 'unknown-option'],
  );
});

test('two selects are equal where their options pair', () => {
  const pair = mapped(
    select('a', { value: 'L', label: 'Lead' }),
    select('b', { value: '1', label: 'Lead' }, { value: '2', label: 'Won' }),
  );
  assert.deepEqual([pair.equal(['L'], ['1']), pair.equal(['L'], ['2'])], [true, false]);
});

test('options pair by what other apps call them, after all that pair by their own names', () => {
  const a = select('priority', { value: 'MEDIUM', label: 'Medium' }, { value: 'HIGH', label: 'High' });
  const b = select(
    'urgency',
    { value: 'Normal', label: 'Normal', also: ['Medium', 'High'] },
    { value: 'High', label: 'High' },
  );
  assert.deepEqual(
    ['MEDIUM', 'HIGH'].map((value) => cross(a, b, 'a', value)),
    ['Normal', 'High'],
  );
  assert.equal(cross(a, b, 'b', 'Normal'), 'MEDIUM');
});
