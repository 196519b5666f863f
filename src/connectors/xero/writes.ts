import {
  type CreateItem,
  Failure,
  type Refusal,
  type UpdateItem,
  type WriteResult,
  type Writes,
} from '../../connector/contract.ts';
import { bulk, each, withoutValues } from '../../connector/sending.ts';
import type { HttpRequest, Reply, Session } from '../../connector/session.ts';
import { sha256 } from '../../lib/crypto.ts';
import type { Values } from '../../model/value.ts';
import { rowsIn } from './reads.ts';
import { call, momentOf, namesOf, type Resource, type Row, shownValues, tenantOf } from './resource.ts';

/** Elements in a call; Xero advises 50. */
const batchSize = 50;

/** New elements by PUT, for POST would change whoever has that name; changed ones by POST. Each is answered by itself. */
export function writesOf(resource: Resource): Writes {
  return {
    create: {
      size: batchSize,
      safety: [{ by: 'unique-field', field: resource.unique.field }, { by: 'window' }],
      send: (s, items: CreateItem[]) =>
        sender<CreateItem>(resource, 'PUT', ({ values }) => resource.element(values, undefined))(s, items),
    },
    update: {
      size: batchSize,
      conditional: false,
      send: (s, items: UpdateItem[]) =>
        sender<UpdateItem>(resource, 'POST', ({ id, values, before }) => ({
          [resource.id]: id,
          ...resource.element(values, before),
        }))(s, items),
    },
  };
}

/** Contacts are put away, many in a call. */
export function archiveContacts(resource: Resource): Writes['archive'] {
  return {
    size: batchSize,
    conditional: false,
    async send(s, items) {
      const element = ({ id }: { id: string }) => ({ ContactID: id, ContactStatus: 'ARCHIVED' });
      const withValues = items.map(({ id }) => ({ id, values: {} }));
      const results = await sender<{ id: string; values: Values }>(resource, 'POST', element)(s, withValues);
      return results.map((result, at) =>
        'refused' in result && result.refused.kind === 'missing' ? { done: items[at]?.id ?? '' } : result,
      );
    },
  };
}

/** Items are deleted one by one. */
export function deleteItems(): Writes['delete'] {
  return {
    size: batchSize,
    conditional: false,
    send: each(async (s, { id }: { id: string }): Promise<WriteResult> => {
      const reply = await call(s, { method: 'DELETE', url: `Items/${encodeURIComponent(id)}`, accept: [400, 404] });
      if (reply.status === 400) return { refused: refusalIn(undefined, messagesIn(reply), []) };
      return { done: id };
    }),
  };
}

function sender<Item extends { id?: string; values: Values; token?: string }>(
  resource: Resource,
  method: 'PUT' | 'POST',
  element: (item: Item) => Row,
) {
  const request = (items: Item[], tenant: string): HttpRequest => ({
    method,
    url: `/api.xro/2.0/${resource.list}`,
    query: { summarizeErrors: 'false', ...(resource.query.unitdp ? { unitdp: resource.query.unitdp } : {}) },
    headers: { 'xero-tenant-id': tenant, ...(method === 'PUT' ? { 'idempotency-key': keyOf(items) } : {}) },
    body: { [resource.list]: items.map(element) },
  });
  return bulk<Item>({
    request: async (items, s) => request(items, await tenantOf(s)),
    async results(reply, items, s) {
      const rows = rowsIn(resource, reply.json());
      const results: (WriteResult | undefined)[] = [];
      for (const [at, item] of items.entries()) {
        const row = rows[at];
        results.push(row && (await resultOf(s, resource, row, item)));
      }
      return results;
    },
    refusal: (reply, item) => refusalIn(undefined, messagesIn(reply), Object.values(item.values)),
  });
}

async function resultOf(
  s: Session,
  resource: Resource,
  row: Row,
  item: { id?: string; values: Values; token?: string },
): Promise<WriteResult> {
  const errors = (row.ValidationErrors ?? []) as { Message?: string }[];
  if (errors.length === 0 && row.StatusAttributeString !== 'ERROR') {
    const image = shownValues(resource, row, namesOf(resource));
    return { done: String(row[resource.id]), image, version: momentOf(row.UpdatedDateUTC)?.toISOString() };
  }
  const refused = refusalIn(resource, errors.map(({ Message = '' }) => Message).join(' '), Object.values(item.values));
  if (refused.category === 'rejected-by-app' && item.id && (await lookUp(() => isGone(s, resource, item.id ?? '')))) {
    return { refused: { kind: 'missing', message: 'it is deleted in Xero' } };
  }
  if (refused.kind !== 'duplicate') return { refused };
  const holder = await lookUp(() => holderOf(s, resource, String(row[resource.unique.field] ?? '')));
  const other = holder && item.token !== undefined ? resource.elsewise?.(item.values, holder) : undefined;
  if (other) return sendOne(s, resource, other, item);
  return { refused: { ...refused, ...(holder ? { existingId: String(holder[resource.id]) } : {}) } };
}

/** A new element once more, under another name: the one that has its name is somebody else. */
async function sendOne(
  s: Session,
  resource: Resource,
  element: Row,
  item: { values: Values; token?: string },
): Promise<WriteResult> {
  const renamed = { values: item.values, token: `${item.token} ${element[resource.unique.field]}` };
  const send = sender<typeof renamed>({ ...resource, elsewise: undefined }, 'PUT', () => element);
  try {
    const [result] = await send(s, [renamed]);
    return result ?? { unknown: 'Xero did not say what became of this record' };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.sent === 'unknown') return { unknown: error.message };
    return { refused: { kind: 'unavailable', message: error.message } };
  }
}

/** What is looked up after a write may fail: what was written stays written, and is answered for. */
async function lookUp<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** One key for the same new elements together; Xero takes 128 characters. */
function keyOf(items: { token?: string }[]): string {
  return sha256(items.map(({ token }) => token).join('\n'));
}

/** Xero says the same of a document that is deleted as of one that is paid. */
async function isGone(s: Session, resource: Resource, id: string): Promise<boolean> {
  const reply = await call(s, { method: 'GET', url: `${resource.list}/${encodeURIComponent(id)}`, accept: [404] });
  const [row] = reply.status === 404 ? [] : rowsIn(resource, reply.json());
  return row === undefined || resource.goneBy?.(row) !== undefined;
}

/** Who has the value that must be unique. */
async function holderOf(s: Session, resource: Resource, value: string): Promise<Row | undefined> {
  const reply = await call(s, resource.unique.find(value));
  return reply.status === 404 ? undefined : rowsIn(resource, reply.json())[0];
}

/** What Xero's words mean for what happens next: it gives no codes. */
function refusalIn(resource: Resource | undefined, said: string, sent: Iterable<unknown>): Refusal {
  const message = `Xero refused it: ${withoutValues(said, sent) || 'no reason was given'}`;
  if (/not of valid status|cannot be edited|allocated to it|is not editable/i.test(said)) {
    return { kind: 'invalid', category: 'rejected-by-app', message: `${message}; ${frozen}` };
  }
  if (/already assigned|must be unique|already exists/i.test(said)) {
    return { kind: 'duplicate', category: 'duplicate-in-target', field: resource?.unique.field, message };
  }
  if (/archived|(not|could not|cannot) be(en)? found|does not exist/i.test(said)) return { kind: 'missing', message };
  if (/maximum length|too long|characters or less/i.test(said))
    return { kind: 'invalid', category: 'too-long', message };
  if (/required|must be specified|cannot be empty|must contain/i.test(said)) {
    return { kind: 'invalid', category: 'required-missing', message };
  }
  if (/not subscribed to currency/i.test(said)) return { kind: 'invalid', category: 'unknown-option', message };
  return { kind: 'invalid', category: 'invalid-value', message };
}

const frozen =
  'a paid, voided or deleted document cannot be changed: take its payment or credit off in Xero first, or undo the change across';

/** The complaints of an answer that refused everything. */
function messagesIn(reply: Reply): string {
  try {
    const body = JSON.parse(reply.text) as {
      Message?: string;
      Elements?: { ValidationErrors?: { Message?: string }[] }[];
    };
    const errors = (body.Elements ?? []).flatMap(({ ValidationErrors = [] }) => ValidationErrors);
    return errors.map(({ Message = '' }) => Message).join(' ') || (body.Message ?? '');
  } catch {
    return '';
  }
}
