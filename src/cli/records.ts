import { accepted, againstServer, EXIT, type ServerSwitches, type ServerWorld } from './server-client.ts';

/** The switches of `records`. */
export interface RecordsSwitches extends ServerSwitches {
  sync?: string;
  account?: string;
  object?: string;
  status?: string;
  category?: string;
  text?: string;
  from?: string;
  to?: string;
  limit: number;
  csv?: true;
}

/** Records asked for at once. */
const PAGE = 200;

/** `syncline records`: records by sync, status, problem, time and text. */
export function recordsCommand(switches: RecordsSwitches, world: ServerWorld): Promise<number> {
  const { server: _, key: __, json, csv, limit, ...filter } = switches;
  // What does not fit is refused by the server, which says what would.
  const query = filter as { status?: 'failing'; category?: 'unknown' };
  return againstServer(switches, world, async (api) => {
    // A slip in its key would look as if it had no records.
    if (filter.sync) await accepted(api.syncs[':sync'].$get({ param: { sync: filter.sync } }));
    if (csv) {
      const file = await accepted(api.records['file.csv'].$get({ query }));
      for await (const part of (file as Response).body ?? []) world.out.write(part);
      return EXIT.fine;
    }
    const records: Shown[] = [];
    let after: string | undefined;
    while (records.length < limit) {
      const most = String(Math.min(PAGE, limit - records.length));
      const page: string | undefined = after;
      const asked = api.records.$get({ query: { ...query, ...(page ? { after: page } : {}), limit: most } });
      const { items, next } = await (await accepted(asked)).json();
      records.push(...items);
      if (next === null) break;
      after = next;
    }
    if (json) world.out.write(`${JSON.stringify({ records })}\n`);
    else for (const record of records) world.out.write(`${lineOf(record)}\n`);
    return EXIT.fine;
  });
}

interface Shown {
  id: string;
  sync: string;
  status: string;
  a: { id: string; name: string | null } | null;
  b: { id: string; name: string | null } | null;
  problem: { category: string; message: string } | null;
}

function lineOf({ id, sync, status, a, b, problem }: Shown): string {
  const side = (record: Shown['a']) => (record ? `${record.name ?? 'no name'} (${record.id})` : 'nobody');
  const why = problem ? `  ${problem.category}: ${problem.message}` : '';
  return `${sync} ${id}  ${status}  ${side(a)} = ${side(b)}${why}`;
}
