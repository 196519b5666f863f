import { z } from '@hono/zod-openapi';
import type { Engine } from '../../engine/engine.ts';
import { nameOf, textOf } from '../../model/naming.ts';
import type { Seen } from '../../model/seen.ts';
import { across, type Side } from '../../model/value.ts';
import { listRecords } from '../../store/record-list.ts';
import { type WorkspaceSync, workspaceSyncs } from '../../store/workspace-syncs.ts';
import type { Installation } from '../installation.ts';
import { json, pageOf, route, routes } from '../route.ts';
import { recordIdSchema, recordSchema, shownRecord, sideSchema } from '../shown-record.ts';

const candidateSchema = z
  .object({
    side: sideSchema,
    id: z.string(),
    name: z.string().nullable(),
    facts: z
      .array(z.object({ field: z.string(), value: z.string() }))
      .openapi({ description: 'Names, addresses and numbers, to tell the records apart' }),
    taken: z.boolean().openapi({ description: 'It is in sync with another record already' }),
  })
  .openapi('MatchCandidate');

const ambiguousSchema = recordSchema
  .extend({
    candidates: z
      .array(candidateSchema)
      .openapi({ description: 'The record itself and all that could belong with it, on both sides' }),
  })
  .openapi('AmbiguousMatch');

const list = route('view', {
  method: 'get',
  path: '/',
  summary: 'Ambiguous matches that wait for a person, with the candidates of both sides',
  request: {
    query: z.object({
      sync: z.string().max(200).optional(),
      after: recordIdSchema.optional(),
      limit: z.coerce.number().int().min(1).max(50).default(20),
    }),
  },
  responses: { 200: json(pageOf(ambiguousSchema), 'A page of matches') },
});

/** Matches that a person settles: pair two, make a new one, or leave them (routes below /syncs). */
export function ambiguousRoutes(installation: Installation) {
  const { db, engine } = installation;
  return routes().openapi(list, async (c) => {
    const { sync, after, limit } = c.req.valid('query');
    const syncs = await workspaceSyncs(db, c.get('caller').workspace, sync ?? null);
    const byId = new Map(syncs.map((each) => [each.id, each]));
    const records = await listRecords(db, {
      syncs: syncs.map(({ id, ends }) => ({ id, feeds: { a: ends.a.feed, b: ends.b.feed } })),
      status: 'failing',
      categories: ['ambiguous-match', 'duplicate-in-target'],
      from: null,
      to: null,
      text: null,
      after: after ?? null,
      most: limit,
    });
    const items = [];
    for (const record of records) {
      const own = byId.get(record.sync);
      if (!own) continue;
      const side: Side = record.sides.a ? 'a' : 'b';
      const me = record.sides[side]?.id;
      const others = record.problem?.others ?? [];
      const candidates = me === undefined ? [] : await candidatesOf(engine, own, side, me, others);
      items.push({ ...shownRecord(record, own), candidates });
    }
    return c.json({ items, next: records.length === limit ? (records.at(-1)?.id ?? null) : null }, 200);
  });
}

/** Everyone that shares the key of the first match rule under which anyone is found. */
async function candidatesOf(
  engine: Engine,
  own: WorkspaceSync,
  side: Side,
  me: string,
  others: string[],
): Promise<z.infer<typeof candidateSchema>[]> {
  const sync = await engine.store.sync(own.id);
  const rules = await engine.rulebook.rules(sync);
  const specs = rules.match.map((rule) => rule.specs.map(({ id }) => id));
  const found = specs.length > 0 ? await engine.store.candidates(own.id, side, [me], specs) : new Map();
  const first = (found.get(me) ?? []).find(
    (each: { across: unknown[]; twins: unknown[] }) => each.across.length + each.twins.length > 0,
  );
  const near: { id: string; link: string | null }[] = first?.twins ?? [];
  const far: { id: string; link: string | null }[] = first?.across ?? others.map((id) => ({ id, link: null }));
  const shown = async (which: Side, list: { id: string; link: string | null }[]) => {
    const seen = await engine.store.records(
      own.ends[which].feed,
      list.map(({ id }) => id),
    );
    return list.flatMap(({ id, link }) => {
      const record = seen.find((each) => each.id === id && !each.gone);
      return record ? [{ side: which, id, ...factsOf(record, own, which), taken: link !== null }] : [];
    });
  };
  const mine = [{ id: me, link: null }, ...near.filter(({ id }) => id !== me)];
  return [...(await shown(side, mine)), ...(await shown(across(side), far))];
}

function factsOf({ values }: Seen, { ends }: WorkspaceSync, side: Side) {
  const { naming } = ends[side];
  const facts = (naming?.search ?? []).flatMap((field) => {
    const value = textOf(values[field]);
    return value === '' ? [] : [{ field, value }];
  });
  return { name: nameOf(naming, values), facts };
}
