import { limitOf } from '../../simulator/paging.ts';
import { type Route, route } from '../../simulator/router.ts';
import type { SimRecord } from '../../simulator/sim-record.ts';
import { jsonReply, Refused } from '../../simulator/sim-reply.ts';
import { jsonOf } from '../../simulator/sim-request.ts';
import {
  type Account,
  activityKinds,
  company,
  currencies,
  type FieldFacts,
  liveIn,
  me,
  stampOf,
  tableOf,
  users,
} from './simulator-account.ts';
import { errorReply, noSuch } from './simulator-error.ts';
import { stored } from './simulator-input.ts';
import { checked } from './simulator-schema.ts';
import { shown } from './simulator-shown.ts';

/** Everything that describes the company: fields, pipelines, stages (v2), users, currencies, kinds of activities (v1). */
export function companyRoutes(account: Account): Route[] {
  const listed = (path: string, data: () => unknown[]) =>
    route('GET', path, () => jsonReply(200, { success: true, data: data(), additional_data: { next_cursor: null } }));
  const fieldPaths = {
    person: 'persons',
    organization: 'organizations',
    deal: 'deals',
    product: 'products',
    activity: 'activities',
  };
  return [
    ...Object.entries(fieldPaths).map(([name, kind]) =>
      listed(`/api/v2/${name}Fields`, (): FieldFacts[] => account.fields[kind] ?? []),
    ),
    listed('/api/v2/pipelines', () =>
      account.pipelines.map((one) => ({ ...one, ...made, is_deal_probability_enabled: true })),
    ),
    listed('/api/v2/stages', () =>
      account.stages.map((one) => ({ ...one, ...made, is_deal_rot_enabled: false, days_to_rotten: null })),
    ),
    listed('/api/v1/currencies', () =>
      currencies.map((code, at) => ({
        id: at + 1,
        code,
        name: code,
        decimal_points: 2,
        symbol: code,
        active_flag: true,
      })),
    ),
    listed('/api/v1/activityTypes', () =>
      activityKinds.map((key_string, at) => ({ id: at + 1, key_string, name: capital(key_string), active_flag: true })),
    ),
    listed('/api/v1/users', () => users.map(shownUser)),
    route('GET', '/api/v1/users/me', () =>
      jsonReply(200, {
        success: true,
        data: {
          ...users.filter(({ id }) => String(id) === me.id).map(shownUser)[0],
          company_id: company.id,
          company_name: company.name,
          company_domain: company.domain,
        },
      }),
    ),
  ];
}

/** Notes, by API v1: pages by number, PUT for changes. */
export function noteRoutes(account: Account): Route[] {
  const table = tableOf(account, 'notes');
  const found = (id: string) => {
    const note = liveIn(account, 'notes', id);
    if (!note) throw noSuch('Note');
    return note;
  };
  const reply = (status: number, record: SimRecord) =>
    jsonReply(status, { success: true, data: shown(account, 'notes', record) });
  return [
    route('GET', '/api/v1/notes', ({ request: { query } }) => {
      const limit = limitOf(query.get('limit'), { usual: 100, most: 500 });
      const start = Number(query.get('start') ?? 0);
      if (limit === undefined || !Number.isInteger(start)) throw new Refused(errorReply(400, 'Bad pagination'));
      const since = Date.parse(query.get('updated_since') ?? '');
      const live = [...table.all()].filter((note) => note.archivedAt === undefined);
      const all = live.filter(({ updatedAt }) => Number.isNaN(since) || updatedAt - (updatedAt % 1000) >= since);
      const page = all.slice(start, start + limit);
      const more = start + limit < all.length;
      const next = more ? { next_start: start + limit } : {};
      return jsonReply(200, {
        success: true,
        data: page.length > 0 ? page.map((note) => shown(account, 'notes', note)) : null,
        additional_data: { pagination: { start, limit, more_items_in_collection: more, ...next } },
      });
    }),
    route('POST', '/api/v1/notes', ({ request }) =>
      reply(201, table.create(stored(account, 'notes', checked(account, 'notes', jsonOf(request)), undefined), me)),
    ),
    route('GET', '/api/v1/notes/{id}', ({ params: { id = '' } }) => reply(200, found(id))),
    route('PUT', '/api/v1/notes/{id}', ({ request, params: { id = '' } }) =>
      reply(200, table.update(id, stored(account, 'notes', checked(account, 'notes', jsonOf(request)), found(id)), me)),
    ),
    route('DELETE', '/api/v1/notes/{id}', ({ params: { id = '' } }) => {
      table.archive(found(id).id, me);
      return jsonReply(200, { success: true, data: true });
    }),
  ];
}

const made = { is_deleted: false, add_time: stampOf(0), update_time: null };

function shownUser({ id, name, email }: (typeof users)[number]): object {
  const facts = {
    default_currency: company.currency,
    active_flag: true,
    activated: true,
    is_you: String(id) === me.id,
  };
  return { id, name, email, ...facts, timezone_name: 'Europe/Tallinn', is_deleted: false };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
