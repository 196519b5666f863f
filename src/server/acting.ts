import { z } from '@hono/zod-openapi';
import { Busy } from '../engine/acts.ts';
import type { Clock } from '../lib/clock.ts';
import { chooseLinks, type LinkChoice } from '../store/link-choice.ts';
import { Fenced } from '../store/store.ts';
import type { Installation } from './installation.ts';
import { categorySchema, recordIdSchema } from './shown-record.ts';

/** A sync that is at work is waited for so long before the act is refused, in milliseconds. */
const PATIENCE_MILLISECONDS = 8_000;
const AGAIN_MILLISECONDS = 50;
/** Links chosen in one step, and at most in one act. */
const CHOICE_PAGE = 1_000;
const MOST_PAGES = 10_000;
/** Records named one by one in a body. */
const MOST_NAMED = 1_000;

/** Which records an act is about: these, all of a category, or all. */
export const whichSchema = z
  .object({
    records: z.array(recordIdSchema).min(1).max(MOST_NAMED).optional(),
    category: categorySchema.optional(),
    all: z.literal(true).optional(),
  })
  .openapi('Which', { description: 'One of: these records, all of a category, all' });

/** What was asked for. */
export type Which = z.infer<typeof whichSchema>;

/** How many records an act was about. */
export const countSchema = z.object({ count: z.number() }).openapi('ActCount');

/** Does an act on the records that were asked for, part by part; answers how many it changed. */
export async function actOn(
  { db, clock, wake }: Installation,
  sync: string,
  which: Which,
  choice: LinkChoice,
  act: (links: string[]) => Promise<number>,
): Promise<number> {
  if (which.records) {
    const { records } = which;
    const count = await patiently(clock, () => act(records));
    wake();
    return count;
  }
  let count = 0;
  let after: string | null = null;
  const chosen = { ...choice, category: which.category ?? choice.category };
  for (let page = 0; page < MOST_PAGES; page++) {
    const links: string[] = await chooseLinks(db, sync, chosen, after, CHOICE_PAGE);
    if (links.length > 0) count += await patiently(clock, () => act(links));
    if (links.length < CHOICE_PAGE) break;
    after = links.at(-1) ?? null;
  }
  wake();
  return count;
}

/** Waits a little for a sync that is at work. */
export async function patiently<T>(clock: Clock, act: () => Promise<T>): Promise<T> {
  const from = clock.monotonic();
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const isHeld = error instanceof Busy || error instanceof Fenced;
      if (!isHeld || clock.monotonic() - from > PATIENCE_MILLISECONDS) throw error;
      await clock.sleep(AGAIN_MILLISECONDS);
    }
  }
}
