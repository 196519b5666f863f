import { hmacSha256 } from '../../lib/crypto.ts';
import { plainEdits } from '../../simulator/admin.ts';
import { assemble } from '../../simulator/assemble.ts';
import { Courier } from '../../simulator/courier.ts';
import { type GroundOptions, makeGround } from '../../simulator/ground.ts';
import type { Route } from '../../simulator/router.ts';
import { type ServeOptions, serve } from '../../simulator/serve.ts';
import { NoSuchRecord } from '../../simulator/sim-record.ts';
import { Refused, type SimReply } from '../../simulator/sim-reply.ts';
import type { SimRequest } from '../../simulator/sim-request.ts';
import type { ServedSimulator, Simulator } from '../../simulator/simulator.ts';
import { type Account, idSource } from './simulator-account.ts';
import { type Endpoints, makeEndpoints } from './simulator-endpoints.ts';
import { errorReply } from './simulator-error.ts';
import { keepEvents, type SimEvent } from './simulator-events.ts';
import { invoiceRoutes } from './simulator-invoices.ts';
import { recordRoutes } from './simulator-routes.ts';
import { seedAccount } from './simulator-seed.ts';

/** What Stripe's simulator can be started with. */
export interface StripeOptions extends GroundOptions {
  /** Sends every event to this address. */
  webhookUrl?: string;
}

/** Calls in a second of a sandbox, and how many are answered at once. */
const stripeLimits = { perSecond: 25, atOnce: 25 };

/** The secret that webhooks to the address of the options are signed with. */
export const signingSecret = 'whsec_simulated_signing_secret';

/** How long a result is kept for its idempotency key. */
const keyMilliseconds = 86_400_000;

const prefixes: Record<string, string> = { customers: 'cus', products: 'prod', prices: 'price', invoices: 'in' };

/** Stripe in this process, written from its client's types and its documentation, never from our connector. */
export function makeSimulator(options: StripeOptions): Simulator {
  const account = makeAccount(options);
  const { ground } = account;
  const key = `sk_test_simulated_${String(ground.seed).padStart(4, '0')}`;
  const endpoints = makeEndpoints(account);
  const courier = makeCourier(account, endpoints);
  const { webhookUrl } = options;
  account.events.listen((event) => {
    for (const address of endpoints.addressesFor(event)) courier.enqueue(address, event);
    if (webhookUrl) courier.enqueue(webhookUrl, event);
  });
  seedAccount(account, options.records ?? 0, options.emailCase ?? 'lower');
  return assemble(ground, {
    app: 'stripe',
    accountAt: (url) => ({ app: 'stripe', settings: { baseUrl: url }, secrets: { key } }),
    routes: [...recordRoutes(account), ...invoiceRoutes(account), ...endpoints.routes].map((one) =>
      remembered(account, one),
    ),
    gauges: [{ name: 'second', most: stripeLimits.perSecond, windowMilliseconds: 1000, window: 'rolling' }],
    concurrency: stripeLimits.atOnce,
    authenticate: (request) => authenticate(request, key),
    replies: {
      throttled: ({ refusedBy, retryAfterSeconds }) =>
        errorReply(
          429,
          { code: 'rate_limit', message: 'Request rate limit exceeded.' },
          {
            // The app itself names no time; a test's order does.
            ...(refusedBy === 'fault' ? { 'retry-after': String(retryAfterSeconds) } : {}),
            'stripe-rate-limited-reason': refusedBy === 'concurrency' ? 'global-concurrency' : 'global-rate',
          },
        ),
      failed: () => errorReply(500, { type: 'api_error', message: 'An unknown error occurred.' }),
      missing: ({ method, path }) => errorReply(404, { message: `Unrecognized request URL (${method}: ${path}).` }),
      refusal: (error) =>
        error instanceof NoSuchRecord
          ? errorReply(404, { code: 'resource_missing', message: error.message })
          : undefined,
    },
    edits: {
      ...plainEdits(ground.store),
      // Whatever a person makes first is a draft.
      create: (object, values, actor) =>
        ground.store.table(object).create(object === 'invoices' ? { status: 'draft', ...values } : values, actor),
    },
    courier: courier as Courier,
  });
}

/** Stripe on loopback; without `http` its webhooks stay with the courier. */
export function startSimulator({ port, http, ...options }: StripeOptions & ServeOptions): Promise<ServedSimulator> {
  return serve(makeSimulator(options), { port, http });
}

function makeAccount(options: StripeOptions): Account {
  const ground = makeGround(options, (object, random) => idSource(prefixes[object] ?? 'obj', random));
  const { store } = ground;
  const ids = new Map<string, () => string>();
  let invoices = 0;
  const events = keepEvents(() => account);
  const add = (object: string) => store.add(object, { idOrder: 'text' });
  const account: Account = {
    ground,
    customers: add('customers'),
    products: add('products'),
    prices: add('prices'),
    invoices: add('invoices'),
    events,
    id(prefix) {
      const next = ids.get(prefix) ?? idSource(prefix, ground.random(`ids ${prefix}`));
      ids.set(prefix, next);
      return next();
    },
    invoiceNumber: () => `SIM-${String(++invoices).padStart(4, '0')}`,
  };
  store.listen((change) => events.note(change));
  return account;
}

/** `Authorization: Bearer sk_…`, or the key as the name of basic credentials. */
function authenticate({ headers: { authorization = '' } }: SimRequest, key: string): void {
  const basic = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString('utf8');
  if (authorization === `Bearer ${key}` || basic === `${key}:`) return;
  const [message, code] = authorization
    ? ['Invalid API Key provided', 'api_key_invalid']
    : ['You did not provide an API key.', undefined];
  throw new Refused(errorReply(401, { message, code }));
}

/** A POST with an idempotency key that came before gets the answer it got then; other parameters under it are an error. */
function remembered({ ground }: Account, one: Route): Route {
  if (one.method !== 'POST') return one;
  const known = new Map<string, { at: number; body: string; path: string; reply: SimReply }>();
  return {
    ...one,
    answer(call) {
      const { headers, body, path } = call.request;
      const key = headers['idempotency-key'];
      if (!key) return one.answer(call);
      const now = ground.clock.now();
      const before = known.get(key);
      if (before && now - before.at < keyMilliseconds) {
        if (before.body === body && before.path === path) {
          return { ...before.reply, headers: { ...before.reply.headers, 'idempotent-replayed': 'true' } };
        }
        const message =
          'Keys for idempotent requests can only be used with the same parameters they were first used with.';
        return errorReply(400, { type: 'idempotency_error', message });
      }
      // A refusal of parameters throws, and is not kept: nothing was begun.
      const reply = one.answer(call);
      known.set(key, { at: now, body, path, reply });
      return reply;
    },
  };
}

function makeCourier({ ground }: Account, endpoints: Endpoints): Courier<SimEvent> {
  return new Courier<SimEvent>({
    clock: ground.clock,
    settings: ground.settings,
    random: ground.random('webhooks'),
    envelope: {
      most: 1,
      body: ([event]) => JSON.stringify(event, null, 2),
      headers({ url, body, now }) {
        const stamp = Math.floor(now / 1000);
        const signature = hmacSha256(endpoints.secretOf(url) ?? signingSecret, `${stamp}.${body}`);
        return { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${stamp},v1=${signature}` };
      },
      retryMilliseconds: (attempt) => (attempt < 15 ? 60_000 * 2 ** Math.min(attempt, 10) : undefined),
    },
  });
}
