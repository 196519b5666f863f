import { type Route, route } from '../../simulator/router.ts';
import { jsonReply } from '../../simulator/sim-reply.ts';
import { type Account, seconds } from './simulator-account.ts';
import { invalid, noSuch } from './simulator-error.ts';
import type { SimEvent } from './simulator-events.ts';
import { parametersOf, refuseUnknown, textIn, textsIn } from './simulator-form.ts';
import { page } from './simulator-lists.ts';

/** Where the account sends its events: endpoints that were made by the API, each with a secret of its own. */
export interface Endpoints {
  routes: Route[];
  /** Addresses that want the event. */
  addressesFor(event: SimEvent): string[];
  /** The secret that what goes to this address is signed with. */
  secretOf(address: string): string | undefined;
}

/** An endpoint, as the client's `WebhookEndpoint`. */
interface Endpoint {
  id: string;
  object: 'webhook_endpoint';
  api_version: string | null;
  created: number;
  enabled_events: string[];
  livemode: false;
  status: 'enabled';
  url: string;
}

/** The endpoints of an account that has none yet. */
export function makeEndpoints(account: Account): Endpoints {
  const endpoints: Endpoint[] = [];
  const secrets = new Map<string, string>();
  const at = (id: string) => {
    const found = endpoints.findIndex((one) => one.id === id);
    if (found < 0) throw noSuch('webhook endpoint', id, 'id', 'path');
    return found;
  };
  const routes = [
    route('GET', '/v1/webhook_endpoints', ({ request }) =>
      jsonReply(200, page('/v1/webhook_endpoints', endpoints.toReversed(), parametersOf(request))),
    ),
    route('GET', '/v1/webhook_endpoints/{id}', ({ params: { id = '' } }) => jsonReply(200, endpoints[at(id)])),
    route('POST', '/v1/webhook_endpoints', ({ request }) => {
      const parameters = parametersOf(request);
      refuseUnknown(parameters, ['url', 'enabled_events', 'api_version', 'description', 'metadata', 'connect']);
      const url = textIn(parameters, 'url') ?? '';
      const enabled = textsIn(parameters, 'enabled_events') ?? [];
      if (!URL.canParse(url)) throw invalid('Invalid URL: an explicit scheme (such as https) must be provided.', 'url');
      if (enabled.length === 0) throw invalid('Missing required param: enabled_events.', 'enabled_events');
      const endpoint: Endpoint = {
        id: account.id('we'),
        object: 'webhook_endpoint',
        api_version: textIn(parameters, 'api_version') ?? null,
        created: seconds(account.ground.clock.now()),
        enabled_events: enabled,
        livemode: false,
        status: 'enabled',
        url,
      };
      const secret = account.id('whsec');
      endpoints.push(endpoint);
      secrets.set(url, secret);
      // Told this once.
      return jsonReply(200, { ...endpoint, secret });
    }),
    route('DELETE', '/v1/webhook_endpoints/{id}', ({ params: { id = '' } }) => {
      endpoints.splice(at(id), 1);
      return jsonReply(200, { id, object: 'webhook_endpoint', deleted: true });
    }),
  ];
  return {
    routes,
    addressesFor: ({ type }) =>
      endpoints
        .filter(({ enabled_events: wanted }) => wanted.includes('*') || wanted.includes(type))
        .map(({ url }) => url),
    secretOf: (address) => secrets.get(address),
  };
}
