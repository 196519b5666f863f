import { plainEdits } from '../../src/simulator/admin.ts';
import { assemble } from '../../src/simulator/assemble.ts';
import { type GroundOptions, makeGround } from '../../src/simulator/ground.ts';
import { ascendingIds } from '../../src/simulator/ids.ts';
import { limitOf, pageOf } from '../../src/simulator/paging.ts';
import type { RecordTable } from '../../src/simulator/record-table.ts';
import { type Route, route } from '../../src/simulator/router.ts';
import type { StartSimulator } from '../../src/simulator/run.ts';
import { serve } from '../../src/simulator/serve.ts';
import { isoTime } from '../../src/simulator/sim-clock.ts';
import { type Actor, NoSuchRecord, type SimRecord, type SimValues } from '../../src/simulator/sim-record.ts';
import { emptyReply, jsonReply, Refused, type SimReply } from '../../src/simulator/sim-reply.ts';
import { jsonOf, type SimRequest } from '../../src/simulator/sim-request.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';

const fields = ['email', 'name', 'points', 'birthday', 'plan'];
const plans = ['free', 'paid'];
const pageSize = { usual: 20, most: 100 };
const me: Actor = { kind: 'integration', id: 'api' };

/** Example in this process, written from its documentation, never from our connector. */
export function makeSimulator(options: GroundOptions): Simulator {
  const ground = makeGround(options, (_object, random) => ascendingIds(random, 1));
  const people = ground.store.add('people', { check: checkValues });
  const key = 'simulated-example-key';
  for (let n = 1; n <= (options.records ?? 0); n++) {
    people.create({ name: `Person ${n}`, email: `person${n}@example.com`, plan: 'free' }, { kind: 'person', id: '1' });
  }
  return assemble(ground, {
    app: 'example',
    accountAt: (url) => ({ app: 'example', settings: { baseUrl: url }, secrets: { key } }),
    routes: [
      route('GET', '/v1/account', () => jsonReply(200, { id: 'account-1', name: 'A simulated account' })),
      ...peopleRoutes(people),
    ],
    gauges: [{ name: 'minute', most: 300, windowMilliseconds: 60_000, window: 'rolling' }],
    authenticate({ headers }) {
      if (headers.authorization !== `Bearer ${key}`) throw refused(401, 'unauthorized', 'who are you?');
    },
    replies: {
      throttled: ({ retryAfterSeconds }) =>
        problem(429, 'too_fast', 'slow down', { 'retry-after': String(retryAfterSeconds) }),
      failed: () => problem(500, 'internal', 'something broke'),
      missing: () => problem(404, 'not_found', 'there is nothing here'),
      refusal: (error) => (error instanceof NoSuchRecord ? problem(404, 'not_found', error.message) : undefined),
    },
    edits: plainEdits(ground.store),
  });
}

/** Example on loopback. */
export const startSimulator: StartSimulator = ({ port, http, ...options }) =>
  serve(makeSimulator(options), { port, http });

function peopleRoutes(people: RecordTable): Route[] {
  const repeated = new Map<string, SimReply>();
  return [
    route('GET', '/v1/people', ({ request }) => list(people, request)),
    route('GET', '/v1/people/{id}', ({ params }) => jsonReply(200, shown(live(people, params.id ?? '')))),
    route('POST', '/v1/people', ({ request }) => {
      const key = request.headers['idempotency-key'] ?? '';
      const reply = repeated.get(key) ?? jsonReply(201, shown(people.create(valuesOf(request), me)));
      if (key !== '') repeated.set(key, reply);
      return reply;
    }),
    route('PATCH', '/v1/people/{id}', ({ request, params }) => {
      const record = live(people, params.id ?? '');
      refuseStale(request, record);
      return jsonReply(200, shown(people.update(record.id, valuesOf(request), me)));
    }),
    route('DELETE', '/v1/people/{id}', ({ request, params }) => {
      const record = live(people, params.id ?? '');
      refuseStale(request, record);
      people.archive(record.id, me);
      return emptyReply();
    }),
  ];
}

/** By id; with `updated_since` what changed at or after that time, deleted people too, by the time of the change and id. */
function list(people: RecordTable, { query }: SimRequest): SimReply {
  const limit = limitOf(query.get('limit'), pageSize);
  if (limit === undefined) throw refused(400, 'bad_limit', 'limit is at most 100');
  const since = query.get('updated_since');
  const after = query.get('after') ?? '';
  const all = [...people.all()]
    .filter((record) => (since === null ? record.archivedAt === undefined : record.updatedAt >= Date.parse(since)))
    .map((record) => ({ record, place: placeOf(record, since !== null) }))
    .filter(({ place }) => place > after)
    .sort((one, other) => (one.place < other.place ? -1 : 1));
  const { items, next } = pageOf(all, 0, limit);
  const last = next === undefined ? undefined : items.at(-1)?.place;
  return jsonReply(200, { people: items.map(({ record }) => shown(record)), ...(last ? { next: last } : {}) });
}

function placeOf({ id, updatedAt }: SimRecord, isByTime: boolean): string {
  const byId = id.padStart(12, '0');
  return isByTime ? `${String(updatedAt).padStart(15, '0')}-${byId}` : byId;
}

function live(people: RecordTable, id: string): SimRecord {
  const record = people.get(id);
  if (!record || record.id !== id || record.archivedAt !== undefined) throw new NoSuchRecord('people', id);
  return record;
}

function shown(record: SimRecord): object {
  const { id, revision, updatedAt, archivedAt, values } = record;
  const all = Object.fromEntries(fields.map((field) => [field, values[field] ?? null]));
  return { id, revision, updated: isoTime(updatedAt), ...(archivedAt === undefined ? {} : { deleted: true }), ...all };
}

function valuesOf(request: SimRequest): SimValues {
  return Object.fromEntries(Object.entries(jsonOf(request)).filter(([field]) => fields.includes(field)));
}

function refuseStale({ headers }: SimRequest, record: SimRecord): void {
  const expected = headers['if-match'];
  if (expected === undefined || expected === '*' || expected === String(record.revision)) return;
  throw refused(412, 'changed_meanwhile', 'the person was changed meanwhile');
}

function checkValues(written: SimValues): void {
  const { email, points, birthday, plan } = written;
  if (email && !String(email).includes('@')) throw refused(422, 'invalid', `${email} is no e-mail address`, 'email');
  if (points && !Number.isFinite(Number(points))) throw refused(422, 'invalid', `${points} is no number`, 'points');
  if (birthday && !/^\d{4}-\d\d-\d\d$/.test(String(birthday))) throw refused(422, 'invalid', 'no date', 'birthday');
  if (plan && !plans.includes(String(plan))) throw refused(422, 'unknown_option', `there is no plan ${plan}`, 'plan');
}

function refused(status: number, code: string, message: string, field?: string): Refused {
  return new Refused(problem(status, code, message, {}, field));
}

function problem(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
  field?: string,
): SimReply {
  return jsonReply(status, { error: { code, message, field } }, headers);
}
