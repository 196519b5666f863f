import { z } from '@hono/zod-openapi';

/** Text that people type as a name: trimmed, not empty, nothing that cannot be stored or seen. */
export function nameSchema(most = 100) {
  return z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'holds characters that a name cannot have');
}

/** An e-mail address as people type it; it comes out trimmed and in lower case. */
export function emailSchema() {
  return z.string().trim().toLowerCase().max(254).pipe(z.email());
}

/** The number of a row in a path. */
export function numberSchema() {
  return z.string().regex(/^[1-9]\d{0,8}$/, 'is a number');
}

/** Where a page of a list begins, and how long it is. */
export function pageQuery(after: z.ZodType<string | undefined> = numberSchema().optional()) {
  return z.object({
    after: after.openapi({ description: 'What `next` said' }),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  });
}
