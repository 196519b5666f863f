import { Failure } from '../../connector/failure.ts';
import type { Reply, Session } from '../../connector/session.ts';
import { refused, wordsOf } from './errors.ts';
import { type Raw, typed } from './typed-json.ts';

/** A row as Tryton answers it, with dotted names for what lies behind relations ('currency.' holds the far row). */
export interface Row {
  id: number;
  [name: string]: Raw;
}

/** A search: conditions in Tryton's own notation, nested as there. */
export type Domain = unknown[];

/** What the calls of a session share: the key that Tryton gave it, until Tryton no longer takes it. */
interface Door {
  key?: Promise<string>;
}

/** Calls a method of a model; the last parameter, the context, is added. Throws `Failure`; what Tryton refuses is rolled back. */
export async function call<T>(
  s: Session,
  model: string,
  method: string,
  params: unknown[],
  facts: { effect: 'read' | 'write'; context?: Record<string, unknown> },
): Promise<{ result: T; reply: Reply }> {
  const context = { ...(await ownContext(s)), ...facts.context };
  return post<T>(s, `model.${model}.${method}`, [...params, context], facts.effect);
}

/** Rows that meet these conditions, archived ones too, in the order of their ids. */
export async function search(
  s: Session,
  model: string,
  domain: Domain,
  fields: string[],
  most: number | null = null,
): Promise<{ rows: Row[]; reply: Reply }> {
  const params = [domain, 0, most, [['id', 'ASC']], fields];
  const { result, reply } = await call<Row[]>(s, model, 'search_read', params, { effect: 'read' });
  if (!Array.isArray(result))
    throw new Failure('broken', `Tryton answered no rows of ${model}; it is asked again later`);
  return { rows: result, reply };
}

/** The company and language of the account's user, as Tryton's own client sends them with every call. */
export function ownContext(s: Session): Promise<Record<string, unknown>> {
  return s.remember('context', async () => {
    const asked = await post<Record<string, unknown>>(s, 'model.res.user.get_preferences', [true, {}], 'read');
    const { company, language } = asked.result;
    // Archived records and children are judged here, never hidden by Tryton.
    return { company, language, active_test: false };
  });
}

/** Logs in with the account's secrets; the session's key and the user's id. */
export async function logIn(s: Session): Promise<{ user: number; key: string }> {
  const { username = '', password = '' } = s.secrets;
  const body = { id: 1, method: 'common.db.login', params: [username, { password }, 'en'] };
  const reply = await s.request({ method: 'POST', url: path(s), body, effect: 'read' });
  const { result } = reply.json<{ result?: [number, string] }>();
  if (!Array.isArray(result))
    throw new Failure('unauthorized', 'Tryton wants more than a password: use a user without');
  return { user: result[0], key: result[1] };
}

async function post<T>(
  s: Session,
  method: string,
  params: unknown[],
  effect: 'read' | 'write',
): Promise<{ result: T; reply: Reply }> {
  const door = await s.remember<Door>('session', async () => ({}));
  try {
    return await postOnce<T>(s, door, { method, params }, effect);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'unauthorized') throw error;
    // Sessions end after a while without calls, and with the server; nothing was done.
    return postOnce<T>(s, door, { method, params }, effect);
  }
}

async function postOnce<T>(
  s: Session,
  door: Door,
  body: { method: string; params: unknown[] },
  effect: 'read' | 'write',
): Promise<{ result: T; reply: Reply }> {
  door.key ??= signature(s);
  const key = door.key;
  try {
    const headers = { authorization: await key };
    const reply = await s.request({
      method: 'POST',
      url: path(s),
      headers,
      body: { id: 1, ...body },
      effect,
      accept: [200],
    });
    if (wordsOf(reply)) throw refused(reply);
    return { result: typed(reply.json<{ result: Raw }>().result) as T, reply };
  } catch (error) {
    const isOver = error instanceof Failure && error.kind === 'unauthorized';
    if (isOver && door.key === key) door.key = undefined;
    throw error;
  }
}

async function signature(s: Session): Promise<string> {
  const { user, key } = await logIn(s);
  return `Session ${Buffer.from(`${s.secrets.username}:${user}:${key}`).toString('base64')}`;
}

function path(s: Session): string {
  return `/${encodeURIComponent(s.settings.database ?? '')}/`;
}
