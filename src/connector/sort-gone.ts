import type { AppRecord, Gone } from './contract.ts';

/** What was read, live and gone together, as a page has it. */
export function sortGone(read: (AppRecord | Gone)[]): { records: AppRecord[]; gone: Gone[] } {
  const gone = read.filter((one): one is Gone => 'how' in one);
  return { records: read.filter((one): one is AppRecord => 'values' in one), gone };
}
