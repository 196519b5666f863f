import type { CreateItem, UpdateItem, WriteResult, Writes } from '../../connector/contract.ts';
import { eachAtOnce } from '../../connector/sending.ts';
import type { HttpRequest, Session } from '../../connector/session.ts';
import type { Values } from '../../model/value.ts';
import { described, otherParts } from './custom-fields.ts';
import { refusalOf, refusals } from './errors.ts';
import { bodyOf, type Described, namesOf, type Resource, type Row, shownValues, versionOf } from './resource.ts';

/** Items whose outcomes the engine stores together; each is a call of its own. */
const batchSize = 20;

/** Calls side by side: a quarter of what the narrowest plan allows in two seconds. */
const mostAtOnce = 5;

/** How a kind of record is written: one by one, with the whole record as the answer. */
export function writesOf(resource: Resource): Writes {
  const calls = (items: number) => items;
  const send = { size: batchSize, calls };
  return {
    create: {
      ...send,
      safety: [{ by: 'window' }],
      send: eachAtOnce<CreateItem>(mostAtOnce, (s, item) => create(s, resource, item)),
    },
    update: {
      ...send,
      conditional: false,
      ...(resource.associations.length > 0 ? { edges: true as const } : {}),
      send: eachAtOnce<UpdateItem>(mostAtOnce, (s, item) => update(s, resource, item)),
    },
    ...(resource.name === 'deals'
      ? { archive: { size: batchSize, conditional: false, send: eachAtOnce(mostAtOnce, archiveDeal) } }
      : {}),
    delete: {
      size: batchSize,
      conditional: false,
      send: eachAtOnce<{ id: string }>(mostAtOnce, async (s, { id }) => {
        await s.request({ method: 'DELETE', url: placeOf(resource, id), accept: [404, 410] });
        return { done: id };
      }),
    },
  };
}

async function create(s: Session, resource: Resource, item: CreateItem): Promise<WriteResult> {
  const whole = await described(s, resource);
  const values = (await resource.usual?.(s, item.values)) ?? item.values;
  const far = Object.fromEntries(
    resource.associations.flatMap(({ name }) => {
      const ids = (values[name] ?? []) as string[];
      return ids.length > 0 ? [[name, ids]] : [];
    }),
  );
  const body = bodyOf(whole, values, far, {});
  return saved(s, whole, { method: 'POST', url: resource.path, body }, values);
}

async function update(s: Session, resource: Resource, { id, values, before, edges }: UpdateItem): Promise<WriteResult> {
  const whole = await described(s, resource);
  const names = Object.keys(values);
  const lists = resource.associations.filter(({ name, list }) => list && edges?.[name]).map(({ name }) => name);
  const needed = [...(resource.wholes?.(names) ?? []), ...otherParts(whole, names), ...lists];
  const isKnown = needed.every((name) => before[name] !== undefined);
  const row =
    isKnown && !names.some((name) => resource.rowFor?.includes(name)) ? undefined : await rowOf(s, resource, id);
  const now: Values = row ? { ...before, ...shownValues(whole, row, namesOf(whole)) } : before;
  const parts = Object.fromEntries(otherParts(whole, names).map((name) => [name, now[name] ?? null]));
  const far = Object.fromEntries(
    Object.entries(edges ?? {}).map(([name, { add, remove }]) => {
      const kept = ((now[name] ?? []) as string[]).filter((one) => !remove.includes(one) && !add.includes(one));
      return [name, lists.includes(name) ? [...kept, ...add] : add];
    }),
  );
  const body = bodyOf(whole, { ...parts, ...values }, far, { before: now, row });
  if (Object.keys(body).length === 0) return { done: id };
  const method = resource.path.startsWith('/api/v1/') ? 'PUT' : 'PATCH';
  return saved(s, whole, { method, url: placeOf(resource, id), body }, values);
}

/** Archived deals are in no list, and cannot be changed. One that is gone has nothing left to archive. */
async function archiveDeal(s: Session, { id }: { id: string }): Promise<WriteResult> {
  const url = `/api/v2/deals/${encodeURIComponent(id)}`;
  const reply = await s.request({ method: 'PATCH', url, body: { is_archived: true }, accept: refusals });
  if (reply.status < 400 || reply.status === 404 || reply.status === 410) return { done: id };
  return { refused: refusalOf(reply, []) };
}

async function saved(s: Session, whole: Described, request: HttpRequest, values: Values): Promise<WriteResult> {
  const reply = await s.request({ ...request, accept: refusals });
  if (reply.status >= 400) return { refused: refusalOf(reply, Object.values(values)) };
  const row = reply.json<{ data: Row }>().data;
  return { done: String(row.id), image: shownValues(whole, row, namesOf(whole)), version: versionOf(row) };
}

async function rowOf(s: Session, resource: Resource, id: string): Promise<Row> {
  return (await s.request({ method: 'GET', url: placeOf(resource, id) })).json<{ data: Row }>().data;
}

function placeOf({ path }: Resource, id: string): string {
  return `${path}/${encodeURIComponent(id)}`;
}
