import { z } from '@hono/zod-openapi';
import { changeRole, LastAdmin, type MemberRow, readMember, readMembers, removeMember } from '../../store/people.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { body, json, pageOf, route, routes } from '../route.ts';
import { pageQuery } from '../text-schema.ts';
import { roleSchema } from './me.ts';

const personSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: roleSchema,
    secondFactor: z.boolean(),
    since: z.iso.datetime(),
    seenAt: z.iso.datetime().nullable().openapi({ description: 'About when they were last here' }),
  })
  .openapi('Person');

const idSchema = z.string().regex(/^[\w-]{1,64}$/, 'is no id of a person');
const params = z.object({ person: idSchema });

const listPeople = route('admin', {
  method: 'get',
  path: '/',
  summary: 'The people of the workspace',
  request: { query: pageQuery(idSchema.optional()) },
  responses: { 200: json(pageOf(personSchema), 'A page of people') },
});

const readPerson = route('admin', {
  method: 'get',
  path: '/{person}',
  summary: 'One person',
  request: { params },
  responses: { 200: json(personSchema, 'The person') },
});

const changePerson = route('admin', {
  method: 'patch',
  path: '/{person}',
  summary: 'Give a person another role',
  request: { params, body: body(z.object({ role: roleSchema })) },
  responses: { 200: json(personSchema, 'The person as they are now') },
});

const removePerson = route('admin', {
  method: 'delete',
  path: '/{person}',
  summary: 'Take a person out of the workspace; what they connected goes on',
  request: { params },
  responses: { 204: { description: 'They are no longer in it' } },
});

/** The people of a workspace and their roles. */
export function peopleRoutes(installation: Installation) {
  const { db } = installation;
  return routes()
    .openapi(listPeople, async (c) => {
      const { after = '', limit } = c.req.valid('query');
      const found = await readMembers(db, c.get('caller').workspace, after, limit + 1);
      const items = found.slice(0, limit).map(shown);
      return c.json({ items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }, 200);
    })
    .openapi(readPerson, async (c) =>
      c.json(shown(await personOf(installation, c.get('caller').workspace, c.req.valid('param').person)), 200),
    )
    .openapi(changePerson, async (c) => {
      const caller = c.get('caller');
      const { person } = c.req.valid('param');
      const { role } = c.req.valid('json');
      const before = await personOf(installation, caller.workspace, person);
      await keepingAdmin(() => changeRole(db, caller.workspace, person, role));
      await audit(installation, caller, 'person.role-changed', { person: before.email, from: before.role, to: role });
      return c.json(shown(await personOf(installation, caller.workspace, person)), 200);
    })
    .openapi(removePerson, async (c) => {
      const caller = c.get('caller');
      const { person } = c.req.valid('param');
      const { email } = await personOf(installation, caller.workspace, person);
      await keepingAdmin(() => removeMember(db, caller.workspace, person));
      await audit(installation, caller, 'person.removed', { person: email });
      return c.body(null, 204);
    });
}

async function personOf({ db }: Installation, workspace: string, person: string): Promise<MemberRow> {
  const found = await readMember(db, workspace, person);
  if (!found) throw new Refused(404, 'there is no such person in this workspace');
  return found;
}

async function keepingAdmin(act: () => Promise<boolean>): Promise<void> {
  try {
    if (await act()) return;
  } catch (error) {
    if (error instanceof LastAdmin) throw new Refused(409, error.message);
    throw error;
  }
  throw new Refused(404, 'there is no such person in this workspace');
}

function shown({ since, seenAt, ...row }: MemberRow): z.infer<typeof personSchema> {
  return {
    ...row,
    since: new Date(since).toISOString(),
    seenAt: seenAt === null ? null : new Date(seenAt).toISOString(),
  };
}
