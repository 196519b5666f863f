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

/** Every screen, step and dialog once, with a look at each: the parts of the story, then the others by their address. */
export const tour: Record<string, (story: Story) => Promise<void>> = {
  'from the first visit to a preview': syncSamples,
  'a sync and its records': startAndCompare,
  'a failing record': mendAndRetry,
  'a deleted record': recreateDeleted,
  'a question before something is changed': turnOffAndOn,
  'an app and its accounts': connectSecondAccount,
  'every other screen': async ({ person, look }) => {
    for (const [name, path] of Object.entries(screens)) {
      await person.goTo(path);
      await person.page.getByRole('heading', { level: 1 }).waitFor();
      await look(person, name);
    }
  },
  'who is not signed in': async ({ browser, server, look }) => {
    const stranger = await personAt(browser, server, 'en');
    await stranger.goTo('/records');
    await stranger.page.getByLabel(stranger.say('setup.email'), { exact: true }).waitFor();
    await look(stranger, 'sign-in');
  },
};
