import assert from 'node:assert/strict';
import type { RealServer } from './installation.ts';
import { type Person, setUp } from './person.ts';

/** What the story is told with. */
export interface Story {
  person: Person;
  server: RealServer;
}

/** From an empty screen to two apps in step: first run, sample apps, wizard, preview, first sync. */
export async function syncSamples({ person, server }: Story): Promise<void> {
  const { page, say, press, checkAccess } = person;
  await setUp(person, server);
  await checkAccess('the empty home');
  await press('syncs.empty.samples');
  await page.waitForURL('**/syncs/new**');
  await choose(person, 0, 'Contacts');
  await choose(person, 1, 'People');
  await page.getByText(say('wizard.words.noDeletion')).waitFor();
  await checkAccess('the wizard, object');
  await press('frame.next');
  await page.getByRole('switch').first().waitFor();
  await checkAccess('the wizard, configure');
  await press('frame.next');
  await page.getByText(say('wizard.leaving.title')).waitFor();
  await checkAccess('the wizard, limit');
  await press('frame.next');
  await page.getByRole('heading', { name: say('wizard.review.title') }).waitFor();
  await checkAccess('the wizard, review');
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

/** The preview's word about one conflict is what the record holds afterwards. */
export async function startAndCompare({ person }: Story): Promise<void> {
  const { page, say, press, goTo, checkAccess } = person;
  await page.goto(`${page.url()}?conflicts=only`);
  // Among the conflicts are those that only fill an empty field: the one looked for replaces a value.
  const row = page
    .getByRole('row')
    .filter({ has: page.locator('.before') })
    .first();
  await row.waitFor();
  await checkAccess('the preview');
  const name = ((await row.getByRole('cell').first().textContent()) ?? '').trim();
  const after = ((await row.locator('.before + .after').first().textContent()) ?? '').trim();
  await press('plan.start');
  await page.waitForURL('**/syncs/contacts');
  await page.getByText(say('syncs.state.on'), { exact: true }).first().waitFor();
  await checkAccess('a sync');
  await openRecord(person, name);
  await page.getByText(after, { exact: true }).first().waitFor();
  await checkAccess('a record');
  await goTo('/syncs');
  await page.getByRole('row').nth(1).waitFor();
  await checkAccess('the syncs');
}

async function openRecord({ page, say, goTo }: Person, name: string): Promise<void> {
  await goTo(`/records?text=${encodeURIComponent(name)}`);
  await page
    .getByRole('table', { name: say('frame.nav.records') })
    .getByRole('link')
    .first()
    .click();
  await page.getByRole('heading', { name: say('records.history') }).waitFor();
}

/** A record that one app refuses is mended in the other and tried again. */
export async function mendAndRetry({ person, server }: Story): Promise<void> {
  const { page, say, press, checkAccess } = person;
  await openRecord(person, 'Nora Falk');
  await page.getByText(say('problem.invalid-value.title')).first().waitFor();
  await checkAccess('a failing record');
  const records = (await inApp(server, 'pipedrive', 'GET', '/records/persons?limit=1000')) as { records: Found[] };
  const nora = records.records.find(({ values }) => values.name === 'Nora Falk');
  assert.ok(nora, 'Nora Falk is in the sample app');
  const emails = [{ value: 'nora.falk@nordwind.example', label: 'work', primary: true }];
  await inApp(server, 'pipedrive', 'POST', '/records/persons', { update: [{ id: nora.id, values: { emails } }] });
  await press('records.act.retry');
  await page.getByText(say('frame.state.in-sync'), { exact: true }).first().waitFor();
}

/** A record deleted in one app is made again from the other. */
export async function recreateDeleted({ person, server }: Story): Promise<void> {
  const { page, say, press } = person;
  const records = (await inApp(server, 'pipedrive', 'GET', '/records/persons?limit=1000')) as { records: Found[] };
  const nora = records.records.find(({ values }) => values.name === 'Nora Falk');
  assert.ok(nora);
  await inApp(server, 'pipedrive', 'POST', '/records/persons', { archive: [nora.id] });
  await page.getByText(say('problem.deleted-in-b.title')).first().waitFor();
  await press('records.recreateIn', { app: 'pipedrive-sample' });
  await page.getByText(say('frame.state.in-sync'), { exact: true }).first().waitFor();
}

/** Off, which asks first, and on again. */
export async function turnOffAndOn({ person }: Story): Promise<void> {
  const { page, say, goTo, press } = person;
  await goTo('/syncs/contacts');
  await press('syncs.menu.label', { sync: 'contacts' });
  await page.getByRole('menuitem', { name: say('syncs.menu.off') }).click();
  await page.getByText(say('syncs.menu.offText')).waitFor();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: say('syncs.menu.off') })
    .click();
  await page.getByText(say('syncs.state.off'), { exact: true }).first().waitFor();
  await press('syncs.menu.label', { sync: 'contacts' });
  await page.getByRole('menuitem', { name: say('syncs.menu.on') }).click();
  await page.getByText(say('syncs.state.on'), { exact: true }).first().waitFor();
}

/** The other screens, each by its place in the rail. */
export async function lookAround({ person }: Story): Promise<void> {
  const { page, say, checkAccess } = person;
  for (const place of ['health', 'records', 'apps', 'activity', 'settings']) {
    await page
      .getByRole('navigation')
      .getByRole('link', { name: say(`frame.nav.${place}`), exact: true })
      .click();
    await page.getByRole('heading', { level: 1, name: say(`frame.nav.${place}`) }).waitFor();
    await page.getByRole('status', { name: say('frame.loading') }).waitFor({ state: 'detached' });
    await checkAccess(place);
  }
}

interface Found {
  id: string;
  values: Record<string, unknown>;
}

/** What a person does in a sample app. */
async function inApp(server: RealServer, app: string, method: string, path: string, json?: unknown): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${server.samplePort(app)}/__sim${path}`, {
    method,
    ...(json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return response.json();
}
