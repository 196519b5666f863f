import { type Admin, type AppEdits, makeAdmin } from './admin.ts';
import { adminPrefix, adminRoutes } from './admin-routes.ts';
import type { Fault } from './faults.ts';
import type { Ground } from './ground.ts';
import { type Gauge, type GaugeState, Limits, type Verdict } from './limits.ts';
import { makeRouter, type Route, type RouteMatch } from './router.ts';
import { Refused, type SimReply } from './sim-reply.ts';
import type { SimRequest } from './sim-request.ts';
import { drawFrom } from './sim-settings.ts';
import type { SimAccount, Simulator } from './simulator.ts';

/** What an app says of itself; the kit does the rest. */
export interface AppParts {
  app: string;
  /** What a sync file needs to reach it at an address. */
  accountAt(url: string): SimAccount;
  routes: Route[];
  /** Rewrites a path before its route is looked for: several versions of an API may share routes. */
  pathOf?(path: string): string;
  gauges: Gauge[];
  /** The most calls it answers at once. */
  concurrency?: number;
  /** Headers that tell a caller how much of the limits is left. */
  limitHeaders?(state: Record<string, GaugeState>, request: SimRequest): Record<string, string>;
  /** Refuses a call without valid credentials, by throwing `Refused`. */
  authenticate(request: SimRequest): void;
  replies: AppReplies;
  edits: AppEdits;
  courier?: Simulator['courier'];
  oauth?: Simulator['oauth'];
}

/** How an app words what can happen to any call. */
export interface AppReplies {
  throttled(verdict: Verdict): SimReply;
  failed(): SimReply;
  missing(request: SimRequest): SimReply;
  /** The reply to an error thrown by a handler; undefined for one that is a bug. */
  refusal(error: unknown): SimReply | undefined;
}

/** Puts an app together: limits, credentials, routes, faults, and the admin side. */
export function assemble(ground: Ground, parts: AppParts): Simulator {
  const limits = new Limits(parts.gauges, parts.concurrency);
  const admin = makeAdmin(ground, { limits, edits: parts.edits, courier: parts.courier, oauth: parts.oauth?.server });
  const answerAdmin = adminAnswerer(admin);
  const answerCall = callAnswerer(ground, parts, limits);
  const latency = ground.random('latency');
  return {
    app: parts.app,
    url: `http://${parts.app}.simulated`,
    accountAt: parts.accountAt,
    clock: ground.clock,
    admin,
    courier: parts.courier,
    oauth: parts.oauth,
    handle: (request) => {
      if (request.path.startsWith(adminPrefix)) return answerAdmin(request);
      const fault = ground.faults.draw(request);
      const reply = struckBefore(fault, parts.replies) ?? struckAfter(answerCall(request), fault, parts.replies);
      const delayMilliseconds = drawFrom(ground.settings.latencyMilliseconds, latency) + (reply.delayMilliseconds ?? 0);
      const headers = { date: new Date(ground.clock.now()).toUTCString(), ...reply.headers };
      return { ...reply, headers, ...(delayMilliseconds > 0 ? { delayMilliseconds } : {}) };
    },
  };
}

function adminAnswerer(admin: Admin): (request: SimRequest) => SimReply {
  const find = makeRouter(adminRoutes(admin));
  return (request) => {
    const match = find(request.method, request.path);
    if (!match) return { status: 404, headers: {}, body: `no ${request.method} ${request.path}` };
    try {
      return match.route.answer({ request, params: match.params });
    } catch (error) {
      if (error instanceof Refused) return error.reply;
      return { status: 400, headers: {}, body: error instanceof Error ? error.message : String(error) };
    }
  };
}

function callAnswerer(ground: Ground, parts: AppParts, limits: Limits): (request: SimRequest) => SimReply {
  const find = makeRouter(parts.routes);
  return (request) => {
    const match = find(request.method, parts.pathOf?.(request.path) ?? request.path);
    const name = `${request.method} ${match?.route.path ?? request.path}`;
    ground.calls.set(name, (ground.calls.get(name) ?? 0) + 1);
    const verdict = limits.admit(request, ground.clock.now(), ground.settings.limits);
    const reply = verdict.refusedBy !== undefined ? parts.replies.throttled(verdict) : answered(parts, request, match);
    const headers = parts.limitHeaders?.(limits.state(ground.clock.now()), request);
    return headers ? { ...reply, headers: { ...reply.headers, ...headers } } : reply;
  };
}

function answered(parts: AppParts, request: SimRequest, match: RouteMatch | undefined): SimReply {
  try {
    if (!match) return parts.replies.missing(request);
    parts.authenticate(request);
    return match.route.answer({ request, params: match.params });
  } catch (error) {
    const refusal = error instanceof Refused ? error.reply : parts.replies.refusal(error);
    if (!refusal) throw error;
    return refusal;
  }
}

function struckBefore(fault: Fault | undefined, replies: AppReplies): SimReply | undefined {
  switch (fault?.kind) {
    case '429':
      return replies.throttled({ refusedBy: 'fault', retryAfterSeconds: fault.seconds });
    case '500-before':
      return replies.failed();
    case 'drop-before':
      return { status: 0, headers: {}, body: '', broken: 'dropped' };
    default:
      return undefined;
  }
}

function struckAfter(reply: SimReply, fault: Fault | undefined, replies: AppReplies): SimReply {
  switch (fault?.kind) {
    case '500-after':
      return replies.failed();
    case 'drop-after':
      return { ...reply, broken: 'dropped' };
    case 'truncated':
      return { ...reply, broken: 'cut' };
    case 'slow':
      return { ...reply, delayMilliseconds: fault.seconds * 1000 };
    case 'bad-json':
      return { ...reply, body: `${reply.body.slice(0, Math.floor(reply.body.length / 2))}<html>` };
    case 'empty':
      return { ...reply, body: emptied(reply.body) };
    default:
      return reply;
  }
}

/** Lists at the top of the body are empty, and nothing tells that there was more. */
function emptied(body: string): string {
  const content: unknown = body.startsWith('{') ? JSON.parse(body) : undefined;
  if (content === undefined) return body;
  const lists = Object.entries(content as object).filter(([, value]) => Array.isArray(value));
  return JSON.stringify(Object.fromEntries(lists.map(([name]) => [name, []])));
}
