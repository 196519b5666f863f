import { startSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemHttp } from '../../src/lib/http.ts';
import type { Story } from './story.ts';

/** HubSpot's usual addresses, which stand in the fields where others may be given. */
const usualAddresses = ['https://api.hubapi.com', 'https://app.hubspot.com'];

/** Another account of HubSpot: the client, over to the app, its consent, back, and a test of the account. */
export async function connectSecondAccount({ person, look }: Story): Promise<void> {
  const { page, say, press, goTo } = person;
  const app = await startSimulator({ port: 0, records: 3, seed: 21, clock: systemClock, http: systemHttp });
  try {
    const { clientId, clientSecret } = must(app.oauth, 'its authorization server');
    await goTo('/apps/hubspot');
    await press('apps.addAccount');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(say('apps.connect.clientId'), { exact: true }).fill(clientId);
    await dialog.getByLabel(say('apps.connect.clientSecret'), { exact: true }).fill(clientSecret);
    await look(person, 'connect-client');
    await press('frame.save');
    await dialog.getByLabel(say('apps.connect.key'), { exact: true }).fill('hubspot-second');
    await dialog.getByText(say('apps.connect.more')).click();
    for (const usual of usualAddresses) await dialog.getByPlaceholder(usual, { exact: true }).fill(app.url);
    await look(person, 'connect');
    await press('apps.connect.oauth', { app: 'HubSpot' });
    await page.getByText(say('apps.connect.done', { account: 'hubspot-second' })).waitFor();
    await look(person, 'app');
    await press('apps.account.actions', { account: 'hubspot-second' });
    await page.getByRole('menuitem', { name: say('apps.account.test'), exact: true }).click();
    await page.getByText(say('apps.account.works', { account: 'hubspot-second' }).split(':')[0] ?? '').waitFor();
  } finally {
    await app.stop();
  }
}
