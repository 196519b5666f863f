import type { RuleGroupType, RuleType } from 'react-querybuilder';
import type { Filter, FilterValue } from './draft.ts';

const texts = [
  'equals',
  'not-equals',
  'contains',
  'not-contains',
  'starts-with',
  'ends-with',
  'in',
  'not-in',
  'known',
  'unknown',
];
const numbers = [
  'equals',
  'not-equals',
  'greater',
  'greater-or-equal',
  'less',
  'less-or-equal',
  'between',
  'known',
  'unknown',
];
const dates = ['equals', 'before', 'after', 'between', 'within-last', 'known', 'unknown'];
const choices = ['equals', 'not-equals', 'in', 'not-in', 'known', 'unknown'];

/** The operators that make sense for a type of field. */
export function operatorsFor(type: string): string[] {
  if (['number', 'integer', 'money'].includes(type)) return numbers;
  if (['date', 'datetime'].includes(type)) return dates;
  if (['select', 'multi-select', 'boolean', 'user', 'country'].includes(type)) return choices;
  return texts;
}

/** Operators that ask only whether there is a value. */
export function takesNoValue(operator: string): boolean {
  return operator === 'known' || operator === 'unknown';
}

/** A filter as the query builder holds it. */
export function groupOf(filter: Filter | undefined): RuleGroupType {
  if (!filter) return { combinator: 'and', rules: [] };
  if ('all' in filter) return { combinator: 'and', rules: filter.all.map(partOf) };
  if ('any' in filter) return { combinator: 'or', rules: filter.any.map(partOf) };
  return { combinator: 'and', rules: [partOf(filter)] };
}

function partOf(filter: Filter): RuleGroupType | RuleType {
  if ('all' in filter || 'any' in filter) return groupOf(filter);
  const { field, op, value } = filter;
  return {
    field,
    operator: op,
    value: Array.isArray(value) ? value.join(', ') : value === undefined ? '' : String(value),
  };
}

/** What the query builder holds as a filter of the file; conditions that are not filled in yet are left out. */
export function filterOf(group: RuleGroupType, typeOf: (field: string) => string): Filter | undefined {
  const parts = group.rules.flatMap((rule) => {
    if (typeof rule === 'string') return [];
    const part = 'rules' in rule ? filterOf(rule as RuleGroupType, typeOf) : conditionOf(rule, typeOf);
    return part ? [part] : [];
  });
  if (parts.length === 0) return undefined;
  return group.combinator === 'or' ? { any: parts } : { all: parts };
}

function conditionOf({ field, operator, value }: RuleType, typeOf: (field: string) => string): Filter | undefined {
  if (takesNoValue(operator)) return { field, op: operator };
  const text = String(value ?? '').trim();
  if (text === '') return undefined;
  const typed = (each: string): string | number =>
    ['number', 'integer', 'money'].includes(typeOf(field)) && !Number.isNaN(Number(each)) ? Number(each) : each;
  const several = operator === 'in' || operator === 'not-in' || operator === 'between';
  const given: FilterValue = several
    ? text.split(',').map((each) => typed(each.trim()))
    : typeOf(field) === 'boolean'
      ? text === 'true'
      : typed(text);
  return { field, op: operator, value: given };
}
