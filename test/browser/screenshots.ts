import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Person } from './person.ts';
import { beginStory, endStory } from './story.ts';
import { otherScreens, storyParts } from './tour.ts';

/** Where the pictures go; not part of the repository. */
const folder = fileURLToPath(new URL('../../dist/screenshots/', import.meta.url));

const sizes = { wide: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

/** Pictures of every screen, step and dialog at two widths in both themes, from the whole tour. */
async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  let pictures = 0;
  const story = await beginStory('en', async (person, where) => {
    pictures += await draw(person, where);
  });
  try {
    for (const play of Object.values({ ...storyParts, ...otherScreens })) await play(story);
    console.log(`${pictures} pictures in ${folder}`);
  } finally {
    await endStory(story);
  }
}

async function draw({ page, settle, turn }: Person, name: string): Promise<number> {
  let pictures = 0;
  for (const [width, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await settle();
    for (const theme of ['light', 'dark'] as const) {
      await turn(theme);
      await page.screenshot({ path: `${folder}${name}-${width}-${theme}.png`, fullPage: true });
      pictures += 1;
    }
  }
  await page.setViewportSize(sizes.wide);
  await turn('light');
  return pictures;
}

await main();
