import { z } from '@hono/zod-openapi';
import { sha256 } from '../../lib/crypto.ts';
import {
  acceptInvitation,
  addInvitation,
  type InvitationRow,
  type OpenInvitation,
  openInvitation,
  readInvitations,
  removeInvitation,
} from '../../store/invitations.ts';
import { EmailTaken } from '../../store/people.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { originFor } from '../own-address.ts';
import { Refused } from '../problem.ts';
import { body, json, pageOf, route, routes } from '../route.ts';
import { emailSchema, nameSchema, numberSchema, pageQuery } from '../text-schema.ts';
import { slowly } from '../throttle.ts';
import { roleSchema } from './me.ts';
import { carryCookies, newPasswordSchema } from './setup.ts';

const TOKEN_BYTES = 24;
const DAY_SECONDS = 24 * 3600;

const invitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    role: roleSchema,
    madeBy: z.string(),
    madeAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('Invitation');

const tokenSchema = z.string().min(1).max(200).openapi({ description: 'What stands after # in the link' });

const listInvitations = route('admin', {
  method: 'get',
  path: '/',
  summary: 'Invitations that nobody accepted yet',
  request: { query: pageQuery() },
  responses: { 200: json(pageOf(invitationSchema), 'A page of invitations') },
});

const makeInvitation = route('admin', {
  method: 'post',
  path: '/',
  summary: 'Invite somebody: the answer has the link to send them, this once',
  request: {
    body: body(
      z.object({ email: emailSchema(), role: roleSchema, expiresInDays: z.number().int().min(1).max(90).default(7) }),
    ),
  },
  responses: { 201: json(invitationSchema.extend({ link: z.string() }).openapi('NewInvitation'), 'The link') },
});

const endInvitation = route('admin', {
  method: 'delete',
  path: '/{invitation}',
  summary: 'Take an invitation back',
  request: { params: z.object({ invitation: numberSchema() }) },
  responses: { 204: { description: 'Its link leads nowhere now' } },
});

const lookAtInvitation = route('anyone', {
  method: 'post',
  path: '/look',
  summary: 'What an invitation is for',
  request: { body: body(z.object({ token: tokenSchema })) },
  responses: {
    200: json(
      z.object({
        email: z.string(),
        role: roleSchema,
        workspace: z.string(),
        known: z.boolean().openapi({ description: 'The address is known here: sign in, then accept' }),
      }),
      'The invitation',
    ),
  },
});

const accept = route('anyone', {
  method: 'post',
  path: '/accept',
  summary: 'Accept an invitation, once: signed in, or with a name and password for somebody new',
  request: {
    body: body(z.object({ token: tokenSchema, name: nameSchema().optional(), password: newPasswordSchema.optional() })),
  },
  responses: { 200: json(z.object({ id: z.string() }), 'In the workspace; somebody new is signed in by a cookie') },
});

/** Invitations: a link for one person, good once and for some days. */
export function invitationRoutes(installation: Installation) {
  const { db, random } = installation;
  return routes()
    .openapi(listInvitations, async (c) => {
      const { after = '0', limit } = c.req.valid('query');
      const found = await readInvitations(db, c.get('caller').workspace, Number(after), limit + 1);
      const items = found.slice(0, limit).map(shown);
      return c.json({ items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }, 200);
    })
    .openapi(makeInvitation, async (c) => {
      const caller = c.get('caller');
      const { email, role, expiresInDays } = c.req.valid('json');
      const token = random.secret(TOKEN_BYTES);
      const made = { email, role, hash: sha256(token), madeBy: caller.name };
      const expiresInSeconds = expiresInDays * DAY_SECONDS;
      const row = await addInvitation(db, caller.workspace, { ...made, expiresInSeconds });
      await audit(installation, caller, 'invitation.made', { email, role });
      // After #, so that the token reaches no server log on its way.
      return c.json({ ...shown(row), link: `${originFor(installation.url, c.req.raw)}/invitation#${token}` }, 201);
    })
    .openapi(endInvitation, async (c) => {
      const caller = c.get('caller');
      const email = await removeInvitation(db, caller.workspace, c.req.valid('param').invitation);
      if (email === null) throw new Refused(404, 'there is no such open invitation in this workspace');
      await audit(installation, caller, 'invitation.taken-back', { email });
      return c.body(null, 204);
    })
    .openapi(lookAtInvitation, async (c) => {
      const found = await invitationOf(installation, c.req.valid('json').token, c.get('address'));
      const { email, role, workspaceName: workspace, person } = found;
      return c.json({ email, role, workspace, known: person !== null }, 200);
    })
    .openapi(accept, async (c) => {
      const { token, ...given } = c.req.valid('json');
      const invitation = await invitationOf(installation, token, c.get('address'));
      const id = invitation.person
        ? await join(installation, invitation, c.req.raw)
        : await comeIn(installation, invitation, given);
      if (!invitation.person && given.password)
        carryCookies(c, await installation.signIn.begin(c.req.raw, invitation.email, given.password));
      return c.json({ id }, 200);
    });
}

function invitationOf(installation: Installation, token: string, address: string): Promise<OpenInvitation> {
  return slowly(installation, { address, target: null }, async () => {
    const result = await openInvitation(installation.db, sha256(token));
    if (result) return { right: 'yes', result };
    throw new Refused(404, 'this invitation was accepted or taken back, or its time is over: ask for a new one');
  });
}

/** Somebody who is known here comes into one more workspace. */
async function join(installation: Installation, invitation: OpenInvitation, request: Request): Promise<string> {
  const person = await installation.signIn.person(request);
  if (!person) throw new Refused(401, `${invitation.email} is known here already: sign in, then open the link again`);
  if (person.id !== invitation.person)
    throw new Refused(403, `the invitation is for ${invitation.email}: sign in with that address, then accept it`);
  return enter(installation, invitation, person.id, person.name);
}

/** Somebody new. */
async function comeIn(
  installation: Installation,
  invitation: OpenInvitation,
  { name, password }: { name?: string | undefined; password?: string | undefined },
): Promise<string> {
  if (!name || !password) throw new Refused(422, 'somebody new needs a name and a password');
  const { random, signIn } = installation;
  const person = { id: random.uuid(), name, email: invitation.email, password: await signIn.hash(password) };
  return enter(installation, invitation, person, name);
}

async function enter(
  installation: Installation,
  invitation: OpenInvitation,
  person: Parameters<typeof acceptInvitation>[2],
  name: string,
): Promise<string> {
  const { workspace, role, email } = invitation;
  const accepted = await acceptInvitation(installation.db, invitation, person).catch((error: unknown) => {
    if (error instanceof EmailTaken) throw new Refused(409, `${email} is known here already: sign in, then accept`);
    throw error;
  });
  if (!accepted) throw new Refused(409, 'this invitation was accepted or taken back a moment ago');
  const id = typeof person === 'string' ? person : person.id;
  await audit(installation, { kind: 'person', id, name, workspace, role }, 'invitation.accepted', { email, role });
  return id;
}

function shown({ madeAt, expiresAt, ...row }: InvitationRow): z.infer<typeof invitationSchema> {
  return { ...row, madeAt: new Date(madeAt).toISOString(), expiresAt: new Date(expiresAt).toISOString() };
}
