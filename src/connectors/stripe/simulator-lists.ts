import { limitOf } from '../../simulator/paging.ts';
import { invalid } from './simulator-error.ts';
import { integerIn, type Parameters, textIn } from './simulator-form.ts';

/** What a list is asked for with. */
export const listParameters = ['limit', 'starting_after', 'ending_before', 'created'];

/** Whether a moment (unix time) is within `created`, a moment or a range. */
export function isCreatedWithin(parameters: Parameters, created: number): boolean {
  const range = parameters.created;
  if (range === undefined) return true;
  if (typeof range === 'string') return created === integerIn(parameters, 'created');
  const { gt, gte, lt, lte } = Object.fromEntries(
    ['gt', 'gte', 'lt', 'lte'].map((name) => [name, integerIn(range as Parameters, name)]),
  );
  if (gt !== undefined && created <= gt) return false;
  if (gte !== undefined && created < gte) return false;
  if (lt !== undefined && created >= lt) return false;
  return lte === undefined || created <= lte;
}

/** A page of a list, newest first. Pages go on from an object's id, in either direction. */
export function page<T extends { id: string }>(
  url: string,
  newestFirst: T[],
  parameters: Parameters,
): { object: 'list'; url: string; has_more: boolean; data: T[] } {
  const limit = limitOf(textIn(parameters, 'limit'), { usual: 10, most: 100 });
  if (limit === undefined) throw invalid('Invalid integer: limit must be between 1 and 100', 'limit');
  const [after, before] = [textIn(parameters, 'starting_after'), textIn(parameters, 'ending_before')];
  const position = (id: string, name: string) => {
    const found = newestFirst.findIndex((one) => one.id === id);
    if (found < 0) throw invalid(`No such object: '${id}'`, name, 'resource_missing');
    return found;
  };
  if (before) {
    const end = position(before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', url, has_more: start > 0, data: newestFirst.slice(start, end) };
  }
  const start = after ? position(after, 'starting_after') + 1 : 0;
  const end = start + limit;
  return { object: 'list', url, has_more: end < newestFirst.length, data: newestFirst.slice(start, end) };
}
