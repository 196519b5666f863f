import { personAt } from './person.ts';
import type { Story } from './story.ts';
import { connectSecondAccount } from './story-accounts.ts';
import { mendAndRetry, recreateDeleted } from './story-records.ts';
import { startAndCompare, syncSamples, turnOffAndOn } from './story-sync.ts';

/** Screens that the story does not come by, each by its address. */
const screens: Record<string, string> = {
  'wizard-edit': '/syncs/contacts/edit?step=configure',
  'wizard-duplicate': '/syncs/new?like=contacts',
  'plan-started': '/syncs/contacts/plans/1',
  health: '/health-of-syncs',
  records: '/records',
  'records-none': '/records?text=nobody-of-this-name',
  apps: '/apps',
  'app-not-installed': '/apps/xero',
  activity: '/activity',
  run: '/activity/1',
  settings: '/settings',
  'settings-people': '/settings?tab=people',
  'settings-keys': '/settings?tab=keys',
  'settings-alerts': '/settings?tab=alerts',
  'settings-retention': '/settings?tab=retention',
  'settings-audit': '/settings?tab=audit',
  'settings-file': '/settings?tab=file',
  missing: '/nowhere',
};

/** The story in its parts, each of which stands on those before it. */
export const storyParts: Record<string, (story: Story) => Promise<void>> = {
  'the first person signs up, takes the sample apps and walks through the wizard to a preview': syncSamples,
  'a conflict ends as the preview said': startAndCompare,
  'a failing record is mended and tried again': mendAndRetry,
  'a deleted record is made again': recreateDeleted,
  'a sync is turned off and on': turnOffAndOn,
  'a second account of an app is connected by the whole round trip': connectSecondAccount,
};

/** What the story does not come by, once it was played. */
export const otherScreens: Record<string, (story: Story) => Promise<void>> = {
  'every other screen': async ({ person, look }) => {
    for (const [name, path] of Object.entries(screens)) {
      await person.goTo(path);
      await person.page.getByRole('heading', { level: 1 }).waitFor();
      await look(person, name);
    }
  },
  'the sign-in': async ({ browser, server, look }) => {
    const stranger = await personAt(browser, server, 'en');
    await stranger.goTo('/records');
    await stranger.page.getByLabel(stranger.say('setup.email'), { exact: true }).waitFor();
    await look(stranger, 'sign-in');
  },
};
