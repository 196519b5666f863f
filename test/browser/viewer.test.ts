import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { checkAccess } from './check-access.ts';
import { launchChromium, noBrowser, type RealServer, startRealServer } from './installation.ts';
import { personAt, setUp } from './person.ts';

describe('a person who may only view health', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: RealServer;
  before(async () => {
    [server, browser] = await Promise.all([startRealServer(), launchChromium()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('comes in by invitation, sees no button that they cannot use, and is refused by the API', async () => {
    const admin = await personAt(browser, server, 'en');
    await setUp(admin, server);
    const invited = await post(admin.page, 'invitations', { email: 'vera@example.com', role: 'view-health' });
    const { link } = JSON.parse(invited.text) as { link: string };
    const viewer = await personAt(browser, server, 'en');
    const { page, say, press, goTo } = viewer;
    await goTo(new URL(link).pathname + new URL(link).hash);
    await page.getByLabel(say('setup.name'), { exact: true }).fill('Vera');
    await page.getByLabel(say('setup.password'), { exact: true }).fill('correct horse battery');
    await checkAccess(viewer, 'an invitation');
    await press('invitation.act');
    await page.getByText(say('syncs.empty.viewer')).waitFor();
    assert.equal(await page.getByRole('button', { name: say('syncs.empty.samples') }).count(), 0);
    await goTo('/apps/hubspot');
    await page.getByRole('heading', { name: say('apps.permissions') }).waitFor();
    assert.equal(await page.getByRole('button', { name: say('apps.install') }).count(), 0);
    await goTo('/settings?tab=people');
    await page.getByRole('tab', { name: say('settings.tab.security') }).waitFor();
    assert.equal(await page.getByRole('tab', { name: say('settings.tab.people') }).count(), 0);
    for (const path of ['samples', 'syncs/contacts/on']) {
      const refused = await post(page, path, {});
      assert.equal(refused.status, 403, `${path}: ${refused.text}`);
    }
  });
});

/** A call that the page itself could make, with its cookies. */
function post(page: Page, path: string, json: unknown): Promise<{ status: number; text: string }> {
  return page.evaluate(
    async ([to, body]) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`/api/v1/${to}`, { method: 'POST', headers, body: body ?? '' });
      return { status: answer.status, text: await answer.text() };
    },
    [path, JSON.stringify(json)],
  );
}
