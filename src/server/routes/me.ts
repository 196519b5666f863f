import { z } from '@hono/zod-openapi';
import { choosePlace, readPlaces } from '../../store/people.ts';
import { readWorkspace } from '../../store/workspaces.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { json, route, routes } from '../route.ts';

/** What somebody may do in a workspace. */
export const roleSchema = z
  .enum(['super-admin', 'manage-apps', 'view-health'])
  .openapi('Role', { description: 'Each may do what those after it may' });

const placeSchema = z.object({ key: z.string(), name: z.string(), role: roleSchema }).openapi('Place');

const meSchema = z
  .object({
    kind: z.enum(['person', 'key']),
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    role: roleSchema,
    secondFactor: z.boolean(),
    workspace: z.object({ key: z.string(), name: z.string() }),
    workspaces: z.array(placeSchema),
  })
  .openapi('Me');

const readMe = route('person', {
  method: 'get',
  path: '/',
  summary: 'Who calls, in which workspace, and where else they may go',
  description: 'With the header syncline-workspace, that workspace is from now on the one meant where none is named.',
  responses: { 200: json(meSchema, 'The caller') },
});

/** Who calls. */
export function meRoutes({ db, signIn }: Installation) {
  return routes().openapi(readMe, async (c) => {
    const { kind, id, name, role, workspace } = c.get('caller');
    const place = await readWorkspace(db, workspace);
    if (!place) throw new Refused(404, 'the workspace is gone');
    const person = kind === 'person' ? await signIn.person(c.req.raw) : null;
    const places = person ? await readPlaces(db, id) : [{ ...place, workspace, role }];
    if (person && places[0]?.workspace !== workspace) await choosePlace(db, id, workspace);
    const workspaces = places.map(({ key, name, role }) => ({ key, name, role }));
    const { email = null, secondFactor = false } = person ?? {};
    return c.json({ kind, id, name, email, role, secondFactor, workspace: place, workspaces }, 200);
  });
}
