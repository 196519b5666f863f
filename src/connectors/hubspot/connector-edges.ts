import type { Refusal, UpdateItem, WriteResult } from '../../connector/contract.ts';
import { Failure } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { aboutFar, type CrmError, errorOf, refusalOf } from './connector-errors.ts';
import type { CrmAssociation, CrmObject } from './connector-object.ts';
import { pathsOf } from './connector-paths.ts';

/** Associations that one call writes (changelog of 2024). */
const mostWrittenAtOnce = 2000;

/** One association to add or remove. */
interface EdgeWrite {
  item: UpdateItem;
  far: string;
}

interface BatchAnswer {
  results?: {
    from?: { id: string };
    to?: { id: string };
    fromObjectId?: string | number;
    toObjectId?: string | number;
  }[];
  errors?: CrmError[];
}

/**
 * Adds and removes associations of the records whose properties went through; one call for each kind, removals first
 * (a record may have reached its limit). Removing a labelled one removes the label: the plain association stays.
 */
export async function writeEdges(
  object: CrmObject,
  s: Session,
  items: UpdateItem[],
  results: WriteResult[],
): Promise<WriteResult[]> {
  const outcomes = new Map(items.map((item, index) => [item, results[index] ?? { unknown: 'not sent' }]));
  for (const what of ['remove', 'add'] as const) {
    for (const association of object.associations) {
      const writes = items.flatMap((item) => {
        const isSent = 'done' in (outcomes.get(item) ?? { unknown: '' });
        return isSent ? (item.edges?.[association.name]?.[what] ?? []).map((far): EdgeWrite => ({ item, far })) : [];
      });
      for (let at = 0; at < writes.length; at += mostWrittenAtOnce) {
        const part = writes.slice(at, at + mostWrittenAtOnce);
        for (const [item, outcome] of await writePart(object, s, association, what, part)) outcomes.set(item, outcome);
      }
    }
  }
  return items.map((item) => outcomes.get(item) ?? { unknown: 'not sent' });
}

/** Outcomes of the items that did not go through. A failure that ends the batch is theirs alone: others are done already. */
async function writePart(
  object: CrmObject,
  s: Session,
  association: CrmAssociation,
  what: 'add' | 'remove',
  writes: EdgeWrite[],
): Promise<Map<UpdateItem, WriteResult>> {
  try {
    const refused = await sendPart(object, s, association, what, writes);
    return new Map([...refused].map(([item, refusal]) => [item, { refused: refusal }]));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const outcome: WriteResult =
      error.sent === 'unknown'
        ? { unknown: error.message }
        : { refused: { kind: later(error), message: error.message } };
    return new Map(writes.map(({ item }) => [item, outcome]));
  }
}

function later({ kind }: Failure): Refusal['kind'] {
  if (kind === 'unauthorized' || kind === 'broken') return 'unavailable';
  return kind;
}

async function sendPart(
  object: CrmObject,
  s: Session,
  association: CrmAssociation,
  what: 'add' | 'remove',
  writes: EdgeWrite[],
): Promise<Map<UpdateItem, Refusal>> {
  const { kept, far } = association;
  if (kept.by === 'property') return refuseAll(writes, association);
  const types =
    kept.by === 'label' ? [{ associationCategory: kept.category, associationTypeId: kept.typeId }] : undefined;
  const removesAll = what === 'remove' && !types;
  const inputs = writes.map(({ item, far: to }) => ({
    from: { id: item.id },
    to: removesAll ? [{ id: to }] : { id: to },
    types,
  }));
  const endpoint = { add: types ? 'create' : 'associate/default', remove: types ? 'labels/archive' : 'archive' }[what];
  const url = `${pathsOf(s.settings).associations(object.path, far)}/batch/${endpoint}`;
  const reply = await s.request({ method: 'POST', url, body: { inputs }, accept: [400, 404, 409] });
  if (reply.status >= 400)
    return new Map(writes.map(({ item }) => [item, refusalOf(errorOf(reply), reply.status, [])]));
  return what === 'remove' ? new Map() : missingFrom(reply.text === '' ? {} : reply.json<BatchAnswer>(), writes);
}

/** Which of these associations the answer does not show, and why. */
function missingFrom({ results = [], errors = [] }: BatchAnswer, writes: EdgeWrite[]): Map<UpdateItem, Refusal> {
  const shown = new Set(results.map((one) => `${one.from?.id ?? one.fromObjectId} ${one.to?.id ?? one.toObjectId}`));
  const refused = new Map<UpdateItem, Refusal>();
  for (const { item, far } of writes) {
    if (shown.has(`${item.id} ${far}`)) continue;
    const about = errors.find(({ context }) =>
      Object.values(context ?? {}).some((ids) => ids?.includes(item.id) || ids?.includes(far)),
    );
    const error = about ?? errors[0] ?? { message: `the association with ${far} was not made` };
    refused.set(item, aboutFar(refusalOf(error, 0, [])));
  }
  return refused;
}

/** HubSpot takes a line item's product only with the line item itself. */
function refuseAll(writes: EdgeWrite[], { label }: CrmAssociation): Map<UpdateItem, Refusal> {
  const message = `HubSpot takes the ${label.toLowerCase()} only when the record is made`;
  return new Map(writes.map(({ item }) => [item, { kind: 'invalid', category: 'read-only', message }]));
}
