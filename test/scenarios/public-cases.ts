import type { SimValues } from '../../src/simulator/sim-record.ts';
import type { Row } from './shop.ts';

/** What somebody did to a record of one side: an edit, its removal, or nothing. */
type Act<Values> = Values | 'gone' | undefined;

/** A case of a public synchroniser's suite, in our words: a pair that is in sync, what happens to it, what comes of it. */
export interface PublicCase {
  /** Numbers of the list in docs/public-cases.md. */
  of: string;
  result: string;
  a?: Act<SimValues>;
  b?: Act<Row>;
  /** How the records stand afterwards; 'gone': there is none. What is not named is as it was. */
  is: { a: SimValues | 'gone'; b: Row | 'gone' };
  /** The writes that it takes. */
  writes: { a?: 'updated' | 'archived'; b?: 'updated' | 'deleted' };
}

/** How each pair begins, on both sides. */
export const begins = { a: { lastname: 'Ek', city: 'Lund' }, b: { last_name: 'Ek', city: 'Lund' } };

const both = (city: string | null, last = 'Ek', more: object = {}) => ({
  a: { lastname: last, city, ...more },
  b: { last_name: last, city, ...more },
});
const gone = { a: 'gone', b: 'gone' } as const;

/** Both ways, a is the default app, deletions flow both ways. */
export const pairCases: PublicCase[] = [
  { of: '37', result: 'a local change flows', a: { city: 'A' }, is: both('A'), writes: { b: 'updated' } },
  { of: '38', result: 'a remote change flows', b: { city: 'B' }, is: both('B'), writes: { a: 'updated' } },
  {
    of: '39',
    result: 'a new local field flows',
    a: { phone: '+46701234567' },
    is: both('Lund', 'Ek', { phone: '+46701234567' }),
    writes: { b: 'updated' },
  },
  {
    of: '40',
    result: 'a new remote field flows',
    b: { phone: '+46701234567' },
    is: both('Lund', 'Ek', { phone: '+46701234567' }),
    writes: { a: 'updated' },
  },
  { of: '41 63 108', result: 'cleared locally', a: { city: null }, is: both(null), writes: { b: 'updated' } },
  { of: '42 63 108', result: 'cleared remotely', b: { city: null }, is: both(null), writes: { a: 'updated' } },
  {
    of: '43 61',
    result: 'unrelated fields on both sides are both kept',
    a: { city: 'A' },
    b: { last_name: 'Berg' },
    is: both('A', 'Berg'),
    writes: { a: 'updated', b: 'updated' },
  },
  {
    of: '44',
    result: 'several local changes',
    a: { city: 'A', lastname: 'Ask' },
    is: both('A', 'Ask'),
    writes: { b: 'updated' },
  },
  {
    of: '24 45 60',
    result: 'the same change on both is no write',
    a: { city: 'S' },
    b: { city: 'S' },
    is: both('S'),
    writes: {},
  },
  {
    of: '3 9 46 54 62',
    result: 'a conflict goes to the default app',
    a: { city: 'A' },
    b: { city: 'B' },
    is: both('A'),
    writes: { b: 'updated' },
  },
  {
    of: '47',
    result: 'a conflict is settled field by field, not record by record',
    a: { city: 'A' },
    b: { city: 'B', last_name: 'Berg' },
    is: both('A', 'Berg'),
    writes: { a: 'updated', b: 'updated' },
  },
  {
    of: '48',
    result: 'cleared here, changed there: the value stays',
    a: { city: null },
    b: { city: 'B' },
    is: both('B'),
    writes: { a: 'updated' },
  },
  {
    of: '49',
    result: 'changed here, cleared there: the value stays',
    a: { city: 'A' },
    b: { city: null },
    is: both('A'),
    writes: { b: 'updated' },
  },
  {
    of: '64',
    result: 'cleared here, another field filled there: both',
    a: { city: null },
    b: { phone: '+46701234567' },
    is: both(null, 'Ek', { phone: '+46701234567' }),
    writes: { a: 'updated', b: 'updated' },
  },
  {
    of: '52 96',
    result: 'fields that are not mapped stay on their side',
    a: { jobtitle: 'Captain' },
    b: { title: 'Of the row' },
    is: { a: { ...begins.a, jobtitle: 'Captain' }, b: { ...begins.b, title: 'Of the row' } },
    writes: {},
  },
  {
    of: '11',
    result: 'a version that moved without content is no change',
    a: { city: 'Lund' },
    b: { city: 'Lund' },
    is: both('Lund'),
    writes: {},
  },
  { of: '6 91', result: 'gone there: it goes here too', b: 'gone', is: gone, writes: { a: 'archived' } },
  { of: '6 91', result: 'gone here: it goes there too', a: 'gone', is: gone, writes: { b: 'deleted' } },
  {
    of: '1 23 105',
    result: 'gone on both sides is no write and no failure',
    a: 'gone',
    b: 'gone',
    is: gone,
    writes: {},
  },
  {
    of: '10 55 66 115',
    result: 'edited here, gone there: the edit lives and is named; a person may have it made there again',
    a: { city: 'A' },
    b: 'gone',
    is: { a: { city: 'A' }, b: 'gone' },
    writes: {},
  },
  {
    of: '23 53 55 66',
    result: 'edited there, gone here: the edit lives and is named; a person may have it made here again',
    a: 'gone',
    b: { city: 'B' },
    is: { a: 'gone', b: { city: 'B' } },
    writes: {},
  },
];
