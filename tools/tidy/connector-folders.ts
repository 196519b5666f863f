import type { Repository, Texts, Violation } from './sources.ts';

const required = ['connector.ts', 'connector.test.ts', 'simulator.ts', 'README.md', 'icon.svg'];

/** Connector folders that lack a part. An app that can be had for real needs no simulator; its README says so. */
export function checkConnectorFolders({ texts }: Repository): Violation[] {
  const folders = new Set(Object.keys(texts).flatMap((path) => /^src\/connectors\/[^/]+\//.exec(path)?.[0] ?? []));
  return [...folders].flatMap((folder) => missingParts(folder, texts));
}

function missingParts(folder: string, texts: Texts): Violation[] {
  const readme = texts[`${folder}README.md`] ?? '';
  const excused = /^.*\bno simulator\b.*$/im.test(readme);
  return required
    .filter((part) => !(`${folder}${part}` in texts) && !(part === 'simulator.ts' && excused))
    .map((part) => ({ path: `${folder}${part}`, line: 1, message: missing(part) }));
}

function missing(part: string): string {
  if (part === 'simulator.ts')
    return 'is missing; where the real app is used instead, README.md says "No simulator: …" and why';
  return 'is missing: every connector folder has it';
}
