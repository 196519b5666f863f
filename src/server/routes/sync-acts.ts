import { z } from '@hono/zod-openapi';
import { leave, makeNew, pairUp, recreate, retry, takeBack, unlink } from '../../engine/acts.ts';
import type { LinkChoice } from '../../store/link-choice.ts';
import type { WorkspaceSync } from '../../store/workspace-syncs.ts';
import { actOn, countSchema, patiently, type Which, whichSchema } from '../acting.ts';
import { audit } from '../audit.ts';
import type { Caller } from '../caller.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { body, json, route, routes } from '../route.ts';
import { findSync, recordIdSchema, SIDES } from '../shown-record.ts';

const params = z.object({ sync: z.string().openapi({ example: 'contacts' }) });
const counted = { 200: json(countSchema, 'How many records it is about') };

/** The path's letters stay in its type: the page's typed client knows the route by them. */
const onWhich = <const Path extends string>(path: Path, summary: string) =>
  route('manage', {
    method: 'post',
    path: `/{sync}/${path}` as const,
    summary,
    request: { params, body: body(whichSchema) },
    responses: counted,
  });

const recreateRoute = route('manage', {
  method: 'post',
  path: '/{sync}/recreate',
  summary: 'Make deleted records again on the side that lost them: one, some or all',
  request: {
    params,
    body: body(whichSchema.extend({ side: z.enum(['a', 'b', 'either']).default('either') }).openapi('Recreate')),
  },
  responses: counted,
});

const pairRoute = route('manage', {
  method: 'post',
  path: '/{sync}/pair',
  summary: 'These two records belong together: settles an ambiguous match',
  request: {
    params,
    body: body(
      z
        .object({ a: z.string().min(1).max(2000), b: z.string().min(1).max(2000) })
        .openapi('PairOfRecords', { description: "The records' ids in their apps" }),
    ),
  },
  responses: counted,
});

const newRoute = route('manage', {
  method: 'post',
  path: '/{sync}/make-new',
  summary: 'These records have no partner: one is made across',
  request: {
    params,
    body: body(z.object({ records: z.array(recordIdSchema).min(1).max(1000) }).openapi('MakeNew')),
  },
  responses: counted,
});

/** What people do about records of a sync. */
export function syncActRoutes(installation: Installation) {
  const { engine } = installation;
  return routes()
    .openapi(onWhich('retry', 'Plan failing records again at once: one, some or all'), async (c) => {
      const act: Act = (sync, links) => retry(engine, sync, { links });
      const asked = { caller: c.get('caller'), key: c.req.valid('param').sync, which: c.req.valid('json') };
      return c.json(await carryOut(installation, asked, 'records.retried', FAILING, act), 200);
    })
    .openapi(recreateRoute, async (c) => {
      const { side, ...which } = c.req.valid('json');
      const act: Act = (sync, links) => recreate(engine, sync, links, side);
      const asked = { caller: c.get('caller'), key: c.req.valid('param').sync, which };
      const sides = side === 'either' ? SIDES : [side];
      let count = 0;
      // Named ones are gone through once; of all those that were deleted, each side's in turn.
      for (const lost of which.all ? sides : sides.slice(0, 1)) {
        const choice: LinkChoice = { ...FAILING, category: `deleted-in-${lost}` };
        count += (await carryOut(installation, asked, 'records.re-created', choice, act)).count;
      }
      return c.json({ count }, 200);
    })
    .openapi(onWhich('unlink', 'Unlink pairs for good: both records stay as they are'), async (c) => {
      const act: Act = (sync, links) => unlink(engine, sync, links);
      const asked = { caller: c.get('caller'), key: c.req.valid('param').sync, which: c.req.valid('json') };
      return c.json(await carryOut(installation, asked, 'records.unlinked', FAILING, act), 200);
    })
    .openapi(onWhich('leave', 'Leave records alone until somebody takes them back'), async (c) => {
      const act: Act = (sync, links) => leave(engine, sync, links);
      const asked = { caller: c.get('caller'), key: c.req.valid('param').sync, which: c.req.valid('json') };
      return c.json(await carryOut(installation, asked, 'records.left', FAILING, act), 200);
    })
    .openapi(onWhich('take-back', 'Take records back that were left alone or unlinked'), async (c) => {
      const act: Act = (sync, links) => takeBack(engine, sync, links);
      const asked = { caller: c.get('caller'), key: c.req.valid('param').sync, which: c.req.valid('json') };
      const choice: LinkChoice = { status: 'excluded', category: null, held: null };
      return c.json(await carryOut(installation, asked, 'records.taken-back', choice, act), 200);
    })
    .route('/', pairingRoutes(installation));
}

/** How an ambiguous match is settled. */
function pairingRoutes(installation: Installation) {
  const { engine, clock, wake } = installation;
  return routes()
    .openapi(pairRoute, async (c) => {
      const sync = await findSync(installation, c.get('caller').workspace, c.req.valid('param').sync);
      const { a, b } = c.req.valid('json');
      await mustLive(installation, sync, { a, b });
      await patiently(clock, () => pairUp(engine, sync.id, a, b));
      wake();
      await audit(installation, c.get('caller'), 'records.paired', { sync: sync.key, a, b });
      return c.json({ count: 1 }, 200);
    })
    .openapi(newRoute, async (c) => {
      const act: Act = async (sync, links) => {
        let count = 0;
        for (const link of links) count += await makeNew(engine, sync, link);
        return count;
      };
      const asked = { caller: c.get('caller'), key: c.req.valid('param').sync, which: c.req.valid('json') };
      return c.json(await carryOut(installation, asked, 'records.made-new', FAILING, act), 200);
    });
}

type Act = (sync: string, links: string[]) => Promise<number>;

async function carryOut(
  installation: Installation,
  { caller, key, which }: { caller: Caller; key: string; which: Which },
  about: string,
  choice: LinkChoice,
  act: Act,
): Promise<{ count: number }> {
  if (!which.records && !which.category && !which.all)
    throw new Refused(400, 'say which records: records (ids), category, or all: true');
  const sync = await findSync(installation, caller.workspace, key);
  const count = await actOn(installation, sync.id, which, choice, (links) => act(sync.id, links));
  const records = which.records ? which.records.length : (which.category ?? 'all');
  await audit(installation, caller, about, { sync: key, records, count });
  return { count };
}

/** What `all` means where it is not said: all that fail. */
const FAILING: LinkChoice = { status: 'failing', category: null, held: null };

async function mustLive(
  { engine }: Installation,
  sync: WorkspaceSync,
  records: { a: string; b: string },
): Promise<void> {
  for (const side of ['a', 'b'] as const) {
    const [seen] = await engine.store.records(sync.ends[side].feed, [records[side]]);
    if (!seen || seen.gone)
      throw new Refused(
        422,
        `${sync.ends[side].account} has no ${sync.ends[side].object} with the id ${records[side]}`,
      );
  }
}
