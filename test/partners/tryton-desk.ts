/** Somebody at Tryton's own client: every call goes to the server as that client sends it. Not the connector's code. */
export interface TrytonDesk {
  call<T = unknown>(model: string, method: string, ...params: unknown[]): Promise<T>;
  /** Any method, without the context that `call` adds. */
  raw<T = unknown>(method: string, ...params: unknown[]): Promise<T>;
  /** What the context of each call holds. */
  context: Record<string, unknown>;
}

/** Logs in to the database `hub` of a server. */
export async function openDesk(origin: string): Promise<TrytonDesk> {
  let authorization = '';
  let calls = 0;
  const raw = async <T>(method: string, ...params: unknown[]): Promise<T> => {
    const headers = { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) };
    const body = JSON.stringify({ id: ++calls, method, params });
    const reply = await fetch(`${origin}/hub/`, { method: 'POST', headers, body });
    if (!reply.ok) throw new Error(`${method}: HTTP ${reply.status} ${await reply.text()}`);
    const { result, error } = (await reply.json()) as { result: T; error?: unknown };
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  };
  const [user, key] = await raw<[number, string]>('common.db.login', 'admin', { password: 'adminpw' }, 'en');
  authorization = `Session ${Buffer.from(`admin:${user}:${key}`).toString('base64')}`;
  const desk: TrytonDesk = {
    raw,
    context: { language: 'en', active_test: false },
    call: (model, method, ...params) => raw(`model.${model}.${method}`, ...params, desk.context),
  };
  const [company] = await desk.call<number[]>('company.company', 'search', [], 0, 1, null);
  if (company !== undefined) desk.context.company = company;
  return desk;
}

/** A decimal, as it travels. */
export function asDecimal(text: string) {
  return { __class__: 'Decimal', decimal: text };
}

/** A date, as it travels. */
export function asDate(text: string) {
  const [year, month, day] = text.split('-').map(Number);
  return { __class__: 'date', year, month, day };
}
