import { z } from '@hono/zod-openapi';
import type { Installation } from '../installation.ts';
import { json, route, routes } from '../route.ts';
import { PASSWORD } from '../sign-in.ts';

const readSignOn = route('anyone', {
  method: 'get',
  path: '/',
  summary: 'The ways to sign in here',
  responses: {
    200: json(
      z.object({
        provider: z
          .object({ id: z.string(), label: z.string() })
          .nullable()
          .openapi({ description: 'A sign-on provider: POST its id as `provider` to /api/auth/sign-in/social' }),
        passwordByMail: z.boolean().openapi({
          description:
            'Whether a forgotten password is changed by mail: POST { email } to /api/auth/request-password-reset. Else: syncline reset-password',
        }),
        passwordLeast: z.number().openapi({ description: 'Letters of a new password at least' }),
      }),
      'What is offered',
    ),
  },
});

/** What the sign-in page offers. */
export function signOnRoutes({ signIn }: Installation) {
  return routes().openapi(readSignOn, (c) => {
    const { provider, passwordByMail } = signIn;
    return c.json({ provider, passwordByMail, passwordLeast: PASSWORD.least }, 200);
  });
}
