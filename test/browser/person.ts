import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import type { RealServer } from './installation.ts';
import { type Say, textsIn } from './texts.ts';

/** How long the page may take for anything, in milliseconds: test machines are slow and shared. */
const PATIENCE_MILLISECONDS = 60_000;

/** A person at the page, in a language. */
export interface Person {
  page: Page;
  say: Say;
  goTo(path: string): Promise<void>;
  press(key: string, values?: Record<string, string | number>): Promise<void>;
  /** Until no call of the page is under way, nothing stands for what is still to come, and nothing moves. */
  settle(): Promise<void>;
  /** Light or dark, until all of it is. */
  turn(theme: 'light' | 'dark'): Promise<void>;
  /** Fails where the page met an error of its own. */
  mustBeWell(): void;
}

/** Opens a browser window of its own. */
export async function personAt(browser: Browser, server: RealServer, language: 'en' | 'sv'): Promise<Person> {
  const context = await browser.newContext({
    locale: language === 'sv' ? 'sv-SE' : 'en-GB',
    viewport: { width: 1280, height: 900 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MILLISECONDS);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  const calls = callsOf(page);
  const say = textsIn(language);
  const settle = async () => {
    while (calls.size > 0) await Promise.all(calls);
    await page.waitForFunction(isStill);
  };
  return {
    page,
    say,
    goTo: async (path) => {
      await page.goto(`${server.address}${path}`);
    },
    press: (key, values) =>
      page
        .getByRole('button', { name: say(key, values), exact: true })
        .first()
        .click(),
    settle,
    turn: async (theme) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor({ state: 'attached' });
      await settle();
    },
    mustBeWell: () => assert.deepEqual(faults, [], 'errors of the page itself'),
  };
}

/** The calls of the API that wait for their answer; the line of live events stays open and is none of them. */
function callsOf(page: Page): Set<Promise<void>> {
  const calls = new Set<Promise<void>>();
  page.on('request', (request) => {
    if (request.resourceType() !== 'fetch') return;
    const done = request
      .response()
      .then((response) => response?.finished())
      .catch(() => null)
      .then(() => {
        calls.delete(done);
      });
    calls.add(done);
  });
  return calls;
}

/** Runs in the page. */
function isStill(): boolean {
  const skeletons = document.querySelectorAll('.mantine-Skeleton-root, [data-loading]').length;
  return skeletons === 0 && document.getAnimations().every(({ playState }) => playState !== 'running');
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
