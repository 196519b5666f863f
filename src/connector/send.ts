import type { Random } from '../lib/random.ts';
import { traced } from '../lib/trace.ts';
import type { RateLimit } from './contract.ts';
import { type Call, defaultTimeoutSeconds, exchange } from './exchange.ts';
import { Failure } from './failure.ts';
import type { Gauges, Need } from './gauges.ts';
import type { SessionParts } from './open-session.ts';
import type { HttpRequest, Reply } from './session.ts';

/** How long limits are waited out where the owner does not say. */
const defaultWaitMostSeconds = 120;

/** Repeats of a read, or of a write that surely did not arrive, while the app is unavailable. */
const mostRepeats = 3;

/** Refusals for being too fast that one call takes before it fails as throttled. */
const mostThrottles = 8;

/** Pauses between repeats: doubling from the first to the longest, each shortened by chance. */
const firstPauseSeconds = 0.5;
const longestPauseSeconds = 30;

/** All that sending needs to know of a session. */
export interface Wire extends Omit<Call, 'secrets'> {
  state: { secrets: Record<string, string>; calls: number };
  gauges: Gauges;
  /** Replaces these secrets with new ones, once however many calls ask. */
  renew(stale: Record<string, string>): Promise<void>;
}

/**
 * Waits until the account's limits allow it, sends, and repeats what may be repeated: anything that was refused for being
 * too fast, once after new secrets, and what surely had no effect while the app is unavailable. Throws `Failure`.
 */
export async function send(wire: Wire, request: HttpRequest): Promise<Reply> {
  const { parts, state } = wire;
  const patience = { waitedSeconds: 0, throttles: 0, repeats: 0, renewals: 0 };
  for (;;) {
    const leave = await enter(wire, request, patience);
    const secrets = state.secrets;
    state.calls += 1;
    const outcome = await traced('call', { account: parts.account, method: request.method }, async (note) => {
      const made = await exchange({ ...wire, secrets }, request);
      note({ outcome: made.failure?.kind ?? 'answered' });
      return made;
    }).finally(leave);
    if (outcome.reply) await observe(wire, request, outcome.reply);
    if (!outcome.failure) return outcome.reply;
    const { failure } = outcome;
    if (failure.kind === 'unauthorized' && parts.renewSecrets && patience.renewals < 1) {
      patience.renewals += 1;
      await wire.renew(secrets);
    } else if (failure.kind === 'throttled' && patience.throttles < mostThrottles) {
      const seconds = failure.retrySeconds ?? pauseSeconds(parts.random, patience.throttles);
      patience.throttles += 1;
      await wire.gauges.block(parts.account, seconds);
    } else if (outcome.repeatable && patience.repeats < mostRepeats) {
      const seconds = pauseSeconds(parts.random, patience.repeats);
      patience.repeats += 1;
      await pause(parts, seconds);
    } else {
      throw failure;
    }
  }
}

/** Takes room on the account's gauges, waiting within the call's patience; gives back what releases it. */
async function enter(wire: Wire, request: HttpRequest, patience: { waitedSeconds: number }): Promise<() => void> {
  const { connector, parts, settings, gauges } = wire;
  const needs = connector.limits.flatMap((limit) => needOf(limit, request, settings, parts.dailyShare ?? 1));
  const timeoutSeconds = request.timeoutSeconds ?? parts.timeoutSeconds ?? defaultTimeoutSeconds;
  const most = parts.waitMostSeconds ?? defaultWaitMostSeconds;
  for (;;) {
    const leftSeconds = ((parts.deadline?.() ?? Number.POSITIVE_INFINITY) - parts.clock.monotonic()) / 1000;
    if (leftSeconds < timeoutSeconds) {
      throw new Failure('unavailable', `no time is left for another call to ${parts.account}: the run goes on later`);
    }
    const entered = await gauges.enter(parts.account, needs);
    if ('leave' in entered) return entered.leave;
    const { waitSeconds, freed } = entered;
    const tooLong = patience.waitedSeconds + (freed === undefined ? waitSeconds : 0) > most;
    if (tooLong || waitSeconds + timeoutSeconds > leftSeconds) {
      const message = `${connector.app.label} (${parts.account}) has reached a limit; it is called again in ${Math.ceil(waitSeconds)} s`;
      throw new Failure('throttled', message, { retrySeconds: waitSeconds });
    }
    const before = parts.clock.monotonic();
    await pause(parts, waitSeconds, freed);
    patience.waitedSeconds += (parts.clock.monotonic() - before) / 1000;
  }
}

/** Sleeps, or until room was freed. Throws `Failure` 'unavailable' once the owner stops. */
async function pause({ account, clock, stop }: SessionParts, seconds: number, freed?: Promise<void>): Promise<void> {
  const awake = new AbortController();
  const wake = () => awake.abort();
  stop?.addEventListener('abort', wake);
  if (stop?.aborted) wake();
  const slept = clock.sleep(seconds * 1000, awake.signal).catch(() => {});
  await Promise.race([slept, freed ?? slept]).finally(() => {
    stop?.removeEventListener('abort', wake);
    wake();
  });
  if (stop?.aborted)
    throw new Failure('unavailable', `${account}: stopped on request; the next run goes on`, { retrySeconds: 0 });
}

function needOf(limit: RateLimit, request: HttpRequest, settings: Record<string, string>, dailyShare: number): Need[] {
  if (limit.requests && !limit.requests(request)) return [];
  const chosen = Number(limit.setting && settings[limit.setting]);
  const whole = chosen > 0 ? chosen : limit.most;
  const most = limit.gauge === 'daily' ? whole * dailyShare : whole;
  return [{ limit, most, kept: whole - most, cost: limit.cost?.(request) ?? 1 }];
}

async function observe(wire: Wire, request: HttpRequest, reply: Reply): Promise<void> {
  for (const limit of wire.connector.limits) {
    if (limit.requests && !limit.requests(request)) continue;
    const told = limit.observe?.(reply);
    if (told) await wire.gauges.observe(wire.parts.account, limit, told);
  }
}

function pauseSeconds(random: Random, before: number): number {
  return Math.min(firstPauseSeconds * 2 ** before, longestPauseSeconds) * (0.5 + random.next() / 2);
}
