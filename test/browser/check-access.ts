import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Person } from './person.ts';

/** No violation of any of axe's rules; in dark, of those that look at colours: nothing else depends on them. */
export async function checkAccess({ page, settle, turn }: Person, where: string): Promise<void> {
  await settle();
  await mustPass(where, () => axeAt(page).analyze());
  await turn('dark');
  await mustPass(`${where}, dark`, () => axeAt(page).withRules(['color-contrast', 'link-in-text-block']).analyze());
  await turn('light');
}

/** The page has no frames, so it need not be looked at from one of its own. */
function axeAt(page: Person['page']): AxeBuilder {
  return new AxeBuilder({ page }).setLegacyMode(true);
}

async function mustPass(where: string, analyze: () => ReturnType<AxeBuilder['analyze']>): Promise<void> {
  const { violations } = await analyze();
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 200)} (${any.map(({ message }) => message).join('; ')})`),
  );
  assert.deepEqual(told, [], where);
}
