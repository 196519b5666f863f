import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Person } from './person.ts';
import { beginStory, endStory } from './story.ts';
import { otherScreens, storyParts } from './tour.ts';

/** Where the pictures go; not part of the repository. */
const folder = fileURLToPath(new URL('../../dist/screenshots/', import.meta.url));

/** The one that the README shows. */
const shown = fileURLToPath(new URL('../../docs/preview.png', import.meta.url));

/** How high a picture may get: long tables go on as they began. */
const MOST_PIXELS = 1600;

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

async function draw(person: Person, name: string): Promise<number> {
  const { page, turn } = person;
  let pictures = 0;
  for (const [width, viewport] of Object.entries(sizes)) {
    await openWindow(person, viewport);
    for (const theme of ['light', 'dark'] as const) {
      await turn(theme);
      await page.screenshot({ path: `${folder}${name}-${width}-${theme}.png` });
      pictures += 1;
    }
  }
  await openWindow(person, sizes.wide);
  await turn('light');
  if (name === 'preview') await page.screenshot({ path: shown, clip: { x: 0, y: 0, ...sizes.wide } });
  return pictures;
}

/** A window as high as what it holds, up to a limit: what is fixed to its lower edge stands there. */
async function openWindow({ page, settle }: Person, viewport: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(viewport);
  await settle();
  const needed = await page.evaluate(() => document.documentElement.scrollHeight);
  const height = Math.min(Math.max(needed, viewport.height), MOST_PIXELS);
  if (height === viewport.height) return;
  await page.setViewportSize({ ...viewport, height });
  await settle();
}

await main();
