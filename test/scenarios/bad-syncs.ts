import { accounts, type BadFile, indented, people } from './bad-files.ts';

/** Mappings that cannot be. */
export const badMappings: BadFile[] = [
  {
    name: 'types that do not pair',
    yaml: people('mappings: [{ a: num_associated_deals, b: born }]'),
    at: '',
    says: /born|number|date/,
  },
  {
    name: 'a mapping both ways of types that flow one way',
    yaml: people('mappings: [{ a: firstname, b: born, direction: both, transform: { a-to-b: "value" } }]'),
    at: '',
    says: /./,
  },
  {
    name: 'a field that is mapped twice',
    yaml: people('mappings: [{ a: email, b: email }, { a: email, b: phone }]'),
    at: 'a: email, b: phone',
    says: /email.*(twice|already|once)/,
  },
  {
    name: 'a mapping into a field that nobody can write',
    yaml: people('mappings: [{ a: createdate, b: stamped, direction: a-to-b }]'),
    at: '',
    says: /read-only/,
  },
  {
    name: 'an expression that is none',
    yaml: people('mappings: [{ a: firstname, b: first_name, transform: { a-to-b: "trim(value", b-to-a: value } }]'),
    at: 'a-to-b',
    says: /./,
  },
  {
    name: 'an expression with a function that is not known',
    yaml: people('mappings: [{ a: firstname, b: first_name, transform: { a-to-b: "shout(value)", b-to-a: value } }]'),
    at: 'a-to-b',
    says: /shout/,
  },
  {
    name: 'an expression for one of two ways',
    yaml: people('mappings: [{ a: firstname, b: first_name, transform: { a-to-b: "trim(value)" } }]'),
    at: '',
    says: /b-to-a/,
  },
];

/** Syncs that would chase each other. */
export const rings: BadFile[] = [
  {
    name: 'both sides are one object',
    yaml: people('').replace('crm, object: contacts', 'shop, object: public.customers'),
    at: 'b:',
    says: /same object of the same account/,
  },
  {
    name: 'two syncs that write the same field of the same pair',
    yaml: `${people('')}\n${people('match: none').replace('people', 'again')}`,
    at: 'again',
    says: /people and again both join|again and people both join/,
  },
  {
    name: 'a ring of syncs',
    yaml: `one:
  a: { account: crm, object: contacts }
  b: { account: shop, object: public.customers }
two:
  a: { account: shop, object: public.customers }
  b: { account: shop, object: public.people }
three:
  a: { account: shop, object: public.people }
  b: { account: crm, object: contacts }
`,
    at: 'three',
    says: /ring: .*→.*→/,
  },
];

/** Accounts whose app does not answer, or not to us. */
export const unusableApps: BadFile[] = [
  {
    name: 'a token that HubSpot does not take',
    yaml: `${accounts.replace('TOKEN', 'pat-wrong-0000')}syncs:\n${indented(people(''))}`,
    at: 'crm',
    says: /^accounts\.crm: HubSpot \(crm\) answered 401.*reconnect the account/,
  },
  {
    name: 'a database user that is not there',
    yaml: `${accounts.replace('SHOP', 'NOBODY')}syncs:\n${indented(people(''))}`,
    at: 'shop',
    says: /^accounts\.shop: .*nobody-here/,
  },
  {
    name: 'a host that nobody is at',
    yaml: `${accounts.replace('BASE', 'CLOSED')}syncs:\n${indented(people(''))}`,
    at: 'crm',
    says: /^accounts\.crm: .*127\.0\.0\.1:\d+ could not be reached/,
  },
  {
    name: 'a database that nobody is at',
    yaml: `${accounts.replace('SHOP', 'postgres://x:y@127.0.0.1:1/shop')}syncs:\n${indented(people(''))}`,
    at: 'shop',
    says: /^accounts\.shop: .*127\.0\.0\.1/,
  },
  {
    name: 'an address that is none',
    yaml: `${accounts.replace('SHOP', 'not an address')}syncs:\n${indented(people(''))}`,
    at: 'shop',
    says: /^accounts\.shop: the address of the database is not one/,
  },
];
