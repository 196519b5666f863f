import type { Session } from '../../connector/session.ts';
import type { Option, User } from '../../model/field.ts';

/** Who the account's token belongs to, and in which company. */
interface Me {
  company_id: number;
  company_name?: string;
  default_currency?: string;
}

/** The user whose token it is. */
export function meOf(s: Session): Promise<Me> {
  return s.remember('me', async () => dataOf<Me>(s, '/api/v1/users/me'));
}

/** The currency of amounts that name none. */
export async function ownCurrency(s: Session): Promise<string | null> {
  return (await meOf(s)).default_currency ?? null;
}

/** People who can own records. */
export async function usersOf(s: Session): Promise<User[]> {
  const users = await dataOf<{ id: number; name?: string; email?: string; active_flag?: boolean }[]>(
    s,
    '/api/v1/users',
  );
  const active = users.filter((one) => one.active_flag !== false);
  return active.map(({ id, name, email }) => ({
    id: String(id),
    ...(email ? { email } : {}),
    ...(name ? { name } : {}),
  }));
}

/** The currencies that amounts can be in. */
export function currencyOptions(s: Session): Promise<Option[]> {
  return s.remember('currencies', async () => {
    const all = await dataOf<{ code: string; name?: string; active_flag?: boolean }[]>(s, '/api/v1/currencies');
    return all.filter((one) => one.active_flag !== false).map(({ code }) => ({ value: code, label: code }));
  });
}

/** Kinds of activities. */
export function activityTypes(s: Session): Promise<Option[]> {
  return s.remember('activity types', async () => {
    const all = await dataOf<{ key_string: string; name: string; active_flag?: boolean }[]>(s, '/api/v1/activityTypes');
    return all
      .filter((one) => one.active_flag !== false)
      .map(({ key_string: value, name: label }) => ({ value, label }));
  });
}

/** Pipelines, and what a deal's stage can be: the stages of each, then won and lost in it. */
export function pipelineOptions(s: Session): Promise<{ pipelines: Option[]; stages: Option[] }> {
  return s.remember('pipelines', async () => {
    const inOrder = (one: Placed, other: Placed) => (one.order_nr ?? 0) - (other.order_nr ?? 0);
    const pipelines = (await dataOf<Placed[]>(s, '/api/v2/pipelines', { limit: mostListed })).sort(inOrder);
    const stages = (await dataOf<Stage[]>(s, '/api/v2/stages', { limit: mostListed })).sort(inOrder);
    return {
      pipelines: pipelines.map(({ id, name }) => ({ value: String(id), label: name })),
      stages: pipelines.flatMap(({ id: pipeline, name: group }) => [
        ...stages
          .filter((one) => one.pipeline_id === pipeline && !one.is_deleted)
          .map(({ id, name }) => ({ value: String(id), label: name, group })),
        { value: `won:${pipeline}`, label: 'Won', group, also: ['Closed won'] },
        { value: `lost:${pipeline}`, label: 'Lost', group, also: ['Closed lost'] },
      ]),
    };
  });
}

/** Pipelines and stages that are read; accounts have a handful. */
const mostListed = 500;

interface Placed {
  id: number;
  name: string;
  order_nr?: number;
}

interface Stage extends Placed {
  pipeline_id: number;
  is_deleted?: boolean;
}

async function dataOf<T>(s: Session, url: string, query?: Record<string, number>): Promise<T> {
  return (await s.request({ method: 'GET', url, query })).json<{ data: T }>().data;
}
