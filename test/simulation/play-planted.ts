import { catchPlant } from './catch-plant.ts';
import { plants } from './planted.ts';

/** Histories that are played with each bug before it counts as one that nothing catches. */
const MOST_HISTORIES = 3_000;

/** `npm run simulation -- --planted`: plays each planted bug until it is caught. Answers how many were not. */
export async function playPlanted(print: (line: string) => void): Promise<number> {
  let count = 0;
  for (const plant of plants) {
    const caught = await catchPlant(plant, MOST_HISTORIES);
    if (caught) count += 1;
    print(
      caught
        ? `planted: ${plant.name} caught by ${caught.rule} at seed ${caught.seed}`
        : `planted: ${plant.name} NOT caught in ${MOST_HISTORIES} histories from seed ${plant.seed} (${plant.about})`,
    );
  }
  print(`${plants.length} planted, ${count} caught`);
  return plants.length - count;
}
