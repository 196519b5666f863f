import type { Browser } from 'playwright-core';
import { launchChromium, type RealServer, startRealServer } from './installation.ts';
import { type Person, personAt } from './person.ts';

/** What the story is told with. */
export interface Story {
  person: Person;
  server: RealServer;
  browser: Browser;
  /** Does something at each screen and state that the story comes by: checks it, or draws it. */
  look(person: Person, where: string): Promise<void>;
}

/** A person at a fresh installation. */
export async function beginStory(language: 'en' | 'sv', look: Story['look'] = async () => {}): Promise<Story> {
  const browser = await launchChromium();
  try {
    const server = await startRealServer();
    return { server, browser, look, person: await personAt(browser, server, language) };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Closes the window, then the installation. */
export async function endStory(story: Story | undefined): Promise<void> {
  await story?.browser.close();
  await story?.server.stop();
}
