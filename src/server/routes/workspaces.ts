import { z } from '@hono/zod-openapi';
import { readPlaces } from '../../store/people.ts';
import { addWorkspace, readWorkspace, renameWorkspace } from '../../store/workspaces.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { body, json, route, routes } from '../route.ts';
import { nameSchema } from '../text-schema.ts';
import { roleSchema } from './me.ts';

const workspaceSchema = z.object({ key: z.string(), name: z.string(), role: roleSchema }).openapi('Workspace');

const listWorkspaces = route('person', {
  method: 'get',
  path: '/',
  summary: 'The workspaces of the caller, the one chosen last first',
  responses: { 200: json(z.object({ items: z.array(workspaceSchema) }), 'All of them') },
});

const makeWorkspace = route('admin', {
  method: 'post',
  path: '/',
  summary: 'Make a workspace; nothing is shared between two',
  request: {
    body: body(
      z.object({
        key: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'is lower-case letters, digits and dashes'),
        name: nameSchema(),
      }),
    ),
  },
  responses: { 201: json(workspaceSchema, 'Made; the caller is its super admin') },
});

const changeWorkspace = route('admin', {
  method: 'patch',
  path: '/{workspace}',
  summary: 'Rename the workspace that the call is about',
  request: { params: z.object({ workspace: z.string() }), body: body(z.object({ name: nameSchema() })) },
  responses: { 200: json(workspaceSchema, 'As it is now') },
});

/** Workspaces: a person may be in several, each with accounts, syncs and people of its own. */
export function workspaceRoutes(installation: Installation) {
  const { db } = installation;
  return routes()
    .openapi(listWorkspaces, async (c) => {
      const { kind, id, workspace, role } = c.get('caller');
      const place = await readWorkspace(db, workspace);
      const own = place ? [{ ...place, role }] : [];
      const places = kind === 'person' ? await readPlaces(db, id) : own;
      return c.json({ items: places.map(({ key, name, role }) => ({ key, name, role })) }, 200);
    })
    .openapi(makeWorkspace, async (c) => {
      const caller = c.get('caller');
      const { key, name } = c.req.valid('json');
      if (caller.kind === 'key') throw new Refused(422, 'an API key is of one workspace: sign in to make another');
      const id = await addWorkspace(db, key, name, caller.id);
      if (id === null) throw new Refused(409, `there is a workspace ${key} already: choose another key`);
      await audit(installation, { ...caller, workspace: id, role: 'super-admin' }, 'workspace.made', {
        workspace: key,
      });
      return c.json({ key, name, role: 'super-admin' as const }, 201);
    })
    .openapi(changeWorkspace, async (c) => {
      const caller = c.get('caller');
      const place = await readWorkspace(db, caller.workspace);
      if (place?.key !== c.req.valid('param').workspace)
        throw new Refused(404, 'the call is not about this workspace: name it in the header syncline-workspace');
      const { name } = c.req.valid('json');
      await renameWorkspace(db, caller.workspace, name);
      await audit(installation, caller, 'workspace.renamed', { from: place.name, to: name });
      return c.json({ key: place.key, name, role: caller.role }, 200);
    });
}
