import type { Clock } from '../lib/clock.ts';
import { hmacSha256 } from '../lib/crypto.ts';
import { plainEdits } from './admin.ts';
import { assemble } from './assemble.ts';
import { Courier } from './courier.ts';
import { type GroundOptions, makeGround } from './ground.ts';
import { ascendingIds } from './ids.ts';
import { LaggingView } from './lagging-view.ts';
import { inOrder, lowerCased, trimmed, truncated } from './rewrite.ts';
import { route } from './router.ts';
import type { Change, SimRecord } from './sim-record.ts';
import { NoSuchRecord, UniqueClash } from './sim-record.ts';
import { jsonReply, Refused } from './sim-reply.ts';
import { jsonOf } from './sim-request.ts';
import type { Simulator } from './simulator.ts';

/** The smallest app that uses every part of the kit: the kit's tests run on it, and a new simulator can begin as it. */
export function makeToyApp(options: GroundOptions & { webhookUrl?: string; clock: Clock }): Simulator {
  const ground = makeGround(options, (_object, random) => ascendingIds(random, 1));
  const { store, clock, settings } = ground;
  const things = store.add('things', {
    fields: { email: { unique: true, rewrite: inOrder(trimmed, lowerCased) }, name: { rewrite: truncated(20) } },
    check: (written) => {
      if (written.name === 'bad') throw new Refused(jsonReply(422, { error: 'name is bad' }));
    },
  });
  const view = new LaggingView({ ...ground, object: 'things', random: ground.random('lag') });
  const courier = new Courier<Change>({
    clock,
    settings,
    random: ground.random('webhooks'),
    envelope: {
      most: 2,
      body: (changes) => JSON.stringify(changes.map(({ kind, id }) => ({ kind, id }))),
      headers: ({ body, now }) => ({ 'x-signature': hmacSha256('secret', `${now}.${body}`), 'x-time': String(now) }),
      retryMilliseconds: (attempt) => (attempt < 2 ? 1000 : undefined),
    },
  });
  store.listen((change) => options.webhookUrl && courier.enqueue(options.webhookUrl, change));
  const me = { kind: 'integration', id: 'app' } as const;
  return assemble(ground, {
    app: 'toy',
    accountAt: (url) => ({ app: 'toy', settings: { baseUrl: url }, secrets: { key: 'k' } }),
    routes: [
      route('POST', '/things', ({ request }) => jsonReply(201, shown(things.create(jsonOf(request), me)))),
      route('PATCH', '/things/{id}', ({ request, params }) =>
        jsonReply(200, shown(things.update(params.id ?? '', jsonOf(request), me))),
      ),
      route('GET', '/things', ({ request }) => {
        const { records, next } = things.page('live', request.query.get('from') ?? undefined, 2);
        return jsonReply(200, { things: records.map(shown), next });
      }),
      route('GET', '/search', () => jsonReply(200, { things: idsByTime(view).map((id) => shown(view.record(id))) })),
    ],
    gauges: [{ name: 'minute', most: 10, windowMilliseconds: 60_000, window: 'rolling' }],
    concurrency: 2,
    limitHeaders: ({ minute }) => ({ 'x-left': String(minute?.left) }),
    authenticate: ({ headers }) => {
      if (headers.key !== 'k') throw new Refused(jsonReply(401, { error: 'who are you?' }));
    },
    replies: {
      throttled: ({ retryAfterSeconds }) =>
        jsonReply(429, { error: 'slow' }, { 'retry-after': String(retryAfterSeconds) }),
      failed: () => jsonReply(500, { error: 'oops' }),
      missing: () => jsonReply(404, { error: 'no such page' }),
      refusal: (error) => {
        if (error instanceof NoSuchRecord) return jsonReply(404, { error: error.message });
        return error instanceof UniqueClash ? jsonReply(409, { existing: error.existingId }) : undefined;
      },
    },
    edits: plainEdits(store),
    courier: courier as Courier,
  });
}

function shown(record: SimRecord | undefined): object {
  return { id: record?.id, ...record?.values, updatedAt: record?.updatedAt };
}

function idsByTime({ byTime }: LaggingView): string[] {
  return Array.from({ length: byTime.length }, (_, position) => byTime.at(position) as string);
}
