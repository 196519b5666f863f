import { z } from '@hono/zod-openapi';
import type { Field } from '../../model/field.ts';
import { nameOf, namingOf } from '../../model/naming.ts';
import { compileTransform, LONGEST_EXPRESSION } from '../../model/transform.ts';
import { Trouble } from '../../model/types/trouble.ts';
import { userTable } from '../../model/users.ts';
import { across, type Values } from '../../model/value.ts';
import type { Installation } from '../installation.ts';
import { Matcher } from '../match-counts.ts';
import { accountNamed } from '../named.ts';
import { Refused } from '../problem.ts';
import { samplesOf } from '../record-samples.ts';
import { body, json, route, routes } from '../route.ts';
import { MOST_ASKED, MOST_MIRRORED, someRecords } from '../some-records.ts';
import { readSync, syncSettingsSchema } from '../sync-schema.ts';
import { compileTrial, type Trial } from '../trial.ts';
import { schemaNamed } from './account-objects.ts';

/** Sample records that a transform is tried on. */
const MOST_SAMPLES = 5;

const draftSchema = z.object({ key: z.string().max(200).optional(), settings: syncSettingsSchema }).openapi('Draft');
const complete = z.boolean().openapi({
  description: `false: not all were looked at, but ${MOST_MIRRORED} of what was read already, or ${MOST_ASKED} asked of the app`,
});

const matches = route('manage', {
  method: 'post',
  path: '/matches',
  summary: 'How many records would meet by these settings’ match rules, of those at hand',
  request: { body: body(draftSchema) },
  responses: {
    200: json(
      z
        .object({
          matched: z.number(),
          ambiguous: z.number(),
          onlyA: z.number(),
          onlyB: z.number(),
          complete,
          lookedAt: z.object({ a: z.number(), b: z.number() }),
        })
        .openapi('MatchCounts'),
      'The counts',
    ),
  },
});
const counted = z.object({ pass: z.number(), total: z.number(), complete });
const filterCounts = route('manage', {
  method: 'post',
  path: '/filter-counts',
  summary: 'How many records may start to sync, each way, of those at hand',
  request: { body: body(draftSchema) },
  responses: {
    200: json(
      z.object({ 'a-to-b': counted.nullable(), 'b-to-a': counted.nullable() }).openapi('FilterCounts'),
      'null: nothing goes that way',
    ),
  },
});
const tryTransform = route('manage', {
  method: 'post',
  path: '/try-transform',
  summary: 'What an expression makes of a few real records',
  request: {
    body: body(
      z
        .object({
          account: z.string(),
          object: z.string(),
          field: z.union([z.string(), z.array(z.string()).min(1).max(10)]),
          expression: z.string().max(LONGEST_EXPRESSION),
          region: z.string().length(2).optional().openapi({ description: 'The country of bare phone numbers' }),
          target: z
            .object({ account: z.string(), object: z.string(), field: z.string() })
            .optional()
            .openapi({ description: 'The field it is for; without it any text' }),
        })
        .openapi('TransformTrial'),
    ),
  },
  responses: {
    200: json(
      z.object({
        items: z.array(
          z.object({
            id: z.string(),
            name: z.string().nullable(),
            before: z.any(),
            after: z.any().optional(),
            problem: z.string().optional(),
          }),
        ),
      }),
      'A value or a problem for each; a wrong expression is 422 with the character where',
    ),
  },
});

/** Live counts and trials for settings in the making. Nothing is stored. */
export function draftCountRoutes(installation: Installation) {
  return routes()
    .openapi(matches, async (c) => {
      const { key = 'new', settings: given } = c.req.valid('json');
      const trial = await compileTrial(installation, c.get('caller').workspace, key || 'new', readSync(given));
      const matcher = new Matcher(trial.rules.match);
      const a = await lookAt(installation, trial, 'a', (values) => matcher.add('a', values));
      const b = await lookAt(installation, trial, 'b', (values) => matcher.add('b', values));
      const lookedAt = { a: a.records, b: b.records };
      return c.json({ ...matcher.count(), complete: a.complete && b.complete, lookedAt }, 200);
    })
    .openapi(filterCounts, async (c) => {
      const { key = 'new', settings: given } = c.req.valid('json');
      const trial = await compileTrial(installation, c.get('caller').workspace, key || 'new', readSync(given));
      const count = async (side: 'a' | 'b') => {
        if (!trial.rules.writes[across(side)]) return null;
        let pass = 0;
        const { records, complete: whole } = await lookAt(installation, trial, side, (values) => {
          if (trial.rules.starts(side, values).is === 'in') pass++;
        });
        return { pass, total: records, complete: whole };
      };
      return c.json({ 'a-to-b': await count('a'), 'b-to-a': await count('b') }, 200);
    })
    .openapi(tryTransform, async (c) => {
      const { workspace } = c.get('caller');
      const { account, object, field, expression, region, target } = c.req.valid('json');
      const row = await accountNamed(installation, workspace, account);
      const schema = await schemaNamed(installation, row, object);
      const sources = [field].flat().map((name) => fieldNamed(schema.fields, name, 'field'));
      const goal = target ? await targetOf(installation, workspace, target) : anyText;
      const users = userTable({ a: [], b: [] }, {});
      const place = {
        sources,
        fields: schema.fields,
        target: goal,
        to: 'b' as const,
        users,
        ...(region ? { region } : {}),
      };
      const made = compileTransform(expression, place);
      if ('message' in made) throw wrong(made);
      const { items } = await samplesOf(installation, row, schema, MOST_SAMPLES);
      const naming = namingOf(schema);
      const tried = items.map(({ id, values }) => {
        const given = sources.map(({ name }) => values[name] ?? null);
        const taken = made.run(given, values);
        const shown = { id, name: nameOf(naming, values), before: given.length === 1 ? given[0] : given };
        return taken instanceof Trouble ? { ...shown, problem: taken.message } : { ...shown, after: taken };
      });
      return c.json({ items: tried }, 200);
    });
}

const anyText: Field = { name: 'result', label: 'the result', type: 'long-text', writable: 'always' };

function lookAt(installation: Installation, trial: Trial, side: 'a' | 'b', see: (values: Values) => void) {
  const ask = { account: trial.accounts[side].id, object: trial.settings[side].object, fields: trial.fields[side] };
  return someRecords(installation, ask, ({ values }) => see(values));
}

async function targetOf(
  installation: Installation,
  workspace: string,
  { account, object, field }: { account: string; object: string; field: string },
): Promise<Field> {
  const row = await accountNamed(installation, workspace, account);
  return fieldNamed((await schemaNamed(installation, row, object)).fields, field, 'target.field');
}

function fieldNamed(fields: Field[], name: string, path: string): Field {
  const found = fields.find((each) => each.name === name);
  if (found) return found;
  const message = `there is no field ${name}`;
  throw new Refused(422, `${path}: ${message}`, [{ path, message }]);
}

function wrong({ message, at }: { message: string; at?: number }): Refused {
  const where = at === undefined ? '' : ` (at character ${at + 1})`;
  return new Refused(422, `the expression ${message}${where}`, [{ path: 'expression', message: `${message}${where}` }]);
}
