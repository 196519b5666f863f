import {
  accepted,
  againstServer,
  EXIT,
  ServerRefused,
  type ServerSwitches,
  type ServerWorld,
} from './server-client.ts';

/** `syncline retry SYNC`: failing records are planned again at once. */
export function retryCommand(
  sync: string,
  records: string[],
  switches: ServerSwitches & { category?: string },
  world: ServerWorld,
): Promise<number> {
  const category = switches.category as 'unknown' | undefined;
  const which = records.length > 0 ? { records } : category ? { category } : { all: true as const };
  return againstServer(switches, world, async (api) => {
    const answer = await accepted(api.syncs[':sync'].retry.$post({ param: { sync }, json: which }));
    return told(await answer.json(), 'planned again', switches, world);
  });
}

/** `syncline recreate SYNC`: deleted records are made again on the side that lost them. */
export function recreateCommand(
  sync: string,
  records: string[],
  switches: ServerSwitches & { side: string; all?: true },
  world: ServerWorld,
): Promise<number> {
  const side = switches.side as 'either';
  return againstServer(switches, world, async (api) => {
    if (records.length === 0 && !switches.all)
      throw new ServerRefused('name the records, or give --all to make all deleted ones again');
    const which = records.length > 0 ? { records } : { all: true as const };
    const answer = await accepted(api.syncs[':sync'].recreate.$post({ param: { sync }, json: { ...which, side } }));
    return told(await answer.json(), 'will be made again', switches, world);
  });
}

/** `syncline unlink SYNC RECORD…`: pairs are unlinked for good. */
export function unlinkCommand(
  sync: string,
  records: string[],
  switches: ServerSwitches,
  world: ServerWorld,
): Promise<number> {
  return againstServer(switches, world, async (api) => {
    const answer = await accepted(api.syncs[':sync'].unlink.$post({ param: { sync }, json: { records } }));
    return told(await answer.json(), 'unlinked', switches, world);
  });
}

/** `syncline approve SYNC`: a sync that is paused by a brake passes it once. */
export function approveCommand(sync: string, switches: ServerSwitches, world: ServerWorld): Promise<number> {
  return againstServer(switches, world, async (api) => {
    await accepted(api.syncs[':sync'].approve.$post({ param: { sync }, json: {} }));
    world.out.write(switches.json ? `${JSON.stringify({ approved: sync })}\n` : `${sync} passes its brakes once\n`);
    return EXIT.fine;
  });
}

function told({ count }: { count: number }, what: string, { json }: ServerSwitches, { out }: ServerWorld): number {
  out.write(json ? `${JSON.stringify({ count })}\n` : `${count} ${count === 1 ? 'record' : 'records'} ${what}\n`);
  return EXIT.fine;
}
