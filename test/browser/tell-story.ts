import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, noBrowser, type RealServer, startRealServer } from './installation.ts';
import { personAt } from './person.ts';
import {
  lookAround,
  mendAndRetry,
  recreateDeleted,
  type Story,
  startAndCompare,
  syncSamples,
  turnOffAndOn,
} from './story.ts';

/** The whole story in a language, from an empty data directory, with the real command. */
export function tellStory(language: 'en' | 'sv'): void {
  describe(`the page from an empty screen to two apps in step, in ${language}`, { skip: noBrowser }, () => {
    let browser: Browser;
    let server: RealServer;
    let story: Story;
    before(async () => {
      [server, browser] = await Promise.all([startRealServer(), launchChromium()]);
      story = { server, person: await personAt(browser, server, language) };
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });
    test('the first person signs up, takes the sample apps and walks through the wizard to a preview', () =>
      syncSamples(story));
    test('a conflict ends as the preview said', () => startAndCompare(story));
    test('a failing record is mended and tried again', () => mendAndRetry(story));
    test('a deleted record is made again', () => recreateDeleted(story));
    test('a sync is turned off and on', () => turnOffAndOn(story));
    test('every other screen opens and can be used by everybody', () => lookAround(story));
  });
}
