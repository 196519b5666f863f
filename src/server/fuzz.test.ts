import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { healthRig } from './health-rig.ts';
import { firstAdmin, type TestBrowser } from './test-browser.ts';
import { bodyFor, filled, fitting, type Operation, operationsOf } from './test-operations.ts';

/** Calls of each operation: fitting ones, spoilt ones, and anything at all. */
const CALLS = 14;
/** No call may take longer, in milliseconds. */
const MOST_MILLISECONDS = 15_000;

/** Operations that are held open, or end what the others need. */
const apart = ['GET /events', 'DELETE /workspaces/{workspace}'];

const hostile: unknown[] = [
  null,
  '',
  '\u0000',
  '\ud800',
  "'; drop table syncline.account; --",
  '../../etc/passwd',
  '{{constructor.constructor("return 1")()}}',
  '\u202e\u2028😀',
  'x'.repeat(70_000),
  -1,
  0,
  1.5,
  1e308,
  2 ** 53,
  true,
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: 1, constructor: 2, toString: 3 },
  '9999-12-31T23:59:59Z',
  '-0001-01-01',
];

test('no body, query or path brings about a fault of the server, and every refusal says what to do', async () => {
  const { rig } = await healthRig();
  const admin = await firstAdmin(rig.installation);
  const seen = { answered: 0, refused: 0 };
  for (const operation of operationsOf(rig)) {
    if (apart.includes(`${operation.method} ${operation.path}`)) continue;
    for (let seed = 1; seed <= CALLS; seed++) {
      const draw = drawing(seed * 1000 + operation.path.length);
      const path = `${filled(operation.path, () => String(draw(names)))}${await queryOf(operation, seed, draw)}`;
      const body = await spoilt(operation, seed, draw);
      const from = performance.now();
      const answer = await send(admin, operation, path, body);
      const what = `${operation.method} ${path.slice(0, 300)} ${JSON.stringify(body)?.slice(0, 600)} → ${answer.status} ${answer.text.slice(0, 300)}`;
      assert.ok(answer.status < 500, what);
      assert.ok(performance.now() - from < MOST_MILLISECONDS, `it took too long: ${what}`);
      if (answer.status < 400) seen.answered++;
      else {
        seen.refused++;
        assert.ok(answer.body?.detail?.length > 0, `a refusal without a word: ${what}`);
      }
    }
  }
  assert.ok(seen.answered > 100 && seen.refused > 200, JSON.stringify(seen));
});

const names = [
  'people',
  'one',
  'hubspot',
  'contacts',
  '1',
  'default',
  ...hostile.filter((each) => typeof each === 'string' && each.length < 1000 && each !== '\ud800'),
];

/** Draws from a list, the same for the same seed. */
function drawing(seed: number): <Value>(values: readonly Value[]) => Value {
  let next = seed;
  return (values) => {
    next = (next * 48_271) % 2_147_483_647;
    return values[next % values.length] as never;
  };
}

async function queryOf(
  { query, components }: Operation,
  seed: number,
  draw: ReturnType<typeof drawing>,
): Promise<string> {
  const parts = new URLSearchParams();
  for (const [name, schema] of Object.entries(query)) {
    const value = draw(['fitting', 'hostile', 'none']);
    if (value === 'fitting') parts.set(name, textOf(await fitting(schema, components, seed)));
    if (value === 'hostile') parts.set(name, textOf(draw(hostile)).toWellFormed().slice(0, 2000));
  }
  const text = parts.toString();
  return text === '' ? '' : `?${text}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** A fitting body, one with a value in it replaced by a hostile one, or any JSON at all. */
async function spoilt(operation: Operation, seed: number, draw: ReturnType<typeof drawing>): Promise<unknown> {
  const body = await bodyFor(operation, seed);
  if (body === undefined || seed % 5 === 0) return body;
  if (seed % 5 === 1) return fc.sample(fc.jsonValue(), { seed, numRuns: 1 })[0];
  const copy = structuredClone(body);
  const places = placesOf(copy);
  if (places.length === 0) return draw(hostile);
  for (let times = 0; times < (seed % 3) + 1; times++) {
    const { holder, name } = draw(places);
    holder[name] = draw(hostile);
  }
  return copy;
}

interface Place {
  holder: Record<string, unknown>;
  name: string;
}

function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesOf(holder[name])]);
}

async function send(admin: TestBrowser, { method }: Operation, path: string, body: unknown) {
  return admin.call(method, `/api/v1${path}`, body, { 'if-match': '"1"' });
}
