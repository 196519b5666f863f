import { after, before, describe } from 'node:test';
import { chapters } from './chapters.ts';
import { checkAccess } from './check-access.ts';
import { noBrowser } from './installation.ts';
import { beginStory, endStory, type Story } from './story.ts';
import { otherScreens, storyParts } from './tour.ts';

/**
 * The whole story in a language, from an empty data directory, with the real command. `checked`: which screens are held
 * against the rules of access besides; either story takes its half of them.
 */
export function tellStory(language: 'en' | 'sv', checked: 'on the way' | 'elsewhere'): void {
  describe(`the page from an empty screen to two apps in step, in ${language}`, { skip: noBrowser }, () => {
    let story: Story;
    before(async () => {
      story = await beginStory(language, checked === 'on the way' ? checkAccess : undefined);
    });
    after(() => endStory(story));
    const chapter = chapters(() => story.person);
    for (const [name, play] of Object.entries(storyParts)) chapter(name, () => play(story));
    if (checked === 'on the way') return;
    for (const [name, play] of Object.entries(otherScreens))
      chapter(`${name} can be used by everybody`, () => play({ ...story, look: checkAccess }));
  });
}
