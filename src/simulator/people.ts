import { type Random, seededRandom } from '../lib/random.ts';
import { hashFraction } from './ids.ts';

/** A made-up person, as messy as people's records are: odd spaces, mixed case, every way to write a phone number. */
export interface MadePerson {
  firstName: string;
  lastName: string;
  /** Different for every number; empty for some people. */
  email: string;
  phone: string;
  jobTitle: string;
  company: MadeCompany;
  street: string;
  city: string;
  postcode: string;
  country: string;
  /** `1980-02-29`, or empty. */
  birthday: string;
  note: string;
}

/** A made-up company. */
export interface MadeCompany {
  name: string;
  /** Different for every number. */
  domain: string;
  phone: string;
  employees: number;
  city: string;
  country: string;
}

/** How e-mail addresses are written: all lower case, or as people type them. */
export type EmailCase = 'lower' | 'mixed';

/** Person number `n` of so many companies; the same for the same random stream and order. */
export function makePerson(random: Random, n: number, companies: number, emailCase: EmailCase): MadePerson {
  const company = makeCompany(random, Math.floor(random.next() * Math.max(1, companies)));
  const [firstName, lastName] = [pick(random, firstNames), pick(random, lastNames)];
  const place = pick(random, places);
  return {
    firstName: messy(random, firstName),
    lastName: messy(random, lastName),
    email: chance(random, 0.03)
      ? ''
      : cased(random, `${plain(firstName)}.${plain(lastName)}.${n}@${company.domain}`, emailCase),
    phone: chance(random, 0.15) ? '' : phoneOf(random),
    jobTitle: chance(random, 0.2) ? '' : pick(random, jobTitles),
    company,
    street: chance(random, 0.1) ? '' : `${pick(random, streets)} ${1 + Math.floor(random.next() * 180)}`,
    city: place.city,
    postcode: place.postcode,
    country: place.country,
    birthday: chance(random, 0.6) ? '' : birthdayOf(random),
    note: chance(random, 0.8) ? '' : pick(random, notes),
  };
}

/**
 * Person number `n`, the same in every simulator of one seed: so that two apps know some of the same people, as they do in
 * life.
 */
export function personNumber(seed: number, n: number, companies: number, emailCase: EmailCase): MadePerson {
  return makePerson(seededRandom(Math.floor(hashFraction(`person ${n}`, seed) * 4294967296)), n, companies, emailCase);
}

/** Company number `n`. */
export function makeCompany(random: Random, n: number): MadeCompany {
  const place = pick(random, places);
  const stem = companyStems[n % companyStems.length] ?? 'Firma';
  const branch = branches[Math.floor(n / companyStems.length) % branches.length] ?? 'Trade';
  const round = Math.floor(n / companyStems.length / branches.length);
  const name = `${stem} ${branch}${round > 0 ? ` ${round + 1}` : ''}`;
  return {
    name: chance(random, 0.3) ? `${name} ${pick(random, legalForms)}` : name,
    domain: `${plain(stem)}-${plain(branch)}${round > 0 ? round + 1 : ''}.example`,
    phone: phoneOf(random),
    employees: 1 + Math.floor(random.next() ** 3 * 5000),
    city: place.city,
    country: place.country,
  };
}

/** One of a list. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random.next() * list.length)] as T;
}

/** True in that share of cases. */
export function chance(random: Random, share: number): boolean {
  return random.next() < share;
}

function messy(random: Random, name: string): string {
  const roll = random.next();
  if (roll < 0.03) return `${name} `;
  if (roll < 0.05) return ` ${name}`;
  if (roll < 0.08) return name.toUpperCase();
  if (roll < 0.1) return name.toLowerCase();
  return name;
}

function cased(random: Random, email: string, emailCase: EmailCase): string {
  if (emailCase === 'lower') return email;
  const roll = random.next();
  if (roll < 0.4) return email.replace(/(^|[.@])(\p{L})/gu, (part) => part.toUpperCase());
  return roll < 0.5 ? email.toUpperCase() : email;
}

/** Letters as they are in an address. */
function plain(name: string): string {
  return name
    .replace(/ß/g, 'ss')
    .replace(/ø/gi, 'o')
    .replace(/ł/gi, 'l')
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase();
}

function phoneOf(random: Random): string {
  const digits = String(10_000_000 + Math.floor(random.next() * 89_999_999));
  switch (Math.floor(random.next() * 5)) {
    case 0:
      return `+4930${digits}`;
    case 1:
      return `030 / ${digits.slice(0, 4)} ${digits.slice(4)}`;
    case 2:
      return `+49 (0)30 ${digits.slice(0, 3)}-${digits.slice(3)}`;
    case 3:
      return `0049 30 ${digits}`;
    default:
      return `030${digits} ext. ${digits.slice(0, 2)}`;
  }
}

function birthdayOf(random: Random): string {
  if (chance(random, 0.02)) return '1980-02-29';
  const two = (most: number) => String(1 + Math.floor(random.next() * most)).padStart(2, '0');
  return `${1940 + Math.floor(random.next() * 66)}-${two(12)}-${two(28)}`;
}

const firstNames = [
  'Ann',
  'Ben',
  'Chloë',
  'Dieter',
  'Émilie',
  'Fatima',
  'Gábor',
  'Hana',
  'İpek',
  'Jörg',
  'Käthe',
  'Li',
  'Marie-Claire',
  'Noël',
  'Ørjan',
  'Paweł',
  'Quentin',
  'Renée',
  'Søren',
  'Tuğba',
  'Uwe',
  'Vera',
  'Wei',
  'Xavier',
  'Yūki',
  'Zoë',
  'Anna Maria',
  'Jean Luc',
];
const lastNames = [
  'Smith',
  'Müller',
  'O’Brien',
  'D’Angelo',
  'García Márquez',
  'van der Berg',
  'Łukasiewicz',
  'Nguyễn',
  'Østergaard',
  'Strauß',
  'Çelik',
  'Ó Súilleabháin',
  'Šimůnek',
  'Li',
  'Kowalska-Nowak',
  'de la Cruz',
  'Björnsdóttir',
  'Itō',
  'Haddad',
  'Schmidt',
  'Meyer',
  'Fischer',
];
const jobTitles = [
  'CEO',
  'Head of Sales',
  'Einkäuferin',
  'Developer',
  'Directeur général',
  'Assistant to the Regional Manager',
  'Buchhaltung',
  'Owner / Founder',
  'R&D',
];
const streets = [
  'Hauptstraße',
  'Rue de l’Église',
  'High Street',
  'Calle Mayor',
  'Lindenallee',
  'Via Roma',
  'Kungsgatan',
];
const notes = [
  'Calls back after 5 pm.',
  'Met at the fair, wants a quote for 20 pieces.\nSend the catalogue.',
  'Attention: moved in May! 🏠',
  'Prefers e-mail; "no calls", she said.',
  'VIP <do not disturb> & friends',
  'مرحبا',
];
const companyStems = [
  'Alpha',
  'Borealis',
  'Cérès',
  'Dünen',
  'Elbe',
  'Falke',
  'Gräfin',
  'Hafen',
  'Isar',
  'Juno',
  'Krone',
  'Linde',
  'Mühlen',
  'Nord',
  'Orion',
  'Perle',
  'Quell',
  'Raute',
  'Süd',
  'Taunus',
  'Ufer',
  'Vesta',
  'Wald',
  'Zephyr',
];
const branches = [
  'Logistics',
  'Software',
  'Bakery',
  'Construction',
  'Textiles',
  'Optics',
  'Foods',
  'Energy',
  'Media',
  'Trade',
];
const legalForms = ['GmbH', 'AG', 'Ltd.', 'S.à r.l.', 'Inc', '& Co. KG', 'GmbH & Co. KG'];
const places = [
  { city: 'Berlin', postcode: '10115', country: 'Germany' },
  { city: 'München', postcode: '80331', country: 'Germany' },
  { city: 'Zürich', postcode: '8001', country: 'Switzerland' },
  { city: 'Lyon', postcode: '69001', country: 'France' },
  { city: 'København', postcode: '1050', country: 'Denmark' },
  { city: 'Łódź', postcode: '90-001', country: 'Poland' },
  { city: 'New York', postcode: '10001', country: 'United States' },
  { city: 'London', postcode: 'SW1A 1AA', country: 'United Kingdom' },
];
