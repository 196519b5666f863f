/** A wrong part of a file. */
export interface BadFile {
  /** What is wrong. */
  name: string;
  /** The sync `people`, or further parts of the file; or the whole file where it begins with `accounts`. */
  yaml: string;
  /** What the place that the refusal names begins with; absent where the whole file is meant. */
  at?: string;
  says: RegExp;
}

/** The tables of the shop, which the files speak of. */
export const tables = `
  create type size as enum ('small', 'large');
  create table customers (id bigint generated always as identity primary key, email text, first_name text,
    last_name text, phone text, born date, size size, stamped timestamptz generated always as (null) stored);
  create table people (id bigint generated always as identity primary key, email text, first_name text, last_name text);
  create table staff (id bigint generated always as identity primary key, email text, first_name text, last_name text);
  create table loose (email text, name text);
  create view seen as select email from customers;`;

/** The accounts of the files. BASE, TOKEN, SHOP and NOBODY stand for what only the test knows. */
export const accounts = `accounts:
  crm: { app: hubspot, settings: { baseUrl: "BASE" }, secrets: { token: TOKEN } }
  shop: { app: postgres, secrets: { url: "SHOP" } }
`;

/** A sync of contacts with customers, with further lines. */
export function people(more: string): string {
  return `people:
  a: { account: crm, object: contacts }
  b: { account: shop, object: public.customers }
${indented(more)}`;
}

/** Lines, two spaces further in. */
export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** Files that say nothing that could be checked against an app. */
export const unreadable: BadFile[] = [
  { name: 'an empty file has nothing to sync', yaml: '', says: /no sync/ },
  {
    name: 'a file that is no YAML',
    yaml: 'accounts: { crm: [\n  what: is this }\n',
    at: '',
    says: /./,
  },
  { name: 'a file that is a list', yaml: '- accounts', says: /the file: must be a map with accounts, syncs/ },
  { name: 'a key that is there twice', yaml: 'accounts: {}\naccounts: {}\n', at: 'accounts', says: /unique/ },
  {
    name: 'a file with a part that nobody knows',
    yaml: people('colour: red'),
    at: 'colour',
    says: /not known here; allowed are/,
  },
  { name: 'a file of more than 5 MB', yaml: `accounts: {}\n#${'x'.repeat(5_000_000)}`, says: /larger than 5 MB/ },
  {
    name: 'a file that unfolds into billions of entries',
    yaml: `accounts:\n  a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, n) => `  ${name}: &${name} [${`*${'abcdefgh'[n]},`.repeat(9)}]\n`)
      .join('')}`,
    says: /alias/,
  },
  {
    name: 'a name that the environment does not have',
    yaml: 'accounts:\n  crm: { app: hubspot, secrets: { token: $NOT_THERE } }\n',
    at: 'token',
    says: /environment has no NOT_THERE/,
  },
  { name: 'a wrong time', yaml: people('every: soon'), at: 'every', says: /60s, 5m or 1h/ },
  { name: 'a time of nothing', yaml: people('every: 0s'), at: 'every', says: /above 0/ },
  { name: 'a wrong brake', yaml: people('brakes: { create: 200 records }'), at: 'create', says: /10%, a count/ },
  { name: 'a wrong word', yaml: people('direction: left'), at: 'direction', says: /both, a-to-b, b-to-a/ },
];

/** Names that no app, account, object or field has. */
export const unknownNames: BadFile[] = [
  {
    name: 'an app that is not known',
    yaml: 'accounts:\n  crm: { app: hubspott, secrets: { token: x } }\n',
    at: 'app',
    says: /no app hubspott; .*hubspot/,
  },
  {
    name: 'a secret that is missing',
    yaml: 'accounts:\n  shop: { app: postgres, secrets: {} }\n',
    at: 'secrets',
    says: /url.* is missing/,
  },
  {
    name: 'a setting that the app does not have',
    yaml: 'accounts:\n  crm: { app: hubspot, settings: { baseurl: "http://127.0.0.1:1" }, secrets: { token: x } }\n',
    at: 'baseurl',
    says: /baseurl is not known here; allowed are baseUrl/,
  },
  {
    name: 'a secret that the app does not have',
    yaml: 'accounts:\n  crm: { app: hubspot, secrets: { tokn: x } }\n',
    at: 'tokn',
    says: /tokn is not known here; allowed are token/,
  },
  {
    name: 'an account that is not in the file',
    yaml: people('').replace('crm', 'crn'),
    at: 'account',
    says: /no account crn in this file; it has crm, shop/,
  },
  {
    name: 'an object that the app does not have',
    yaml: people('').replace('contacts', 'contactz'),
    at: 'object',
    says: /contactz.*contacts/,
  },
  {
    name: 'a table that the database does not have',
    yaml: people('').replace('public.customers', 'public.custommers'),
    at: 'object',
    says: /custommers/,
  },
  {
    name: 'a table without a key',
    yaml: people('').replace('public.customers', 'public.loose'),
    at: 'object',
    says: /loose.*add a primary key/,
  },
  {
    name: 'a view, which has no key',
    yaml: people('').replace('public.customers', 'public.seen'),
    at: 'object',
    says: /seen/,
  },
  {
    name: 'a field that side a does not have',
    yaml: people('mappings: [{ a: emale, b: email }]'),
    at: 'a: emale',
    says: /no field emale; there are email/,
  },
  {
    name: 'a field that side b does not have',
    yaml: people('mappings: [default, { a: city, b: citty }]'),
    at: 'b: citty',
    says: /no field citty/,
  },
  {
    name: 'a field in a filter',
    yaml: people('filter: { a-to-b: { all: [{ field: emale, op: known }] } }'),
    at: 'field',
    says: /no field emale/,
  },
  {
    name: 'an operator',
    yaml: people('filter: { a-to-b: { field: email, op: resembles, value: x } }'),
    at: 'op',
    says: /must be one of equals, .*resembles/,
  },
  {
    name: 'an operator that does not fit the field',
    yaml: people('filter: { b-to-a: { field: born, op: contains, value: x } }'),
    at: 'op',
    says: /contains/,
  },
  {
    name: 'an operator without its value',
    yaml: people('filter: { a-to-b: { field: email, op: equals } }'),
    at: '',
    says: /value/,
  },
  {
    name: 'an option in a filter',
    yaml: people('filter: { a-to-b: { field: lifecyclestage, op: in, value: [lead, kustomer] } }'),
    at: '',
    says: /no option kustomer; there are customer/,
  },
  {
    name: 'an option in an option map',
    yaml: people('mappings: [{ a: lifecyclestage, b: size, options: { lead: small, customer: huge } }]'),
    at: '',
    says: /no option huge; there are (large, small|small, large)/,
  },
  {
    name: 'two options on one, both ways',
    yaml: people('mappings: [{ a: lifecyclestage, b: size, options: { lead: small, customer: small } }]'),
    at: '',
    says: /small/,
  },
  {
    name: 'a required field that side a does not have',
    yaml: people('require: [emale]'),
    at: '',
    says: /no field emale/,
  },
  {
    name: 'a match rule on a field that one side lacks',
    yaml: people('match: [[email], [city]]'),
    at: 'city',
    says: /city/,
  },
  {
    name: 'a route by a field that is not there',
    yaml: people('route: { field: stage, a-to-b: [lead] }'),
    at: 'field',
    says: /no field stage/,
  },
  {
    name: 'an association that is not there',
    yaml: people('associations: [{ a: company, b: firm_id }]'),
    at: '',
    says: /firm_id/,
  },
  {
    name: 'a removal that the app cannot do',
    yaml: people('deletions: { b: delete }'),
    at: 'b',
    says: /cannot delete records; there .* ignore, archive/,
  },
];
