import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { chapters } from './chapters.ts';
import { noBrowser } from './installation.ts';
import { type Person, setUp } from './person.ts';
import { beginStory, endStory, type Story } from './story.ts';

/** Stops of the Tab key on one screen at most; more means that the way goes round without what is looked for. */
const MOST_STOPS = 150;

describe('the wizard by Tab, arrows and Enter alone', { skip: noBrowser }, () => {
  let story: Story;
  before(async () => {
    story = await beginStory('en');
  });
  after(() => endStory(story));
  const chapter = chapters(() => story.person);

  chapter('objects are chosen', async () => {
    const { person, server } = story;
    const { page, say } = person;
    await setUp(person, server);
    await enter(person, page.getByRole('button', { name: say('syncs.empty.samples') }));
    await page.waitForURL('**/syncs/new**');
    await choose(person, 0, 'Contacts');
    await choose(person, 1, 'People');
    await page.getByText(say('wizard.words.noDeletion')).waitFor();
    await goOn(person, 'configure');
  });

  chapter('the direction is turned by arrows; a dialog keeps the focus and gives it back', async () => {
    const { page, say } = story.person;
    const directions = page.getByRole('radiogroup', { name: say('wizard.direction.title') }).getByRole('radio');
    await tabTo(story.person, directions.first());
    await page.keyboard.press('ArrowRight');
    assert.equal(await directions.nth(1).isChecked(), true);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await directions.first().isChecked(), true);
    const add = page.getByRole('button', { name: say('wizard.fields.add') });
    await enter(story.person, add);
    const dialog = page.getByRole('dialog', { name: say('wizard.mapping.add') });
    await dialog.waitFor();
    await story.person.settle();
    for (let stop = 0; stop < 2 * (await stopsIn(dialog)); stop++) {
      await page.keyboard.press('Tab');
      assert.equal(await holdsFocus(dialog), true, `stop ${stop} stays in the dialog`);
    }
    await enter(story.person, dialog.getByRole('button', { name: say('frame.close'), exact: true }));
    await dialog.waitFor({ state: 'detached' });
    await story.person.settle();
    assert.equal(await holdsFocus(add), true, 'the focus is back where the dialog was opened');
    await goOn(story.person, 'limit');
  });

  chapter('the plan is made and started', async () => {
    const { page, say } = story.person;
    await goOn(story.person, 'review');
    await enter(story.person, page.getByRole('button', { name: say('wizard.review.act'), exact: true }));
    await page.getByText(say('plan.about.ready')).waitFor();
    await enter(story.person, page.getByRole('button', { name: say('plan.start'), exact: true }));
    await page.waitForURL('**/syncs/contacts');
    await page.getByRole('heading', { level: 1, name: 'contacts' }).waitFor();
  });
});

/** On to the next step, which takes the focus. */
async function goOn(person: Person, step: string): Promise<void> {
  const { page, say } = person;
  await enter(person, page.getByRole('button', { name: say('frame.next'), exact: true }));
  const place = page.getByRole('region', { name: say(`wizard.step.${step}`), exact: true });
  await place.waitFor();
  await person.settle();
  assert.equal(await holdsFocus(place), true, `${step} has the focus`);
}

async function choose(person: Person, side: number, object: string): Promise<void> {
  const { page, say } = person;
  const box = page.getByRole('combobox', { name: say('wizard.object.object') }).nth(side);
  await tabTo(person, box);
  await page.keyboard.press('ArrowDown');
  await page.getByRole('option', { name: object, exact: true }).first().waitFor();
  for (let step = 0; step < MOST_STOPS; step++) {
    const marked = page.locator('[role=option][data-combobox-selected]');
    if ((await marked.count()) > 0 && (await marked.textContent()) === object) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  assert.equal(await box.inputValue(), object);
}

async function enter(person: Person, button: Locator): Promise<void> {
  await tabTo(person, button);
  await person.page.keyboard.press('Enter');
}

/** Tab by Tab, until the focus is there; it can be seen at each stop. */
async function tabTo({ page, settle }: Person, wanted: Locator): Promise<void> {
  // The input of a radio button is there without being seen: its label is.
  await wanted.waitFor({ state: 'attached' });
  await settle();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    await settle();
    assert.equal(await page.evaluate(isFocusSeen), '', 'the focus can be seen');
    if (await holdsFocus(wanted)) return;
  }
  assert.fail(`Tab does not come to ${wanted}`);
}

function holdsFocus(place: Locator): Promise<boolean> {
  return place.evaluate((element) => element.contains(document.activeElement));
}

function stopsIn(place: Locator): Promise<number> {
  return place.locator('button, input:not([type=hidden]), a, [tabindex="0"]').count();
}

/** Runs in the page: what has the focus, where nothing about it or right around it shows that. */
function isFocusSeen(): string {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return '';
  // A field turns its border to the accent; the mark of a radio or switch is drawn beside its input, which is not seen.
  const drawn = [focused, focused.nextElementSibling, focused.parentElement];
  const shown = drawn.some((element) => {
    if (!element) return false;
    const { outlineStyle, outlineWidth, borderTopColor } = getComputedStyle(element);
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || borderTopColor === 'rgb(11, 114, 133)';
  });
  return shown ? '' : focused.outerHTML.slice(0, 200);
}
