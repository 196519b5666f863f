import { z } from '@hono/zod-openapi';
import { equalSecrets, hmacSha256 } from '../../lib/crypto.ts';
import { workspaceId } from '../../store/installation.ts';
import { addFirstPerson, isEmpty } from '../../store/people.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { WORKSPACE } from '../local.ts';
import { Refused } from '../problem.ts';
import { body, json, route, routes } from '../route.ts';
import { PASSWORD } from '../sign-in.ts';
import { emailSchema, nameSchema } from '../text-schema.ts';
import { slowly } from '../throttle.ts';

/** A password that is chosen now. */
export const newPasswordSchema = z.string().min(PASSWORD.least).max(PASSWORD.most);

const firstSchema = z
  .object({
    code: z.string().max(100).openapi({ description: 'The code that the server printed when it started' }),
    name: nameSchema(),
    email: emailSchema(),
    password: newPasswordSchema,
  })
  .openapi('FirstPerson');

const readSetup = route('anyone', {
  method: 'get',
  path: '/',
  summary: 'Whether the first super admin is still to be made',
  responses: { 200: json(z.object({ needed: z.boolean() }), 'Whether it is needed') },
});

const makeFirst = route('anyone', {
  method: 'post',
  path: '/',
  summary: 'Make the first super admin, once, and sign in',
  request: { body: body(firstSchema) },
  responses: { 201: json(z.object({ id: z.string() }), 'Made, and signed in by a cookie') },
});

/** The first run: whoever holds the code from the server's terminal becomes its super admin. */
export function setupRoutes(installation: Installation) {
  const { db, signIn, random } = installation;
  return routes()
    .openapi(readSetup, async (c) => c.json({ needed: await isEmpty(db) }, 200))
    .openapi(makeFirst, async (c) => {
      const { code, name, email, password } = c.req.valid('json');
      if (!(await isEmpty(db))) throw new Refused(409, 'the first super admin is made already: sign in');
      await slowly(installation, { address: c.get('address'), target: 'setup' }, async () => {
        if (equalSecrets(code.trim(), setupCode(installation))) return { right: 'yes', result: undefined };
        throw new Refused(403, 'this is not the code that the server printed when it started: copy the whole of it');
      });
      const id = random.uuid();
      const workspace = await workspaceId(db, WORKSPACE);
      const person = { id, name, email, password: await signIn.hash(password) };
      if (!(await addFirstPerson(db, workspace, person)))
        throw new Refused(409, 'the first super admin is made already: sign in');
      await audit(
        installation,
        { kind: 'person', id, name, workspace, role: 'super-admin' },
        'installation.set-up',
        {},
      );
      await carryCookies(c, await signIn.begin(c.req.raw, email, password));
      return c.json({ id }, 201);
    });
}

/**
 * What the terminal prints and the first person types. It hangs on the installation's key, so that every process of the
 * installation knows it, and is worth nothing once somebody is there.
 */
export function setupCode({ key }: Pick<Installation, 'key'>): string {
  return hmacSha256(key, 'setup code', 'base64url').slice(0, 22);
}

/** Hands the cookies of an answer of the sign-in on to our own. */
export function carryCookies(c: { header(name: string, value: string, how: { append: true }): void }, from: Response) {
  for (const cookie of from.headers.getSetCookie()) c.header('set-cookie', cookie, { append: true });
}
