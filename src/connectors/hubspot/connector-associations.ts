import type { Session } from '../../connector/session.ts';
import type { Value, Values } from '../../model/value.ts';
import type { CrmAssociation, CrmObject } from './connector-object.ts';
import { pathsOf } from './connector-paths.ts';

/** Records whose associations one call reads (changelog of 2024). */
const mostReadAtOnce = 1000;

/** Pages of associations of one record before the app is taken to go round in circles. */
const mostPages = 1000;

/** A kind of association of a pair, as the labels endpoint lists it. */
export interface AssociationLabel {
  category: 'HUBSPOT_DEFINED' | 'USER_DEFINED';
  typeId: number;
  label: string | null;
}

/** How lists show associations: by far object, each far record once for every kind. */
export type ListedAssociations = Record<
  string,
  { results: { id: string; type: string }[]; paging?: { next?: unknown } }
>;

/** A record's associations with one far object. */
interface Edges {
  toObjectId: string | number;
  associationTypes: { typeId: number; category: string }[];
}

/** The kinds of association between two objects; none where the account may not read them. */
export function labelsBetween(s: Session, from: string, to: string): Promise<AssociationLabel[]> {
  return s.remember(`labels ${from} ${to}`, async () => {
    const url = `${pathsOf(s.settings).associations(from, to)}/labels`;
    const reply = await s.request({ method: 'GET', url, accept: [400, 403, 404] });
    return reply.status >= 400 ? [] : reply.json<{ results: AssociationLabel[] }>().results;
  });
}

/** The number of the kind without a label, which a create needs to carry it; undefined where the pair has none. */
export async function plainTypeId(s: Session, from: string, to: string): Promise<AssociationLabel | undefined> {
  const typeId = plainTypeIds[`${from} ${to}`];
  if (typeId !== undefined) return { category: 'HUBSPOT_DEFINED', typeId, label: null };
  return (await labelsBetween(s, from, to)).find((one) => one.label === null);
}

/** The associations that were asked for, in the record's values: those that lists show, and the others by calls of their own. */
export async function addAssociations(
  s: Session,
  object: CrmObject,
  records: { id: string; values: Values; listed?: ListedAssociations }[],
  asked: CrmAssociation[],
): Promise<void> {
  const fars = new Set(asked.filter((one) => one.kept.by !== 'property').map((one) => one.far));
  for (const far of fars) {
    const wanted = asked.filter((one) => one.far === far && one.kept.by !== 'property');
    const rest = records.filter((record) => !fillFromList(record, wanted));
    const edges = await readEdges(
      s,
      object.path,
      far,
      rest.map((record) => record.id),
    );
    for (const record of rest) {
      for (const one of wanted) {
        const held = (edges.get(record.id) ?? []).filter((edge) => isOfKind(edge, one));
        record.values[one.name] = idsOf(held.map((edge) => String(edge.toObjectId)));
      }
    }
  }
}

/** Is this association among those that a list can show along with its records? */
export function isListed({ far, kept }: CrmAssociation): boolean {
  return farsInLists.includes(far) && (kept.by === 'plain' || (kept.by === 'label' && kept.listed !== undefined));
}

/** Far objects whose name in a list's answer is known: custom objects go there by names of the account's own. */
const farsInLists = ['contacts', 'companies', 'deals', 'line_items'];

/** True where the list showed all that is wanted; it cuts long ones off. */
function fillFromList(record: { values: Values; listed?: ListedAssociations }, wanted: CrmAssociation[]): boolean {
  const far = wanted[0]?.far;
  if (!record.listed || !wanted.every(isListed)) return false;
  // Line items go by 'line items' there.
  const shown = Object.entries(record.listed).find(([name]) => name.replaceAll(' ', '_') === far)?.[1];
  if (shown?.paging?.next !== undefined) return false;
  for (const { name, kept } of wanted) {
    const type = kept.by === 'label' ? kept.listed : undefined;
    const held = (shown?.results ?? []).filter((one) => type === undefined || one.type === type);
    record.values[name] = idsOf(held.map((one) => one.id));
  }
  return true;
}

async function readEdges(s: Session, from: string, to: string, ids: string[]): Promise<Map<string, Edges[]>> {
  const edges = new Map<string, Edges[]>();
  let asked: { id: string; after?: string }[] = ids.map((id) => ({ id }));
  for (let page = 0; asked.length > 0 && page < mostPages; page++) {
    const inputs = asked.splice(0, mostReadAtOnce);
    const url = `${pathsOf(s.settings).associations(from, to)}/batch/read`;
    const reply = await s.request({ method: 'POST', url, body: { inputs }, effect: 'read' });
    // Records without any association come as errors of their own (207), which is no trouble.
    const { results } = reply.json<{
      results: { from: { id: string }; to: Edges[]; paging?: { next?: { after: string } } }[];
    }>();
    for (const { from: near, to: held, paging } of results) {
      const id = String(near.id);
      edges.set(id, [...(edges.get(id) ?? []), ...held]);
      if (paging?.next?.after) asked.push({ id, after: paging.next.after });
    }
    asked = [...asked];
  }
  return edges;
}

function isOfKind(edge: Edges, { kept }: CrmAssociation): boolean {
  if (kept.by !== 'label') return true;
  return edge.associationTypes.some((type) => type.typeId === kept.typeId && type.category === kept.category);
}

/** Sorted and each once, so that equal sets are equal values. */
function idsOf(ids: string[]): Value {
  return [...new Set(ids)].sort();
}

/** Kinds without a label, by number (`AssociationTypes` of HubSpot's own client). */
const plainTypeIds: Record<string, number> = {
  'contacts companies': 279,
  'companies contacts': 280,
  'contacts deals': 4,
  'deals contacts': 3,
  'deals companies': 341,
  'companies deals': 342,
  'deals line_items': 19,
  'line_items deals': 20,
  'calls contacts': 194,
  'calls companies': 182,
  'calls deals': 206,
  'meetings contacts': 200,
  'meetings companies': 188,
  'meetings deals': 212,
  'notes contacts': 202,
  'notes companies': 190,
  'notes deals': 214,
  'tasks contacts': 204,
  'tasks companies': 192,
  'tasks deals': 216,
};
