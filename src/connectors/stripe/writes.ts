import type { CreateItem, UpdateItem, WriteResult, Writes } from '../../connector/contract.ts';
import { eachAtOnce } from '../../connector/sending.ts';
import type { HttpRequest, Session } from '../../connector/session.ts';
import type { Value, Values } from '../../model/value.ts';
import { complaintOf, refusalOf } from './errors.ts';
import { formRequest, type Parameters } from './form.ts';
import { expanding, namesOf, type Resource, type Row, shownValues } from './resource.ts';

/** Items whose outcomes are stored together. */
const batchSize = 20;

/** Writes under way at once. */
const mostAtOnce = 5;

/** Stripe forgets an idempotency key after a day. */
const keyHours = 24;

/** What a kind of object needs beside its own values. */
export interface Shaping {
  /** More to send, or something else instead. */
  create?(s: Session, values: Values): Parameters | Promise<Parameters>;
  /** Things to do first; what it answers is sent too. `after` follows the update. Throws `Failure` where Stripe cannot. */
  update?(s: Session, item: UpdateItem): Promise<{ more: Parameters; after?(): Promise<void> }>;
}

/** Creates and updates, a call each: Stripe has no batches. */
export function writesOf(resource: Resource, shaping: Shaping = {}): Writes {
  return {
    create: {
      size: batchSize,
      safety: [{ by: 'idempotency-key', hours: keyHours }, { by: 'window' }],
      calls: (items) => items,
      send: eachAtOnce(mostAtOnce, async (s, { values, token }: CreateItem) => {
        const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
        const parameters = { ...parametersOf(resource, given), ...(await shaping.create?.(s, values)) };
        return write(s, resource, formRequest(resource.path, parameters, { 'idempotency-key': token }), values);
      }),
    },
    update: {
      size: batchSize,
      conditional: false,
      calls: (items) => items,
      send: eachAtOnce(mostAtOnce, async (s, item: UpdateItem) => {
        const shaped = await shaping.update?.(s, item);
        const parameters = { ...parametersOf(resource, item.values), ...shaped?.more };
        const url = `${resource.path}/${encodeURIComponent(item.id)}`;
        const result = await write(s, resource, formRequest(url, parameters), item.values);
        if ('done' in result) await shaped?.after?.();
        return result;
      }),
    },
  };
}

/** Removes for good: `DELETE`. What is gone already counts as done. */
export function deleteOf(resource: Resource): Writes['delete'] {
  return {
    size: batchSize,
    conditional: false,
    send: eachAtOnce(mostAtOnce, async (s, { id }: { id: string }) => {
      await s.request({ method: 'DELETE', url: `${resource.path}/${encodeURIComponent(id)}`, accept: [404] });
      return { done: id };
    }),
  };
}

/** Puts away: `active` becomes false. */
export function archiveOf(resource: Resource): Writes['archive'] {
  return {
    size: batchSize,
    conditional: false,
    send: eachAtOnce(mostAtOnce, async (s, { id }: { id: string }) => {
      const request = formRequest(`${resource.path}/${encodeURIComponent(id)}`, { active: 'false' });
      await s.request({ ...request, accept: [404] });
      return { done: id };
    }),
  };
}

async function write(s: Session, resource: Resource, request: HttpRequest, sent: Values): Promise<WriteResult> {
  const reply = await s.request({ ...request, query: expanding(resource, 'one'), accept: [400, 402] });
  if (complaintOf(reply).type === 'idempotency_error') return { unknown: keyTaken };
  if (reply.status >= 400) return { refused: refusalOf(reply, Object.values(sent)) };
  const row = reply.json<Row>();
  // Stripe changes what is put away as if it were not.
  if (resource.isArchived?.(row)) return { refused: { kind: 'missing', message: 'it is archived in Stripe' } };
  return { done: row.id, image: shownValues(resource, row, namesOf(resource)) };
}

const keyTaken = 'Stripe had an earlier request of this record with other values; what became of it is found out';

/** Fields with a place of their own in Stripe; the others are the shaping's. */
function parametersOf(resource: Resource, values: Values): Parameters {
  const parameters: Parameters = {};
  for (const [name, value] of Object.entries(values)) {
    const association = resource.associations.find((one) => one.name === name);
    const field = resource.fields.find((one) => one.name === name);
    if (association && Array.isArray(value)) parameters[name] = value.map(String)[0];
    else if (field && field.writable !== 'never' && field.from === undefined)
      parameters[name] = parameterOf(field.type, value);
  }
  return parameters;
}

function parameterOf(type: string, value: Value): string | string[] {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map((entry) => (typeof entry === 'string' ? entry : entry.value));
  if (type === 'datetime') return secondsOf(String(value));
  return String(value);
}

/** Unix time; text that is no time goes as it is, for Stripe to refuse. */
function secondsOf(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : String(Math.floor(time / 1000));
}
