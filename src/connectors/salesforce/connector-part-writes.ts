import { Failure, type Refusal, type WriteResult } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { type Draft, doneOnes, refuse } from './connector-draft.ts';
import { toJson } from './connector-fields.ts';
import { contactsPart, type Described, pricePart } from './connector-object.ts';
import { entryOf, partRows, standardBook } from './connector-parts.ts';
import { retrieve } from './connector-rows.ts';
import { type Body, refusalIn, removeAll, resultOf, saveAll } from './connector-save.ts';
import type { Row } from './connector-soql.ts';

/**
 * Writes what other records hold: prices and contact roles. A record that was just made and cannot have them is taken away
 * again, so that a create is done whole or not at all.
 */
export async function writeParts(object: Described, s: Session, drafts: Draft[]): Promise<void> {
  const done = doneOnes(drafts);
  const priced = object.parts.includes(pricePart) ? done.filter(({ values }) => pricePart.name in values) : [];
  const peopled = object.parts.includes(contactsPart)
    ? done.filter(({ edges }) => hasEdges(edges[contactsPart.name]))
    : [];
  const failed: Draft[] = [];
  for (const [some, write] of [
    [priced, writePrices],
    [peopled, writeContacts],
  ] as const) {
    if (some.length === 0) continue;
    const refusals = await attempted(some, () => write(object, s, some));
    for (const [draft, refusal] of refusals) {
      refuse(draft, refusal);
      failed.push(draft);
    }
  }
  await undo(s, failed);
}

type Written = Draft & { id: string };

/** Which drafts were refused; a failure of a whole call is all of theirs, since their records are there already. */
async function attempted(
  drafts: Written[],
  work: () => Promise<Map<Written, Refusal>>,
): Promise<Map<Written, Refusal>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return new Map(drafts.map((draft) => [draft, refusalIn(resultOf(error)) as Refusal]));
  }
}

/** What was made in this batch goes again. Where even that fails, nobody knows what there is. */
async function undo(s: Session, failed: Draft[]): Promise<void> {
  const made = failed.filter((draft) => draft.made === 'yes');
  if (made.length === 0) return;
  const removed = await removeAll(
    s,
    made.flatMap(({ id }) => id ?? []),
  ).catch((): WriteResult[] => []);
  for (const [index, draft] of made.entries()) {
    if (refusalIn(removed[index])) draft.result = { unknown: 'the record was made without all that belongs to it' };
  }
}

async function writePrices(object: Described, s: Session, drafts: Written[]): Promise<Map<Written, Refusal>> {
  const ids = drafts.map(({ id }) => id);
  const products = new Map((await retrieve(object, s, ids, [])).map((row) => [row.Id, row]));
  const entries = Map.groupBy(await partRows(object, s, pricePart, ids), (row) => String(row.Product2Id));
  const book = await standardBook(s);
  const create: [Written, Body][] = [];
  const update: [Written, Body][] = [];
  for (const draft of drafts) {
    const currency = products.get(draft.id)?.CurrencyIsoCode;
    const entry = entryOf(entries.get(draft.id) ?? [], currency);
    const value = draft.values[pricePart.name] ?? null;
    const price = toJson(object, { name: pricePart.name, label: '', type: 'currency', nillable: true }, value);
    const amount = price === null ? { IsActive: false } : { UnitPrice: price, IsActive: true };
    const given = typeof currency === 'string' ? { CurrencyIsoCode: currency } : {};
    if (entry) update.push([draft, { id: entry.Id, ...amount }]);
    else if (price !== null) create.push([draft, { Pricebook2Id: book, Product2Id: draft.id, ...given, ...amount }]);
  }
  return new Map([
    ...(await send(s, pricePart.object, 'create', create)),
    ...(await send(s, pricePart.object, 'update', update)),
  ]);
}

async function writeContacts(object: Described, s: Session, drafts: Written[]): Promise<Map<Written, Refusal>> {
  const edgesOf = ({ edges }: Draft) => edges[contactsPart.name] ?? { add: [], remove: [] };
  const adds = drafts.flatMap((draft) =>
    edgesOf(draft).add.map((far): [Written, Body] => [draft, { OpportunityId: draft.id, ContactId: far }]),
  );
  const removing = drafts.filter((draft) => edgesOf(draft).remove.length > 0);
  const roles = await partRows(
    object,
    s,
    contactsPart,
    removing.map(({ id }) => id),
  );
  const isRemoved = (draft: Written, role: Row) =>
    role.OpportunityId === draft.id && edgesOf(draft).remove.includes(String(role.ContactId));
  const gone = removing.flatMap((draft) =>
    roles.filter((role) => isRemoved(draft, role)).map((role) => [draft, role.Id] as const),
  );
  const removed = await removeAll(
    s,
    gone.map(([, id]) => id),
  );
  const refusals = await send(s, contactsPart.object, 'create', adds);
  for (const [index, [draft]] of gone.entries()) {
    const refusal = refusalIn(removed[index]);
    if (refusal) refusals.set(draft, refusal);
  }
  return refusals;
}

async function send(
  s: Session,
  object: string,
  what: 'create' | 'update',
  bodies: [Written, Body][],
): Promise<Map<Written, Refusal>> {
  const results =
    bodies.length === 0
      ? []
      : await saveAll(
          s,
          object,
          what,
          bodies.map(([, body]) => body),
        );
  return new Map(
    bodies.flatMap(([draft], index) => {
      const refusal = refusalIn(results[index]);
      return refusal ? [[draft, refusal] as const] : [];
    }),
  );
}

function hasEdges(edge: { add: string[]; remove: string[] } | undefined): boolean {
  return edge !== undefined && edge.add.length + edge.remove.length > 0;
}
