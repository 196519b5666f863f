import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchChromium, startRealServer } from './installation.ts';
import { type Person, personAt } from './person.ts';
import { startAndCompare, syncSamples } from './story.ts';

/** Where the pictures go; not part of the repository. */
const folder = fileURLToPath(new URL('../../dist/screenshots/', import.meta.url));

const sizes = { wide: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

const screens: Record<string, string> = {
  syncs: '/syncs',
  sync: '/syncs/contacts',
  preview: '/syncs/contacts/plans/1',
  'wizard-configure': '/syncs/contacts/edit?step=configure',
  'wizard-limit': '/syncs/contacts/edit?step=limit',
  'wizard-review': '/syncs/contacts/edit?step=review',
  'new-sync': '/syncs/new?a=hubspot-sample&b=pipedrive-sample',
  health: '/health-of-syncs',
  records: '/records',
  record: '/syncs/contacts/records/2',
  apps: '/apps',
  app: '/apps/hubspot',
  activity: '/activity',
  run: '/activity/1',
  settings: '/settings',
  people: '/settings?tab=people',
  keys: '/settings?tab=keys',
  audit: '/settings?tab=audit',
  'sign-in': '/sign-in',
  missing: '/nowhere',
};

/** Pictures of every screen at two widths in both themes, with the sample apps in step. */
async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const [server, browser] = await Promise.all([startRealServer(), launchChromium()]);
  const person = await personAt(browser, server, 'en');
  try {
    await syncSamples({ person, server });
    await startAndCompare({ person, server });
    for (const [name, path] of Object.entries(screens)) await draw(person, name, path);
    console.log(`${Object.keys(screens).length * 4} pictures in ${folder}`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function draw({ page, goTo }: Person, name: string, path: string): Promise<void> {
  for (const [width, viewport] of Object.entries(sizes))
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await goTo(path);
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png` });
    }
}

await main();
