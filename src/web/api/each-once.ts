interface Waiting {
  id: string;
  sync: string;
  candidates: { side: string; id: string }[];
}

/**
 * Each of the records that could belong together waits by itself; people choose once. `records`: all that wait for the
 * same choice.
 */
export function eachOnce<Match extends Waiting>(matches: Match[]): (Match & { records: string[] })[] {
  const found = new Map<string, Match & { records: string[] }>();
  for (const match of matches) {
    const who = match.candidates.map(({ side, id }) => `${side} ${id}`).sort();
    const choice = [match.sync, ...(who.length > 0 ? who : [match.id])].join('\n');
    const known = found.get(choice);
    if (known) known.records.push(match.id);
    else found.set(choice, { ...match, records: [match.id] });
  }
  return [...found.values()];
}
