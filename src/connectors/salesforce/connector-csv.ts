import { Failure } from '../../connector/contract.ts';

/** Rows of a CSV with a head (RFC 4180), as Bulk API 2.0 writes them: by column, empty cells as ''. */
export function csvRows(text: string): Record<string, string>[] {
  const [head = [], ...lines] = csvLines(text);
  return lines.map((cells) => {
    if (cells.length !== head.length)
      throw new Failure('broken', 'a table of results breaks off; it is asked again later');
    return Object.fromEntries(head.map((name, at) => [name, cells[at] as string]));
  });
}

/** Cells by line. Quoted cells may hold commas, line breaks and doubled quotes. */
function csvLines(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  const cellPattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (cellPattern.lastIndex < text.length) {
    const found = cellPattern.exec(text);
    if (!found) throw new Failure('broken', 'a table of results is no CSV; it is asked again later');
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === ',') continue;
    lines.push(cells);
    cells = [];
  }
  return lines;
}
