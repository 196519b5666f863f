import assert from 'node:assert/strict';
import type { Http } from '../../lib/http.ts';
import { classify } from '../classify.ts';
import type { RateLimit } from '../contract.ts';
import { Failure } from '../failure.ts';
import type { HttpRequest, Reply } from '../session.ts';
import { type Bench, create, has, readPass } from './bench.ts';

/** Limits above this are not worth running into: the gauge that keeps them is the same. */
const mostCallsTested = 500;

/** Every test of calls as such (limits, trouble, secrets), by its name. */
export const calling: Record<string, (bench: Bench) => Promise<void>> = {
  'W5 the declared limits are kept, whatever is asked for at once': async (bench) => {
    const { rig } = bench;
    if (rig.time !== 'simulated') return;
    const times: { at: number; request: HttpRequest }[] = [];
    const http = watched(rig.http, (request) => times.push({ at: rig.clock.monotonic(), request }));
    const session = bench.open({ http, waitMostSeconds: 3600 });
    const limits = rig.connector.limits.filter((limit) => limit.gauge === 'rate' && limit.most <= mostCallsTested);
    const calls = Math.max(20, ...limits.map((limit) => limit.most * 2 + 5));
    await Promise.all(Array.from({ length: calls }, () => rig.connector.whoami(session)));
    for (const limit of limits) assertKept(limit, times);
  },

  'W5 a refusal for being too fast is waited out as long as the app says': async (bench) => {
    const { rig, object } = bench;
    const throttle = rig.faults?.throttle;
    if (!has(bench, 'throttle', throttle)) return;
    await object.reads.page(bench.session, { fields: bench.fields });
    await throttle(7);
    const before = rig.clock.monotonic();
    await object.reads.page(bench.session, { fields: bench.fields });
    assert.ok(rig.clock.monotonic() - before >= 7000, 'Retry-After is obeyed');
  },

  'W5 a wait longer than the session may wait fails as throttled and says how long': async (bench) => {
    const { rig, object } = bench;
    const throttle = rig.faults?.throttle;
    if (!has(bench, 'throttle', throttle)) return;
    const session = bench.open({ waitMostSeconds: 5 });
    await object.reads.page(session, { fields: bench.fields });
    await throttle(60);
    const failure = await object.reads.page(session, { fields: bench.fields }).catch((error) => error);
    assert.ok(failure instanceof Failure);
    assert.equal(failure.kind, 'throttled');
    assert.ok((failure.retrySeconds ?? 0) > 50 && (failure.retrySeconds ?? 0) <= 60);
  },

  'W5 a read is repeated when the app breaks down or its answer breaks off': async (bench) => {
    const { rig } = bench;
    const faults = rig.faults;
    if (!has(bench, 'outages', faults?.breakBefore)) return;
    const ids = await rig.person.make([rig.record(1)]);
    await rig.settle();
    await readPass(bench);
    for (const fault of [faults?.breakBefore, faults?.cutAnswer, faults?.loseAnswer]) {
      await fault?.();
      assert.deepEqual([...(await readPass(bench)).records.keys()], ids);
    }
  },

  'every documented error is classified, and no other reply is taken for a success': async (bench) => {
    const { rig } = bench;
    if (!has(bench, 'documented errors', rig.errors)) return;
    for (const error of rig.errors) {
      const verdict = classify(rig.connector, replyOf(error.status, error.body, error.headers), 0);
      const kind = typeof verdict === 'object' ? 'throttled' : verdict;
      assert.equal(kind, error.kind, error.name);
    }
    for (const status of [400, 403, 404, 418, 499, 500, 502, 503, 504, 520, 599]) {
      for (const body of ['', '<html>Bad Gateway</html>', '{}', '[]', '{"status":', 'null']) {
        const reply = replyOf(status, body);
        assert.notEqual(classify(rig.connector, reply, 0), 'fine', `${status} ${body}`);
        rig.connector.explain?.(reply);
      }
    }
  },

  'wrong secrets are unauthorized, and no secret shows in an error or a log line': async (bench) => {
    const { rig, logged } = bench;
    const wrong = Object.fromEntries(
      Object.entries(rig.secrets).map(([name, secret]) => [name, wrongFor(name, secret)]),
    );
    if (rig.cannot['wrong secrets'] === undefined) {
      const failure = await rig.connector.whoami(bench.open({ secrets: wrong })).catch((error) => error);
      assert.ok(failure instanceof Failure, `expected a Failure, not ${failure}`);
      assert.equal(failure.kind, 'unauthorized');
      assertClean(failure, Object.values(wrong));
    }
    await rig.connector.whoami(bench.session);
    await rig.faults?.breakBefore?.();
    if (bench.object.writes?.create) {
      await create(bench, [rig.record(1)]).catch((error) => assertClean(error, Object.values(rig.secrets)));
    }
    const said = logged.join('\n');
    for (const secret of [...Object.values(rig.secrets), ...Object.values(wrong)]) {
      if (secret.length >= 4) assert.ok(!said.includes(secret), 'a log line holds a secret');
    }
  },

  'values of records show in no log line': async (bench) => {
    const { rig, logged } = bench;
    const secretText = 'Zyxwvut-87654321';
    await rig.person.make([{ ...rig.record(1), [rig.fields.text]: secretText }]);
    await rig.settle();
    await readPass(bench);
    if (bench.object.writes?.create) await create(bench, [{ ...rig.record(2), [rig.fields.text]: secretText }]);
    assert.ok(!logged.join('\n').includes(secretText));
  },
};

/** No window of the limit's length holds more calls than it allows. */
function assertKept(limit: RateLimit, times: { at: number; request: HttpRequest }[]): void {
  const counted = times.filter(({ request }) => limit.requests?.(request) ?? true);
  const window = (limit.windowSeconds ?? 1) * 1000;
  for (let last = 0, first = 0; last < counted.length; last++) {
    while ((counted[last]?.at ?? 0) - (counted[first]?.at ?? 0) >= window) first++;
    assert.ok(last - first + 1 <= limit.most, `${limit.name}: ${last - first + 1} calls in a window for ${limit.most}`);
  }
}

function watched(http: Http, see: (request: HttpRequest) => void): Http {
  return {
    request(request) {
      see({ method: request.method, url: request.url });
      return http.request(request);
    },
  };
}

function wrongFor(name: string, secret: string): string {
  return URL.parse(secret)?.password ? secret.replace(/:[^:@/]+@/, ':not-the-password@') : `not-the-${name}`;
}

function assertClean(error: unknown, secrets: string[]): void {
  const said = error instanceof Error ? `${error.message} ${error.stack} ${String(error.cause)}` : String(error);
  for (const secret of secrets) {
    if (secret.length >= 4) assert.ok(!said.includes(secret), 'an error holds a secret');
  }
}

function replyOf(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const json = <T>(): T => {
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new Failure('broken', 'not JSON');
    }
  };
  return { status, headers, text, json };
}
