import { after, before, describe } from 'node:test';
import { chapters } from './chapters.ts';
import { checkAccess } from './check-access.ts';
import { noBrowser } from './installation.ts';
import { beginStory, endStory, type Story } from './story.ts';
import { tour } from './tour.ts';

describe('everybody can use every screen, in light and in dark', { skip: noBrowser }, () => {
  let story: Story;
  before(async () => {
    story = await beginStory('en', checkAccess);
  });
  after(() => endStory(story));
  const chapter = chapters(() => story.person);
  for (const [name, play] of Object.entries(tour)) chapter(name, () => play(story));
});
