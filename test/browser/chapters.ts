import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Person } from './person.ts';

/** Where the picture of a failure goes; not part of the repository. */
const folder = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Tests that stand on each other: once one has failed, the others end at once and say so. */
export function chapters(personOf: () => Person): (name: string, play: () => Promise<void>) => void {
  let failed: string | null = null;
  return (name, play) =>
    test(name, async () => {
      assert.equal(failed, null, `not played: it stands on “${failed}”, which failed`);
      try {
        await play();
        personOf().mustBeWell();
      } catch (error) {
        failed = name;
        throw await shown(personOf(), error as Error);
      }
    });
}

/** The failure with the address it happened at, and a picture. */
async function shown({ page }: Person, error: Error): Promise<Error> {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}failed.png`;
  await page.screenshot({ path }).catch(() => null);
  error.message += `\nat ${page.url()}, see ${path}`;
  return error;
}
