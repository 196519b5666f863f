import { type Person, setUp } from './person.ts';
import type { Story } from './story.ts';
import { openRecord } from './story-records.ts';

/** From an empty screen to a plan of two sample apps: first run, wizard, preview. */
export async function syncSamples({ person, server, look }: Story): Promise<void> {
  const { page, say, press, goTo } = person;
  await goTo(`/setup${server.setupHash}`);
  await page.getByLabel(say('setup.name'), { exact: true }).waitFor();
  await look(person, 'setup');
  await setUp(person, server);
  await page.getByRole('button', { name: say('syncs.empty.samples') }).waitFor();
  await look(person, 'first-run');
  await press('syncs.empty.samples');
  await page.waitForURL('**/syncs/new**');
  await choose(person, 0, 'Contacts');
  await choose(person, 1, 'People');
  await page.getByText(say('wizard.words.noDeletion')).waitFor();
  await look(person, 'wizard-object');
  await press('frame.next');
  await page.getByRole('switch').first().waitFor();
  await look(person, 'wizard-configure');
  await press('frame.next');
  await page.getByText(say('wizard.leaving.title')).waitFor();
  await look(person, 'wizard-limit');
  await press('frame.next');
  await page.getByRole('heading', { name: say('wizard.review.title') }).waitFor();
  await look(person, 'wizard-review');
  await press('wizard.review.act');
  await page.getByText(say('plan.about.ready')).waitFor();
}

async function choose({ page, say }: Person, side: number, object: string): Promise<void> {
  await page
    .getByRole('combobox', { name: say('wizard.object.object') })
    .nth(side)
    .click();
  await page.getByRole('option', { name: object, exact: true }).first().click();
}

/** What the preview says of one conflict is what the record holds afterwards. */
export async function startAndCompare({ person, look }: Story): Promise<void> {
  const { page, say, press, goTo } = person;
  await look(person, 'preview');
  await page.goto(`${page.url()}?conflicts=only`);
  // Among the conflicts are those that only fill an empty field: the one looked for replaces a value.
  const row = page
    .getByRole('row')
    .filter({ has: page.locator('.before') })
    .first();
  await row.waitFor();
  await look(person, 'preview-conflicts');
  const name = ((await row.getByRole('cell').first().textContent()) ?? '').trim();
  const after = ((await row.locator('.before + .after').first().textContent()) ?? '').trim();
  await press('plan.start');
  await page.waitForURL('**/syncs/contacts');
  await page.getByText(say('syncs.state.on'), { exact: true }).first().waitFor();
  await look(person, 'sync');
  await openRecord(person, name);
  await page.getByText(after, { exact: true }).first().waitFor();
  await look(person, 'record');
  await goTo('/syncs');
  await page.getByRole('row').nth(1).waitFor();
  await look(person, 'syncs');
}

/** Off, which asks first, and on again. */
export async function turnOffAndOn({ person, look }: Story): Promise<void> {
  const { page, say, goTo, press } = person;
  await goTo('/syncs/contacts');
  await press('syncs.menu.label', { sync: 'contacts' });
  await page.getByRole('menuitem', { name: say('syncs.menu.off') }).click();
  await page.getByText(say('syncs.menu.offText')).waitFor();
  await look(person, 'turn-off');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: say('syncs.menu.off') })
    .click();
  await page.getByText(say('syncs.state.off'), { exact: true }).first().waitFor();
  await press('syncs.menu.label', { sync: 'contacts' });
  await page.getByRole('menuitem', { name: say('syncs.menu.on') }).click();
  await page.getByText(say('syncs.state.on'), { exact: true }).first().waitFor();
}
