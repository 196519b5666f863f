import { after, before, describe } from 'node:test';
import { chapters } from './chapters.ts';
import { noBrowser } from './installation.ts';
import { beginStory, endStory, type Story } from './story.ts';
import { connectSecondAccount } from './story-accounts.ts';
import { mendAndRetry, recreateDeleted } from './story-records.ts';
import { startAndCompare, syncSamples, turnOffAndOn } from './story-sync.ts';

/** The whole story in a language, from an empty data directory, with the real command. */
export function tellStory(language: 'en' | 'sv'): void {
  describe(`the page from an empty screen to two apps in step, in ${language}`, { skip: noBrowser }, () => {
    let story: Story;
    before(async () => {
      story = await beginStory(language);
    });
    after(() => endStory(story));
    const chapter = chapters(() => story.person);
    chapter('the first person signs up, takes the sample apps and walks through the wizard to a preview', () =>
      syncSamples(story),
    );
    chapter('a conflict ends as the preview said', () => startAndCompare(story));
    chapter('a failing record is mended and tried again', () => mendAndRetry(story));
    chapter('a deleted record is made again', () => recreateDeleted(story));
    chapter('a sync is turned off and on', () => turnOffAndOn(story));
    chapter('a second account of an app is connected by the whole round trip', () => connectSecondAccount(story));
  });
}
