import {
  accepted,
  againstServer,
  EXIT,
  ServerRefused,
  type ServerSwitches,
  type ServerWorld,
} from './server-client.ts';

/** How often the server is asked how far it is, in milliseconds. */
const ASK_MILLISECONDS = 200;

/** `syncline undo RUN`: says what would go back, asks, and waits until it is done. Answers 1 where it failed. */
export function undoCommand(
  run: string,
  switches: ServerSwitches & { yes?: true },
  world: ServerWorld,
): Promise<number> {
  return againstServer(switches, world, async (api) => {
    if (!/^[0-9]+$/.test(run))
      throw new ServerRefused(`${run} is no number of a run: the page shows them under Activity`);
    const seen = await accepted(api.runs[':run'].undo.$get({ param: { run } }));
    const { steps: _, ...preview } = await seen.json();
    if (!switches.yes) {
      world.out.write(`${switches.json ? JSON.stringify({ preview }) : wordsOf(preview)}\n`);
      if (preview.restore + preview.remove + preview.makeAgain === 0) return EXIT.fine;
      if (switches.json || !world.ask) {
        if (!switches.json) world.out.write('Nothing was done: give --yes to undo.\n');
        return EXIT.notConfirmed;
      }
      if ((await world.ask('Undo?')) === 'no') return EXIT.notConfirmed;
    }
    const begun = await accepted(api.runs[':run'].undo.$post({ param: { run } }));
    let undo = await begun.json();
    while (undo.state === 'running') {
      await world.sleep(ASK_MILLISECONDS);
      const answer = await accepted(api.runs.undos[':undo'].$get({ param: { undo: String(undo.id) } }));
      undo = await answer.json();
    }
    if (switches.json) world.out.write(`${JSON.stringify(undo)}\n`);
    else {
      world.out.write(`${undo.undone} undone, ${undo.kept} kept as they were changed later\n`);
      if (undo.message) world.err.write(`${undo.message}\n`);
    }
    return undo.state === 'done' ? EXIT.fine : EXIT.failing;
  });
}

interface Preview {
  restore: number;
  remove: number;
  makeAgain: number;
  keep: number;
  complete: boolean;
}

/** What an undo would do, without what it would not. */
function wordsOf({ restore, remove, makeAgain, keep, complete }: Preview): string {
  const parts = [
    [restore, 'would go back to what they were'],
    [remove, 'that the run made would be removed'],
    [makeAgain, 'that it removed would be made again'],
    [keep, 'would stay as they are, since they were changed later'],
  ] as const;
  const told = parts.flatMap(([count, what]) =>
    count > 0 ? [`${count} ${count === 1 ? 'record' : 'records'} ${what}`] : [],
  );
  const more = complete ? '' : ' Only the newest 20,000 writes of the run can be undone.';
  return `${told.length > 0 ? told.join(', ') : 'There is nothing left to undo'}.${more}`;
}
