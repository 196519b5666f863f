/** A kind of association, in one direction. Its `inverse` is the same kind seen from the far end. */
export interface AssociationType {
  type: number;
  inverse: number;
  from: string;
  to: string;
  label: string | null;
  category: 'HUBSPOT_DEFINED' | 'USER_DEFINED';
  /** As v3 names it. */
  name: string;
  /** The type without a label, which every association of the pair has. */
  plain: boolean;
  /** At most one per record at this end. */
  single?: true;
}

/** The kinds of associations of an account, and the limits set on them. */
export interface AssociationBook {
  types: AssociationType[];
  /** By type: the most far records for one near record. */
  limits: Map<number, number>;
}

/** The first number of types that belong to the account and not to HubSpot. */
const firstOwnType = 1001;

/** HubSpot's own kinds (numbers as in the vendor's client, those of invoices and orders from memory). */
export function standardBook(): AssociationBook {
  const types = plainPairs.flatMap(([from, to, type, inverse]) => pair(from, to, type, inverse, null));
  for (const [from, type, inverse] of [
    ['contacts', 1, 2],
    ['deals', 5, 6],
  ] as const) {
    const [there, back] = pair(from, 'companies', type, inverse, 'Primary');
    types.push({ ...there, single: true }, back);
  }
  types.push(...pair('companies', 'companies', 13, 14, 'Child Company', 'Parent Company'));
  return { types, limits: new Map() };
}

/** Both directions of a kind. */
function pair(
  from: string,
  to: string,
  type: number,
  inverse: number,
  label: string | null,
  inverseLabel = label,
  category: AssociationType['category'] = 'HUBSPOT_DEFINED',
): [AssociationType, AssociationType] {
  const plain = label === null;
  const name = (a: string, b: string) => `${singularOf(a)}_to_${singularOf(b)}${plain ? '_unlabeled' : ''}`;
  return [
    { type, inverse, from, to, label, category, name: name(from, to), plain },
    { type: inverse, inverse: type, from: to, to: from, label: inverseLabel, category, name: name(to, from), plain },
  ];
}

/** The kinds from one object type to another. */
export function typesBetween(book: AssociationBook, from: string, to: string): AssociationType[] {
  return book.types.filter((one, index) => {
    if (one.from !== from || one.to !== to) return false;
    // Where a kind is its own inverse both directions are one entry.
    return book.types.findIndex((other) => other.type === one.type && other.from === from) === index;
  });
}

/** The kind without a label between two object types; made anew for pairs with a custom object. */
export function plainType(book: AssociationBook, from: string, to: string): AssociationType | undefined {
  const found = typesBetween(book, from, to).find(({ plain }) => plain);
  if (found || !(from.startsWith('2-') || to.startsWith('2-'))) return found;
  return addType(book, from, to, null, null);
}

/** Adds a kind of the account's own. */
export function addType(
  book: AssociationBook,
  from: string,
  to: string,
  label: string | null,
  inverseLabel: string | null,
): AssociationType {
  const type = Math.max(firstOwnType - 1, ...book.types.map((one) => one.type)) + 1;
  const inverse = from === to && label === inverseLabel ? type : type + 1;
  const [there, back] = pair(from, to, type, inverse, label, inverseLabel, 'USER_DEFINED');
  book.types.push(there, back);
  return there;
}

const plainPairs: [from: string, to: string, type: number, inverse: number][] = [
  ['contacts', 'companies', 279, 280],
  ['deals', 'contacts', 3, 4],
  ['deals', 'companies', 341, 342],
  ['companies', 'companies', 450, 450],
  ['contacts', 'contacts', 449, 449],
  ['deals', 'deals', 451, 451],
  ['deals', 'line_items', 19, 20],
  ['contacts', 'calls', 193, 194],
  ['companies', 'calls', 181, 182],
  ['deals', 'calls', 205, 206],
  ['contacts', 'meetings', 199, 200],
  ['companies', 'meetings', 187, 188],
  ['deals', 'meetings', 211, 212],
  ['contacts', 'notes', 201, 202],
  ['companies', 'notes', 189, 190],
  ['deals', 'notes', 213, 214],
  ['contacts', 'tasks', 203, 204],
  ['companies', 'tasks', 191, 192],
  ['deals', 'tasks', 215, 216],
  ['invoices', 'contacts', 177, 178],
  ['invoices', 'companies', 179, 180],
  ['invoices', 'deals', 175, 176],
  ['invoices', 'line_items', 409, 410],
  ['orders', 'contacts', 507, 508],
  ['orders', 'companies', 509, 510],
  ['orders', 'deals', 512, 511],
  ['orders', 'line_items', 513, 514],
];

function singularOf(object: string): string {
  return object.replace(/ies$/, 'y').replace(/s$/, '');
}
