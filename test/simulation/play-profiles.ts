import { parseArgs } from 'node:util';
import { drawHistory } from './draw.ts';
import { type Played, playOne } from './play-many.ts';
import { profiles, traitsBeside } from './profiles.ts';

if (import.meta.main) {
  const options = { histories: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } } as const;
  const { values } = parseArgs({ options });
  const { broken } = await playProfiles(Number(values.histories), Number(values.seed), (line) => console.log(line));
  process.exitCode = Math.min(1, broken.length);
}

/** Plays so many histories for each profile, beside all the others by turns; tells each profile's figures. */
export async function playProfiles(
  histories: number,
  firstSeed: number,
  tell: (line: string) => void,
): Promise<Played> {
  const sum: Played = { histories: 0, steps: 0, broken: [], met: {} };
  for (const name of Object.keys(profiles)) {
    const before = sum.broken.length;
    for (let nth = 0; nth < histories; nth++) {
      const seed = firstSeed + nth;
      await playOne(drawHistory(seed, traitsBeside(name, nth)), seed, null, sum);
    }
    const broken = sum.broken.slice(before);
    for (const { seed, message } of broken) tell(`${name}, seed ${seed}: ${message}`);
    tell(`${name}: ${histories} histories, ${broken.length} violations`);
  }
  tell(`${sum.histories} histories, ${sum.broken.length} violations`);
  return sum;
}
