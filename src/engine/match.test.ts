import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stage } from '../model/link.ts';
import { rulesFor, seen } from './example.ts';
import { claimKeys, match, type Suspects } from './match.ts';

const me = seen('a1', { first: 'Ann' });

test('F2 exactly one free candidate, whose only suitor is this record, makes a pair', () => {
  assert.deepEqual(match('a', me, [found(['b1'])]), { is: 'pair', id: 'b1' });
  assert.deepEqual(match('a', me, [found(['b1'], ['a1'])]), { is: 'pair', id: 'b1' }, 'it is no rival of itself');
  assert.deepEqual(match('a', me, [found([], ['a2'])]), { is: 'nobody' });
  assert.deepEqual(match('a', me, []), { is: 'nobody' });
});

test('F2 rules are asked in order: the first under which anyone is found decides', () => {
  assert.deepEqual(match('a', me, [found([]), found(['b2'])]), { is: 'pair', id: 'b2' });
  assert.deepEqual(match('a', me, [found(['b1']), found(['b2', 'b3'])]), { is: 'pair', id: 'b1' });
  assert.equal(problemOf([found(['b1', 'b2']), found(['b3'])]), 'ambiguous-match');
});

test('F2 two candidates, or two suitors of one candidate, are a problem for a person, never a guess', () => {
  const across = match('a', me, [found(['b1', 'b2'])]);
  assert.ok(across.is === 'problem');
  assert.deepEqual(across.problem.others, ['b1', 'b2']);
  const beside = match('a', me, [found(['b1'], ['a1', 'a2'])]);
  assert.ok(beside.is === 'problem');
  assert.deepEqual([beside.problem.category, beside.problem.others], ['ambiguous-match', ['a2']]);
});

test('F2 a candidate that has a partner makes the newcomer a duplicate, not a create', () => {
  const result = match('a', me, [found([['b1', 'link 7', 'active']])]);
  assert.ok(result.is === 'problem');
  assert.deepEqual([result.problem.category, result.problem.side], ['duplicate-in-target', 'b']);
});

test('F2 a suitor that has a partner of its own is no rival', () => {
  assert.deepEqual(match('a', me, [found(['b1'], [['a2', 'link 7', 'active']])]), { is: 'pair', id: 'b1' });
});

test('X1 while a create with the same key is not resolved, nobody is paired or made', () => {
  assert.deepEqual(match('a', me, [found([['b1', null, 'creating']])]), { is: 'later' });
  assert.deepEqual(match('a', me, [found([], [['a2', null, 'creating']])]), { is: 'later' });
  assert.deepEqual(match('a', me, [found([], [['a1', null, 'creating']])]), { is: 'nobody' }, 'its own');
});

test('W6 a create claims one key for each part of each match rule that has a value', () => {
  const rules = rulesFor({ match: [['phone'], ['first', 'city']] });
  assert.equal(claimKeys(rules, 'a', { first: 'Ann', phone: '1', city: 'Bonn' }).length, 2);
  assert.equal(claimKeys(rules, 'a', { first: 'Ann', phone: null, city: null }).length, 0);
  const key = (phone: string) => claimKeys(rules, 'a', { first: 'Ann', phone, city: null })[0];
  assert.equal(key('1 2'), key('1 2'));
  assert.notEqual(key('1'), key('2'));
});

type Suspect = string | [id: string, link: string | null, stage: Stage | null];

function found(across: Suspect[], twins: Suspect[] = []): Suspects {
  const suspect = (each: Suspect) => {
    const [id, link, stage] = typeof each === 'string' ? [each, null, null] : each;
    return { id, link, stage };
  };
  return { across: across.map(suspect), twins: twins.map(suspect) };
}

function problemOf(suspects: Suspects[]): string | null {
  const result = match('a', me, suspects);
  return result.is === 'problem' ? result.problem.category : null;
}
