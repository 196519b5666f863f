import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { RealServer } from './installation.ts';
import { type Say, textsIn } from './texts.ts';

/** How long the page may take for anything, in milliseconds: test machines are slow and shared. */
const PATIENCE_MILLISECONDS = 90_000;

/** A person at the page, in a language. */
export interface Person {
  page: Page;
  context: BrowserContext;
  say: Say;
  goTo(path: string): Promise<void>;
  press(key: string, values?: Record<string, string | number>): Promise<void>;
  /** 0 violations of axe in light and in dark. */
  checkAccess(where: string): Promise<void>;
}

/** Opens a browser window of its own. Errors of the page fail the test. */
export async function personAt(browser: Browser, server: RealServer, language: 'en' | 'sv'): Promise<Person> {
  const context = await browser.newContext({
    locale: language === 'sv' ? 'sv-SE' : 'en-GB',
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MILLISECONDS);
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  const say = textsIn(language);
  return {
    page,
    context,
    say,
    goTo: async (path) => {
      await page.goto(`${server.address}${path}`);
    },
    press: (key, values) =>
      page
        .getByRole('button', { name: say(key, values), exact: true })
        .first()
        .click(),
    checkAccess: async (where) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const { violations } = await new AxeBuilder({ page }).analyze();
        const told = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
        );
        assert.deepEqual(told, [], `${where} in ${colorScheme}`);
      }
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    },
  };
}

/** The first super admin, made by the form. */
export async function setUp({ page, say, goTo, press }: Person, server: RealServer): Promise<void> {
  await goTo(`/setup${server.setupHash}`);
  await page.getByLabel(say('setup.name'), { exact: true }).fill('Ann Lee');
  await page.getByLabel(say('setup.email'), { exact: true }).fill('ann@example.com');
  await page.getByLabel(say('setup.password'), { exact: true }).fill('correct horse battery');
  await press('setup.act');
  await page.getByRole('heading', { name: say('syncs.empty.title') }).waitFor();
}
